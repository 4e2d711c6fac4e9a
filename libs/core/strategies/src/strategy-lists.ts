/*
 * Several lists of strategies over one market: what any of them knows of a symbol is learned once, and a strategy that several lists have is shown
 * each bar once.
 *
 * 1. What a list says is what the stage says of that list alone.
 */
import { item, newSignalSlice, type SignalSlice, type StrategyEntry, type StrategyInput } from '@aitrader/model';
import { followActions } from './corporate-actions.ts';
import { assertSensible, kindOf } from './registry.ts';
import type { StrategiesState } from './remembered.ts';
import { assertAligned, beginWord, seeRow, showBar } from './strategies-stage.ts';
import { requireLaws, stateOf } from './strategies-state.ts';
import { isPriced, newSight } from './sight.ts';
import type { StrategyKind } from './strategy-kind.ts';

/** Lists of strategies, and all that these remember. */
export interface StrategyLists {
  /** of every different strategy, once */
  readonly state: StrategiesState;
  readonly kinds: readonly StrategyKind[];
  /** by list: its strategies by where they stand in the state, in the list's order */
  readonly members: readonly (readonly number[])[];
  /** by strategy: what it says of the bar in view */
  readonly said: readonly SignalSlice[];
}

/** Lists before the first bar. @throws RangeError naming all that makes no sense in the first list that makes none */
export function newStrategyLists(lists: readonly (readonly StrategyEntry[])[]): StrategyLists {
  for (const entries of lists) assertSensible(entries);
  const places = new Map<string, number>();
  const different: StrategyEntry[] = [];
  const members = lists.map((entries) =>
    entries.map((entry) => {
      const key = JSON.stringify([entry.name, entry.kind, Object.entries(entry.parameters).sort(byName)]);
      const place = places.get(key) ?? different.push(entry) - 1;
      places.set(key, place);
      return place;
    }),
  );
  const kinds = different.map(({ kind }) => kindOf(kind));
  return { state: stateOf(different), kinds, members, said: different.map(() => newSignalSlice(0)) };
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** Shows a slice to all lists; `emits` are their words, in their order. @throws as `apply` of the stage */
export function sayTogether(lists: StrategyLists, { bars, states, control }: StrategyInput, emits: readonly SignalSlice[]): void {
  const { state, kinds, said } = lists;
  assertAligned(bars, states);
  followActions(state, control, bars.t);
  for (const emit of emits) beginWord(emit, bars);
  if (bars.count === 0) return;
  requireLaws(state, bars.timeframe);
  const sight = newSight(state.cursor, bars, states);
  for (let row = 0; row < bars.count; row++) {
    if (!isPriced(bars, row)) continue;
    seeRow(state, sight, row);
    let spoken = 0;
    for (let s = 0; s < kinds.length; s++) {
      const word = item(said, s);
      showBar(state, item(state.strategies, s), item(kinds, s), sight, word);
      spoken += word.signals.length + word.exits.length;
    }
    if (spoken > 0) handOut(lists, emits);
  }
}

/** Gives what was said of a bar to the lists that have who said it. */
function handOut({ members, said }: StrategyLists, emits: readonly SignalSlice[]): void {
  for (let list = 0; list < members.length; list++) {
    const emit = item(emits, list);
    for (const place of item(members, list)) {
      const { signals, exits } = item(said, place);
      emit.signals.push(...signals);
      emit.exits.push(...exits);
    }
  }
  for (const { signals, exits } of said) {
    signals.length = 0;
    exits.length = 0;
  }
}
