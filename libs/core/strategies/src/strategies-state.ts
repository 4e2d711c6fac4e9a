import { grownCounts, grownFloats } from '@aitrader/core-features';
import { copyHorizonLaws, growHorizonLaws, newHorizonLaw, newHorizonLaws, SESSION_LENGTH } from '@aitrader/core-horizon';
import { newAgenda } from '@aitrader/core-market';
import { newCalendarCursor, SESSION_MINUTES, sessionsIn } from '@aitrader/core-sessions';
import { addSlot, copySlot, findSlot, newSymbolIndex, type StrategyEntry, type Ticker, type Timeframe } from '@aitrader/model';
import { earlierState, type EarlierState } from './earlier-states.ts';
import type { RunningStrategy, StrategiesState } from './remembered.ts';
import { assertSensible, kindOf } from './registry.ts';
import type { Common } from './strategy-kind.ts';

const FIRST_CAPACITY = 16;

/** The state before the first bar. @throws RangeError naming all that makes no sense */
export function newStrategiesState(entries: readonly StrategyEntry[]): StrategiesState {
  assertSensible(entries);
  return stateOf(entries);
}

/** The same of strategies that were looked at, and may be of several runs. */
export function stateOf(entries: readonly StrategyEntry[]): StrategiesState {
  const state: StrategiesState = {
    strategies: entries.map((entry) => ({
      entry,
      parameters: entry.parameters,
      common: newCommon(),
      memory: kindOf(entry.kind).newMemory(entry.parameters),
    })),
    cursor: newCalendarCursor(),
    index: newSymbolIndex(),
    agenda: newAgenda(),
    closes: new Float64Array(0),
    timeframe: null,
    laws: newHorizonLaws([]),
    law: newHorizonLaw(),
  };
  grow(state, FIRST_CAPACITY);
  return state;
}

const newCommon = (): Common => ({
  seen: new Uint32Array(0),
  session: new Uint32Array(0),
  spent: new Uint32Array(0),
  since: new Uint32Array(0),
  held: new Uint32Array(0),
});

/** Minutes that a strategy's signals speak of by such bars, and those of regular hours that the law of them is over. */
export function horizonOf(
  { kind, parameters }: StrategyEntry,
  timeframe: Timeframe,
): { readonly signal: number; readonly law: number } {
  const asked = kindOf(kind).horizonMinutes(parameters);
  if (timeframe !== '1d') return { signal: asked, law: asked };
  // of daily bars a horizon is whole sessions, whose regular hours alone have bars
  const sessions = sessionsIn(asked);
  return { signal: sessions * SESSION_MINUTES, law: sessions * SESSION_LENGTH };
}

/** Makes sure that there are laws of the horizons that such bars have; what is known of one of them stays. */
export function requireLaws(state: StrategiesState, timeframe: Timeframe): void {
  if (state.timeframe === timeframe) return;
  state.timeframe = timeframe;
  const horizons = [...new Set(state.strategies.map(({ entry }) => horizonOf(entry, timeframe).law))].sort((a, b) => a - b);
  const before = state.laws;
  if (horizons.length === before.horizons.length && horizons.every((horizon, h) => horizon === before.horizons[h])) return;
  state.laws = newHorizonLaws(horizons);
  growHorizonLaws(state.laws, state.closes.length);
  if (before.horizons.length > 0)
    for (let slot = 0; slot < state.index.symbols.length; slot++) copyHorizonLaws(before, slot, state.laws, slot);
}

/** The symbol's slot, a new one when it was never seen; `likely` is where to look first. O(1) amortised. */
export function slotOf(state: StrategiesState, symbol: Ticker, likely: number): number {
  const known = findSlot(state.index, symbol, likely);
  if (known >= 0) return known;
  const slot = addSlot(state.index, symbol);
  if (slot >= state.closes.length) grow(state, state.closes.length * 2);
  return slot;
}

/** Lets a strategy be as before a symbol's first bar. */
export function forgetSymbol({ entry, common, memory }: RunningStrategy, slot: number): void {
  kindOf(entry.kind).forget(memory, slot);
  for (const column of [common.seen, common.session, common.spent, common.since, common.held]) column[slot] = 0;
}

function grow(state: StrategiesState, slots: number): void {
  state.closes = grownFloats(state.closes, slots, NaN);
  for (const { entry, common, memory } of state.strategies) {
    for (const name of ['seen', 'session', 'spent', 'since', 'held'] as const) common[name] = grownCounts(common[name], slots);
    kindOf(entry.kind).grow(memory, slots);
  }
  growHorizonLaws(state.laws, slots);
}

/**
 * Goes on with the symbols that `owns` tells, strategy by strategy, by their names: one of another kind, or with windows of another length,
 * has nothing to go on with, and warms up anew. What was learned of the law over a horizon goes on wherever there is that horizon.
 */
export function goOnWithSymbols(
  entries: readonly StrategyEntry[],
  ended: readonly EarlierState[],
  owns: (symbol: Ticker) => boolean,
): StrategiesState {
  const state = newStrategiesState(entries);
  for (const left of ended) {
    const before = earlierState(left);
    Object.assign(state.agenda, before.agenda);
    if (state.laws.horizons.length === 0) {
      state.laws = newHorizonLaws(before.laws.horizons);
      growHorizonLaws(state.laws, state.closes.length);
    }
    before.index.symbols.forEach((symbol, slot) => {
      if (owns(symbol)) goOnWith(state, symbol, before, slot);
    });
  }
  return state;
}

function goOnWith(state: StrategiesState, symbol: Ticker, before: StrategiesState, slot: number): void {
  const at = slotOf(state, symbol, 0);
  state.closes[at] = before.closes[slot] ?? NaN;
  copyHorizonLaws(before.laws, slot, state.laws, at);
  for (const strategy of state.strategies) {
    const same = before.strategies.find((other) => isSame(strategy.entry, other.entry));
    if (same === undefined) continue;
    const { common, memory } = same;
    copySlot(
      { table: { common, memory }, room: before.closes.length, slot },
      { table: { common: strategy.common, memory: strategy.memory }, room: state.closes.length, slot: at },
    );
  }
}

/** Whether what one strategy remembers is what another one would. */
function isSame(a: StrategyEntry, b: StrategyEntry): boolean {
  if (a.name !== b.name || a.kind !== b.kind) return false;
  const windows = Object.entries(kindOf(a.kind).parameters).filter(([, { isWindow }]) => isWindow);
  return windows.every(([name]) => a.parameters[name] === b.parameters[name]);
}
