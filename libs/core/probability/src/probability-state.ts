import { type ProbabilityConfig, type Ticker } from '@aitrader/model';
import { type CalendarCursor, newCalendarCursor } from '@aitrader/core-sessions';
import { ln } from '@aitrader/core-numeric';
import { type PredictiveShape } from './emission.ts';
import { FILTER_WIDTH } from './filter.ts';
import { boundedVolatility } from './noise.ts';
import { quantileMultiples } from './predictive.ts';
import { newRegimeModel, type RegimeModel } from './regime.ts';
import { newTransitions, type VelocityModel } from './transition.ts';

/** What `initial` derives from the configuration, once. */
export interface ProbabilityParameters extends PredictiveShape {
  readonly velocity: VelocityModel;
  readonly regime: RegimeModel;
  readonly observationNoise: number;
  /** weight of a new bar in the variance, once the first bars are past */
  readonly volatilityGain: number;
  /** bp² per minute */
  readonly volatilityPrior: number;
  readonly overnightMinutes: number;
  readonly warmUpBars: number;
  readonly suspectZ: number;
}

/** All that the stage knows of one shard: plain data, one filter of FILTER_WIDTH numbers per symbol. */
export interface ProbabilityState {
  readonly parameters: ProbabilityParameters;
  /** transitions over the common times between bars */
  readonly transitions: Float64Array;
  readonly cursor: CalendarCursor;
  readonly slots: Map<Ticker, number>;
  /** the symbol of each slot */
  readonly symbols: Ticker[];
  filters: Float64Array;
  /** close time of the last slice, or −Infinity */
  lastT: number;
}

const SLOTS_AT_FIRST = 16;

function parametersOf(config: ProbabilityConfig): ProbabilityParameters {
  return {
    velocity: { reversionPerMinute: ln(2) / config.velocityHalfLifeMinutes, gain: config.velocityGain },
    regime: newRegimeModel(config.calmStay, config.turbulentStay, config.turbulentScale),
    observationNoise: config.observationNoise,
    volatilityGain: 1 - config.volatilityDecay,
    volatilityPrior: boundedVolatility(config.volatilityPriorBp * config.volatilityPriorBp),
    degreesOfFreedom: config.degreesOfFreedom,
    overnightMinutes: config.overnightVarianceMinutes,
    warmUpBars: config.warmUpBars,
    suspectZ: config.suspectZ,
    quantileMultiples: quantileMultiples(config.degreesOfFreedom),
  };
}

/** The state before the first bar. The configuration must have passed its schema (degrees of freedom > 2, for one). */
export function newProbabilityState(config: ProbabilityConfig): ProbabilityState {
  const parameters = parametersOf(config);
  return {
    parameters,
    transitions: newTransitions(parameters.velocity),
    cursor: newCalendarCursor(),
    slots: new Map(),
    symbols: [],
    filters: new Float64Array(SLOTS_AT_FIRST * FILTER_WIDTH),
    lastT: -Infinity,
  };
}

/**
 * The slot of a symbol, a new one when it was never seen. `likely` is where to look first: symbols come in the same order from
 * slice to slice, so that the slot after the one before is nearly always right, and comparing is cheaper than hashing.
 */
export function slotOf(state: ProbabilityState, symbol: Ticker, likely: number): number {
  if (state.symbols[likely] === symbol) return likely;
  return state.slots.get(symbol) ?? addSlot(state, symbol);
}

function addSlot(state: ProbabilityState, symbol: Ticker): number {
  const slot = state.symbols.length;
  state.symbols.push(symbol);
  state.slots.set(symbol, slot);
  if (state.filters.length < (slot + 1) * FILTER_WIDTH) {
    const grown = new Float64Array(state.filters.length * 2);
    grown.set(state.filters);
    state.filters = grown;
  }
  return slot;
}
