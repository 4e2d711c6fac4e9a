/*
 * The strategies of a shard: each bar is shown to every strategy of the run, and what they believe of it becomes signals.
 *
 * Invariants
 * 1. A symbol's first `warmUpBars` bars raise no signal.
 * 2. A symbol's signals depend on the bars and states of that symbol only, and a strategy's on no other strategy.
 * 3. A state restored from a snapshot goes on exactly as the one that was stored.
 * 4. A long's stop lies below the reference and its target above, a short's the other way round, all of them positive.
 * 5. Bars to come never change a signal raised.
 * 6. After a signal, no other of the same strategy and direction until its figure has been back in its band on an unflagged bar, or another
 *    day began, or as many bars have passed as the strategy waits.
 * 7. Corporate actions restate what is remembered before the first bar that they are in force in: none makes a signal of its own.
 * 8. It reads no column of a state but STRATEGY_COLUMNS.
 * 9. Signals and exits are in canonical order of their symbols; those of one symbol in the order of the strategies.
 * 10. An exit is said once, after a signal of its direction, and of no bar that may be a misprint.
 */
import { followBar, lawOver } from '@aitrader/core-horizon';
import {
  AT,
  item,
  PPM,
  priceFromDollars,
  read,
  readUint32,
  signalId,
  type BarSlice,
  type Direction,
  type ExitSignal,
  type Signal,
  type SignalSlice,
  STATE_WIDTH,
  type Stage,
  type StateSlice,
  type StrategyEntry,
  type StrategyInput,
  type Ticker,
  type Timeframe,
} from '@aitrader/model';
import { forwardReturn } from './claim.ts';
import { followActions } from './corporate-actions.ts';
import { kindOf } from './registry.ts';
import { bracketAround } from './stop-and-target.ts';
import type { RunningStrategy, StrategiesState } from './remembered.ts';
import { goOnWithSymbols, horizonOf, newStrategiesState, requireLaws, slotOf } from './strategies-state.ts';
import { figure, isPriced, lookAt, newSight, type Sight } from './sight.ts';
import { spentBit, type Band, type MeasureUnit, type StrategyKind } from './strategy-kind.ts';

/**
 * The strategies of a run over one shard. `initial` throws RangeError on entries that make no sense; `apply` throws RangeError
 * when the states do not belong to the bars, and CalendarRangeError outside the exchange calendar.
 */
export const strategiesStage: Stage<readonly StrategyEntry[], StrategiesState, StrategyInput, SignalSlice> = {
  initial: newStrategiesState,
  apply: applySlice,
  layout: 'strategies/2',
  goOn: goOnWithSymbols,
};

function applySlice(state: StrategiesState, { bars, states, control }: StrategyInput, emit: SignalSlice): void {
  assertAligned(bars, states);
  followActions(state, control, bars.t);
  beginWord(emit, bars);
  if (bars.count === 0) return;
  requireLaws(state, bars.timeframe);
  const sight = newSight(state.cursor, bars, states);
  const { strategies } = state;
  const kinds = strategies.map(({ entry }) => kindOf(entry.kind));
  for (let row = 0; row < bars.count; row++) {
    if (!isPriced(bars, row)) continue;
    seeRow(state, sight, row);
    for (let s = 0; s < strategies.length; s++) showBar(state, item(strategies, s), item(kinds, s), sight, emit);
  }
}

export function beginWord(emit: SignalSlice, { t, shard }: BarSlice): void {
  emit.t = t;
  emit.shard = shard;
  emit.signals.length = 0;
  emit.exits.length = 0;
}

/** Takes a bar that is one into view, and what all strategies know of its symbol with it. */
export function seeRow(state: StrategiesState, sight: Sight, row: number): void {
  sight.slot = slotOf(state, item(sight.bars.symbols, row), sight.slot + 1);
  lookAt(sight, row);
  followSymbol(state, sight);
}

/** Shows the bar in view to one strategy. */
export function showBar(
  state: StrategiesState,
  strategy: RunningStrategy,
  kind: StrategyKind,
  sight: Sight,
  emit: SignalSlice,
): void {
  foldBar(strategy, kind, sight);
  if (kind.leaves !== undefined) considerLeaving(strategy, kind, sight, emit.exits);
  const signal = considerBar(state, strategy, kind, sight);
  if (signal !== undefined) emit.signals.push(signal);
}

/** What all strategies know of a symbol: its last close and the law of its returns, both spared misprints. */
function followSymbol(state: StrategiesState, sight: Sight): void {
  if (sight.isQuarantined) return;
  const { slot, states, row } = sight;
  const volatility = read(states.rows, row * STATE_WIDTH + AT.volatility);
  state.closes[slot] = sight.close;
  followBar(state.laws, slot, sight, volatility * volatility);
}

/** Folds a bar of any phase into what a strategy remembers of its symbol. */
function foldBar(strategy: RunningStrategy, kind: StrategyKind, sight: Sight): void {
  const { common, entry } = strategy;
  const { slot, timeframe } = sight;
  const session = sight.moment.sessionIndex + 1;
  sight.isFirstOfSession = readUint32(common.session, slot) !== session;
  kind.fold(strategy, sight);
  common.seen[slot] = readUint32(common.seen, slot) + 1;
  if (readUint32(common.spent, slot) !== 0) {
    const since = readUint32(common.since, slot) + 1;
    common.since[slot] = since;
    if (since >= kind.rearmBars(entry.parameters)) common.spent[slot] = 0;
  }
  if (!sight.isFirstOfSession) return;
  common.session[slot] = session;
  // every daily bar is a new day; there, only a figure inside its band re-arms
  if (timeframe === '1d') return;
  common.spent[slot] = 0;
  // by minutes, whatever was entered is left before its hours end
  common.held[slot] = 0;
}

const DIRECTIONS: readonly Direction[] = [1, -1];

/** Says of each direction in which something may be held whether it is to be left. */
function considerLeaving(strategy: RunningStrategy, kind: StrategyKind, sight: Sight, exits: ExitSignal[]): void {
  const { common, entry } = strategy;
  const { slot, bars, row } = sight;
  if (sight.isQuarantined || readUint32(common.held, slot) === 0) return;
  for (const direction of DIRECTIONS) {
    if ((readUint32(common.held, slot) & spentBit(direction)) === 0) continue;
    sight.direction = direction;
    const reason = kind.leaves?.(strategy, sight);
    if (reason === undefined) continue;
    common.held[slot] = readUint32(common.held, slot) & ~spentBit(direction);
    exits.push({ t: bars.t, symbol: item(bars.symbols, row), strategy: entry.name, direction, reason });
  }
}

const BAND: Band = { value: NaN, low: NaN, high: NaN };

/** +1 and −1 where the figure lies above and below its band, else 0: also where one of them is not known. */
const sideOf = ({ value, low, high }: Band): Direction | 0 => (value > high ? 1 : value < low ? -1 : 0);

function considerBar(state: StrategiesState, strategy: RunningStrategy, kind: StrategyKind, sight: Sight): Signal | undefined {
  const { common } = strategy;
  const { slot, bars, row } = sight;
  const { trigger, conditions } = kind;
  trigger.find(strategy, sight, BAND);
  const side = sideOf(BAND);
  if (side === 0) {
    if (readUint32(bars.flags, row) === 0) common.spent[slot] = 0;
    return undefined;
  }
  sight.direction = directionOf(side, trigger.sense);
  for (const condition of conditions) if (!condition.isMet(strategy, sight)) return undefined;
  const signal = signalFrom(state, strategy, sight);
  if (signal === undefined) return undefined;
  common.spent[slot] = readUint32(common.spent, slot) | spentBit(sight.direction);
  common.since[slot] = 0;
  common.held[slot] = readUint32(common.held, slot) | spentBit(sight.direction);
  return signal;
}

/** By daily bars what is entered is held for the sessions of the horizon. */
function holdMinutesOf({ kind, parameters }: StrategyEntry, timeframe: Timeframe): number | null {
  const minutes = timeframe === '1d' ? 0 : (kindOf(kind).holdMinutes?.(parameters) ?? 0);
  return minutes === 0 ? null : minutes;
}

const directionOf = (side: Direction, sense: 'with' | 'against'): Direction => (sense === 'with' ? side : side === 1 ? -1 : 1);

function signalFrom(state: StrategiesState, strategy: RunningStrategy, sight: Sight): Signal | undefined {
  const { entry } = strategy;
  const { bars, states, row, slot, direction } = sight;
  const kind = kindOf(entry.kind);
  const horizon = horizonOf(entry, sight.timeframe);
  if (!lawOver(state.laws, slot, state.laws.horizons.indexOf(horizon.law), sight, state.law)) return undefined;
  const reference = priceFromDollars(sight.close);
  const bracket = bracketAround(reference, direction, kind.stopDistance(strategy, sight), kind.targetDistance(strategy, sight));
  const forward = forwardReturn(kind.claim(strategy, sight, state.law, horizon.signal), state.law);
  if (bracket === undefined || forward === undefined) return undefined;
  const symbol = item(bars.symbols, row);
  const [calm, turbulent] = [figure(sight, 'calm'), figure(sight, 'turbulent')];
  return {
    id: signalId(bars.t, symbol, entry.name),
    t: bars.t,
    symbol,
    strategy: entry.name,
    direction,
    reference,
    stop: bracket.stop,
    target: bracket.target,
    horizonMinutes: horizon.signal,
    holdMinutes: holdMinutesOf(entry, sight.timeframe),
    forward,
    velocityUpPpm: figure(sight, 'velocityUp'),
    volatilityE8: figure(sight, 'volatility'),
    regimePpm: [calm, PPM - calm - turbulent, turbulent],
    regime: figure(sight, 'regime'),
    coverage95Ppm: figure(sight, 'coverage95'),
    scored: figure(sight, 'scored'),
    model: states.model,
    stateFlags: figure(sight, 'flags'),
  };
}

/** What a condition measured, for people: it is met where `passes`, whatever rounding does to the figures when they are shown. */
export interface ConditionFinding {
  readonly gate: string;
  readonly unit: MeasureUnit;
  readonly value: number;
  readonly limit: number;
  readonly passes: boolean;
}

/** What a strategy makes of one bar of a symbol, whether that becomes a signal or not. */
export interface StrategyFindings {
  readonly strategy: string;
  readonly kind: string;
  /** the figure that is looked at, its band, and whether it lies outside of it; NaN where one is not known yet */
  readonly figure: { readonly what: string; readonly band: string; readonly unit: MeasureUnit } & Readonly<Band>;
  readonly hasLeft: boolean;
  /** the side that a signal would have, in the band that of its nearer edge */
  readonly direction: Direction;
  /** of a bar on the side of `direction`, whether its figure has left the band or not */
  readonly gates: readonly ConditionFinding[];
}

/**
 * What the strategies make of a symbol in an interval, from the state before that; undefined where the symbol has no bar of it. The state is used
 * up: only that symbol has gone on. @throws as `apply` of the stage
 */
export function findingsAt(
  state: StrategiesState,
  { bars, states, control }: StrategyInput,
  symbol: Ticker,
): readonly StrategyFindings[] | undefined {
  assertAligned(bars, states);
  followActions(state, control, bars.t);
  const row = bars.symbols.indexOf(symbol);
  if (row < 0 || row >= bars.count || !isPriced(bars, row)) return undefined;
  requireLaws(state, bars.timeframe);
  const sight = newSight(state.cursor, bars, states);
  sight.slot = slotOf(state, symbol, 0);
  lookAt(sight, row);
  followSymbol(state, sight);
  return state.strategies.map((strategy) => {
    foldBar(strategy, kindOf(strategy.entry.kind), sight);
    return findingsOf(strategy, sight);
  });
}

function findingsOf(strategy: RunningStrategy, sight: Sight): StrategyFindings {
  const { name, kind } = strategy.entry;
  const { trigger, conditions } = kindOf(kind);
  const { what, band, unit, sense } = trigger;
  const found: Band = { value: NaN, low: NaN, high: NaN };
  trigger.find(strategy, sight, found);
  const { value, low, high } = found;
  const isLower = value < low || (value <= high && value - low < high - value);
  sight.direction = directionOf(isLower ? -1 : 1, sense);
  return {
    ...{ strategy: name, kind, figure: { what, band, unit, value, low, high } },
    hasLeft: sideOf(found) !== 0,
    direction: sight.direction,
    gates: conditions.map((condition) => {
      const [measured, limit] = condition.measure(strategy, sight);
      return { gate: condition.gate, unit: condition.unit, value: measured, limit, passes: condition.isMet(strategy, sight) };
    }),
  };
}

/** States that are not those of the bars are a defect of the host: nothing may be concluded from them. */
export function assertAligned(bars: BarSlice, states: StateSlice): void {
  let aligned = bars.t === states.t && bars.count === states.count;
  for (let row = 0; aligned && row < bars.count; row++) aligned = bars.symbols[row] === states.symbols[row];
  if (!aligned) throw new RangeError(`the states of ${states.t} do not belong to the bars of ${bars.t}, shard ${bars.shard}`);
}
