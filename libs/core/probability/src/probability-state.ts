import {
  addSlot,
  type ModelParameters,
  newSymbolIndex,
  type ProbabilityConfig,
  type SymbolIndex,
  type Ticker,
} from '@aitrader/model';
import { type ActionAgenda, newAgenda } from '@aitrader/core-market';
import { type CalendarCursor, newCalendarCursor } from '@aitrader/core-sessions';
import { ln } from '@aitrader/core-numeric';
import { type BarMoment, type Batch, newBatch, newMoment } from './batch.ts';
import { gainOfHalfLife } from './calibration.ts';
import { carrySymbol, type EarlierMemory } from './carried-memory.ts';
import { growMemory, type Memory, newMemory, roomIn } from './memory.ts';
import { newRegimeModel, type RegimeModel } from './regime.ts';
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

/** All that the stage knows of one shard: plain data. */
export interface ProbabilityState {
  readonly parameters: ProbabilityParameters;
  readonly cursor: CalendarCursor;
  /** where each symbol is remembered */
  readonly index: SymbolIndex;
  readonly memory: Memory;
  /** room to work in, where nothing stands that the next slice needs: its moment, bars of symbols seen before, and one of a new symbol */
  readonly moment: BarMoment;
  readonly batch: Batch;
  readonly first: Batch;
  /** fitted parameters of symbols that no bar came of yet */
  readonly fitted: Map<Ticker, readonly ModelParameters[]>;
  /** corporate actions that are not in force yet */
  readonly agenda: ActionAgenda;
  /** symbols whose next bar is their first: nothing of before it says anything of them */
  readonly beginning: Set<Ticker>;
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
    index: newSymbolIndex(),
    memory: newMemory(SLOTS_AT_FIRST),
    moment: newMoment(),
    batch: newBatch(),
    first: newBatch(1),
    fitted: new Map(),
    agenda: newAgenda(),
    beginning: new Set(),
    lastT: -Infinity,
  };
}

/** A state of layout `probability/1`; that of `probability/2` has the columns of today, two of them of another width. */
export type EarlierState = Omit<ProbabilityState, 'memory'> & { readonly memory: EarlierMemory };

/**
 * Goes on with the symbols that `owns` tells: what was learned of each, by whatever instance, and what was heard and is not in force yet. The
 * configuration's own figures are those of today.
 */
export function goOnWithSymbols(
  config: ProbabilityConfig,
  ended: readonly (ProbabilityState | EarlierState)[],
  owns: (symbol: Ticker) => boolean,
): ProbabilityState {
  const state = newProbabilityState(config);
  for (const { index, memory, fitted, agenda, beginning, lastT } of ended) {
    index.symbols.forEach((symbol, slot) => {
      if (!owns(symbol)) return;
      const at = newSlot(state, symbol);
      carrySymbol(memory, slot, state.memory, at);
    });
    for (const [symbol, parameters] of fitted) if (owns(symbol)) state.fitted.set(symbol, parameters);
    for (const symbol of beginning) if (owns(symbol)) state.beginning.add(symbol);
    Object.assign(state.agenda, agenda);
    state.lastT = Math.max(state.lastT, lastT);
  }
  return state;
}

/** Gives a new symbol a slot, and room in the memory. */
export function newSlot({ index, memory }: ProbabilityState, symbol: Ticker): number {
  const slot = addSlot(index, symbol);
  if (slot >= roomIn(memory)) growMemory(memory, 2 * roomIn(memory));
  return slot;
}
