import { type ModelParameters, type ProbabilityConfig, type Ticker } from '@aitrader/model';
import { type CalendarCursor, newCalendarCursor } from '@aitrader/core-sessions';
import { ln } from '@aitrader/core-numeric';
import { gainOfHalfLife } from './calibration.ts';
import { newRegimeModel, type RegimeModel } from './regime.ts';
import { SLOT_WIDTH } from './slot.ts';
import { newTrackerRates, type TrackerRates } from './trackers.ts';
import { newTransitions, type VelocityModel } from './transition.ts';

/** What `initial` derives from the configuration, once. Plain data. */
export interface ProbabilityParameters {
  readonly velocity: VelocityModel;
  /** transitions over the common times between bars */
  readonly transitions: Float64Array;
  readonly rates: TrackerRates;
  readonly regimes: RegimeModel;
  readonly observationNoise: number;
  readonly expertShare: number;
  readonly sessionGain: number;
  readonly winsorZ: number;
  readonly softZ: number;
  readonly suspectZ: number;
  readonly calibrationGain: number;
  /** bp² per trading minute */
  readonly priorVariance: number;
  readonly warmUpBars: number;
}

/** All that the stage knows of one shard: plain data, one slot of SLOT_WIDTH numbers per symbol. */
export interface ProbabilityState {
  readonly parameters: ProbabilityParameters;
  readonly cursor: CalendarCursor;
  /** slot of each symbol */
  readonly index: Map<Ticker, number>;
  /** the symbol of each slot */
  readonly symbols: Ticker[];
  slots: Float64Array;
  /** fitted parameters of symbols that no bar came of yet */
  readonly fitted: Map<Ticker, readonly ModelParameters[]>;
  /** close time of the last slice, or −Infinity */
  lastT: number;
}

const SLOTS_AT_FIRST = 16;

function parametersOf(config: ProbabilityConfig): ProbabilityParameters {
  const velocity = { reversionPerStep: ln(2) / config.velocityHalfLifeBars, gain: config.velocityGain };
  return {
    velocity,
    transitions: newTransitions(velocity),
    rates: newTrackerRates(config.rawGain, config.adaptedGain),
    regimes: newRegimeModel(config),
    observationNoise: config.observationNoise,
    expertShare: config.expertShare,
    sessionGain: config.sessionGain,
    winsorZ: config.winsorZ,
    softZ: config.softZ,
    suspectZ: config.suspectZ,
    calibrationGain: gainOfHalfLife(config.calibrationHalfLifeBars),
    priorVariance: config.volatilityPriorBp * config.volatilityPriorBp,
    warmUpBars: config.warmUpBars,
  };
}

/** The state before the first bar. The configuration must have passed its schema. */
export function newProbabilityState(config: ProbabilityConfig): ProbabilityState {
  return {
    parameters: parametersOf(config),
    cursor: newCalendarCursor(),
    index: new Map(),
    symbols: [],
    slots: new Float64Array(SLOTS_AT_FIRST * SLOT_WIDTH),
    fitted: new Map(),
    lastT: -Infinity,
  };
}

/**
 * The slot of a symbol, a new one when it was never seen. `likely` is where to look first: symbols come in the same order from
 * slice to slice, so that the slot after the one before is nearly always right, and comparing is cheaper than hashing.
 */
export function slotOf(state: ProbabilityState, symbol: Ticker, likely: number): number {
  if (state.symbols[likely] === symbol) return likely;
  return state.index.get(symbol) ?? addSlot(state, symbol);
}

function addSlot(state: ProbabilityState, symbol: Ticker): number {
  const slot = state.symbols.length;
  state.symbols.push(symbol);
  state.index.set(symbol, slot);
  if (state.slots.length < (slot + 1) * SLOT_WIDTH) {
    const grown = new Float64Array(state.slots.length * 2);
    grown.set(state.slots);
    state.slots = grown;
  }
  return slot;
}
