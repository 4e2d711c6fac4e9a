import { describe, expect, it } from '@jest/globals';
import { epochMs, item, ticker, type BarGap } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import {
  closeMinute,
  newLiveMinutes,
  newLiveSlices,
  noteHalt,
  restoreSlice,
  resumeAfter,
  takeBar,
  type LiveMinutes,
} from './live-minutes.ts';
import { BAR_RANK, type SaidBar } from './minute-store.ts';
import { noteConnected, noteDisconnected, noteHopeless } from './outages.ts';

const MINUTE = 60_000;
const [A, B] = [ticker('AAA'), ticker('BBB')];
const FIRST = newYorkInstant('2024-07-03', 12 * 60 + 58);
const OPTIONS = {
  symbols: [A, B],
  shards: 1,
  feed: 'test/feed',
  ...{ graceMs: 1_500, holdMs: 20_000, historyHoldMs: 600_000, exposureMs: 0, revisableMinutes: 3 },
};
const barOf = (t: number, more: Partial<SaidBar> = {}): SaidBar => ({
  t: epochMs(t),
  ...{ open: 10, high: 10, low: 10, close: 10, volume: 100 },
  ...more,
});

function begun(): LiveMinutes {
  const live = newLiveMinutes(OPTIONS, epochMs(FIRST), FIRST - 10 * MINUTE);
  noteConnected(live.outages, FIRST - 10 * MINUTE);
  return live;
}
/** Closes the next minute at `now`: what it says of the symbols that have no bar in it. */
function gapsAt(
  live: LiveMinutes,
  now: number,
): { readonly absent: string; readonly gaps: readonly BarGap[]; readonly count: number } {
  const slices = newLiveSlices(live);
  expect(closeMinute(live, slices, now)).toBe(true);
  const { absent, gaps, count } = item(slices, 0);
  return { absent, gaps, count };
}

describe('a symbol without a bar in a live minute', () => {
  it('did not trade, was halted until it trades again, or nobody was listening', () => {
    const live = begun();
    takeBar(live, A, barOf(FIRST), BAR_RANK.streamed, FIRST + 500);
    expect(gapsAt(live, FIRST + 1_500)).toEqual({ absent: 'no-trade', gaps: [], count: 1 });
    noteHalt(live, B, true, FIRST);
    expect(gapsAt(live, FIRST + MINUTE + 1_500)).toEqual({
      absent: 'no-trade',
      gaps: [{ symbol: B, cause: 'halted' }],
      count: 0,
    });
    noteHalt(live, B, false, FIRST + MINUTE + 30_000);
    expect(gapsAt(live, FIRST + 2 * MINUTE + 1_500).gaps).toEqual([]);
    noteDisconnected(live.outages, FIRST + 2 * MINUTE + 5_000);
    expect(gapsAt(live, FIRST + 4 * MINUTE).absent).toBe('disconnected');
  });
});

describe('a symbol that is halted', () => {
  const isHalted = (live: LiveMinutes, minute: number): boolean =>
    gapsAt(live, FIRST + minute * MINUTE + 1_500).gaps.some(({ symbol, cause }) => symbol === B && cause === 'halted');

  it('is that over an outage in which the word of its end was lost, until it was seen trading for a whole minute', () => {
    const live = begun();
    noteHalt(live, B, true, FIRST + 20_000);
    expect(isHalted(live, 0)).toBe(true);
    noteDisconnected(live.outages, FIRST + 2 * MINUTE - 50_000);
    noteConnected(live.outages, FIRST + 2 * MINUTE - 40_000);
    // the minute in which it was halted, which had traded before
    takeBar(live, B, barOf(FIRST + MINUTE), BAR_RANK.streamed, FIRST + MINUTE + 500);
    expect(isHalted(live, 1)).toBe(false);
    expect(isHalted(live, 2)).toBe(true);
    // a row without a trade is none
    takeBar(live, B, barOf(FIRST + 3 * MINUTE, { volume: 0 }), BAR_RANK.streamed, FIRST + 3 * MINUTE + 500);
    gapsAt(live, FIRST + 3 * MINUTE + 1_500);
    expect(isHalted(live, 4)).toBe(true);
    takeBar(live, B, barOf(FIRST + 5 * MINUTE), BAR_RANK.streamed, FIRST + 5 * MINUTE + 500);
    gapsAt(live, FIRST + 5 * MINUTE + 1_500);
    expect(isHalted(live, 6)).toBe(false);
  });

  it('is that when the process is killed and goes on from the recording, and is not when it had ended before', () => {
    const live = begun();
    const slices = newLiveSlices(live);
    noteHalt(live, B, true, FIRST - 30_000);
    for (const endsAt of [1, 2]) {
      const next = newLiveMinutes(OPTIONS, epochMs(FIRST), FIRST + MINUTE);
      if (endsAt === 2) noteHalt(live, B, false, FIRST + 10_000);
      expect(closeMinute(live, slices, FIRST + (endsAt - 1) * MINUTE + 1_500)).toBe(true);
      for (const slice of slices) restoreSlice(next, slice);
      resumeAfter(next, epochMs(FIRST + (endsAt - 1) * MINUTE));
      noteConnected(next.outages, FIRST + MINUTE);
      noteHopeless(next.outages, true);
      expect(isHalted(next, endsAt)).toBe(endsAt === 1);
    }
  });
});

describe('a minute that was missed while nothing ran', () => {
  it('is held for as long as a vendor may take to answer, from when the market is followed again', () => {
    const late = FIRST + 10 * MINUTE;
    const live = newLiveMinutes(OPTIONS, epochMs(FIRST), late);
    // the recording was long to read
    const followed = late + OPTIONS.holdMs + MINUTE;
    resumeAfter(live, epochMs(FIRST), followed);
    const slices = newLiveSlices(live);
    expect(closeMinute(live, slices, followed + OPTIONS.holdMs - 1)).toBe(false);
    expect(closeMinute(live, slices, followed + OPTIONS.holdMs)).toBe(true);
    expect(slices.map(({ absent }) => absent)).toEqual(['disconnected']);
  });
});

describe('a bar that no minute can have', () => {
  const said = (bar: SaidBar, symbol = A, now = FIRST + 500) => takeBar(begun(), symbol, bar, BAR_RANK.streamed, now);

  it('is left aside: off the grid, of the future, too old, of another symbol, or outside the sessions', () => {
    expect(said(barOf(FIRST))).toBe('taken');
    expect(said(barOf(FIRST + 7_000))).toBe('off-grid');
    expect(said(barOf(FIRST + MINUTE))).toBe('not-over');
    expect(said(barOf(FIRST - 4 * MINUTE))).toBe('too-old');
    expect(said(barOf(FIRST), ticker('CCC'))).toBe('another-symbol');
    const night = newYorkInstant('2024-07-03', 22 * 60);
    expect(said(barOf(night), A, night)).toBe('no-session');
  });

  it('is left aside with figures that are none, and kept with an open or a close outside low … high', () => {
    for (const wrong of [
      { open: NaN },
      { low: 0 },
      { low: 11 },
      { high: Infinity },
      { close: -1 },
      { volume: -1 },
      { volume: NaN },
    ])
      expect(said(barOf(FIRST, wrong))).toBe('malformed');
    expect(said(barOf(FIRST, { open: 10.5 }))).toBe('taken');
  });

  it('is one after the close of a half day only when after hours are over, too', () => {
    const close = newYorkInstant('2024-07-03', 13 * 60);
    expect(said(barOf(close + MINUTE), A, close + MINUTE)).toBe('taken');
    const over = newYorkInstant('2024-07-03', 17 * 60) + MINUTE;
    expect(said(barOf(over), A, over)).toBe('no-session');
  });
});
