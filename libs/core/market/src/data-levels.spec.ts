import { describe, expect, it } from '@jest/globals';
import { BAR_FLAG, epochMs, newBarSlice, ticker, type BarSlice, type DataLevel, type Ticker } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { newDataLevels, noteMinute, type ClockVerdict, type DataLevels } from './data-levels.ts';

const MINUTE = 60_000;
const DAY = '2024-07-02';
const SYMBOLS = Array.from({ length: 20 }, (_, i) => ticker(`S${String(i).padStart(2, '0')}`));
const CLEAN = 3;
const LATE_MS = 11_500;

interface Happening {
  readonly traded?: readonly Ticker[];
  readonly absent?: BarSlice['absent'];
  readonly feed?: string;
  readonly lateMs?: number;
  readonly flags?: number;
  readonly halted?: readonly Ticker[];
  readonly clock?: ClockVerdict;
}

/** A market of twenty symbols from `minuteOfDay` on, minute by minute. */
function market(minuteOfDay: number, symbols: readonly Ticker[] = SYMBOLS) {
  const levels: DataLevels = newDataLevels({
    symbols,
    primary: 'one/feed',
    lastResorts: ['yahoo/yahoo'],
    lateMsMax: { 'one/feed': LATE_MS, 'two/feed': 2 * LATE_MS, 'yahoo/yahoo': LATE_MS },
    cleanMinutes: CLEAN,
    staleShareMax: 0.25,
  });
  let at = minuteOfDay;
  const minute = (happening: Happening = {}): Omit<DataLevel, 'clockBehindMs'> => {
    const { traded = symbols, absent = 'no-trade', feed = 'one/feed', lateMs = 1_500, flags = 0, halted = [] } = happening;
    const t = epochMs(newYorkInstant(DAY, at++) + MINUTE);
    const slice = { ...newBarSlice(0, '1m', symbols.length), t, knownAt: epochMs(t + lateMs), feed, absent };
    slice.count = traded.length;
    slice.symbols = [...traded];
    slice.flags.fill(flags);
    slice.gaps = halted.map((symbol) => ({ symbol, cause: 'halted' as const }));
    return noteMinute(levels, [slice], happening.clock ?? 'right', []);
  };
  const minutes = (count: number, happening: Happening = {}): number[] =>
    Array.from({ length: count }, () => minute(happening).level);
  return { minute, minutes, levels };
}
const TEN = 10 * 60;
const OPEN = 9 * 60 + 30;

describe('how far the data can be relied on', () => {
  it('is not at all until there were bars for as many minutes as are waited for', () => {
    const { minutes } = market(TEN);
    expect(minutes(2, { traded: [] })).toEqual([4, 4]);
    expect(minutes(4)).toEqual([4, 4, 0, 0]);
  });

  it.each<[string, Happening, number, string]>([
    ['nobody listened, and nothing is known', { absent: 'disconnected', traded: [] }, 4, 'disconnected'],
    ['some of it may be lost', { absent: 'disconnected' }, 3, 'disconnected'],
    ['it is known too late to act on', { lateMs: LATE_MS + 1 }, 3, 'late'],
    ['it was fetched afterwards', { flags: BAR_FLAG.BACKFILLED }, 3, 'backfilled'],
    ['the clock is off', { clock: 'off' }, 3, 'clock'],
    ['nobody knows whether the clock is off', { clock: 'unknown' }, 3, 'clock-unknown'],
    ['it is of a vendor of last resort', { feed: 'yahoo/yahoo' }, 3, 'last-resort'],
    ['it is of the next vendor', { feed: 'two/feed' }, 1, 'failover'],
  ])('changes at once when %s, and back after as many good minutes as are waited for', (_, happening, level, cause) => {
    const { minute, minutes } = market(TEN);
    minutes(10);
    const said = minute(happening);
    expect([said.level, said.causes]).toEqual([level, expect.arrayContaining([cause])]);
    expect(minutes(4)).toEqual([level, level, 0, 0]);
  });

  it('is too late by what each feed takes as a rule', () => {
    const { minute, minutes } = market(TEN);
    minutes(10);
    expect(minute({ feed: 'two/feed', lateMs: 2 * LATE_MS }).causes).toEqual(['failover']);
    expect(minute({ lateMs: 2 * LATE_MS }).causes).toEqual(['late']);
    expect(minute({ feed: 'unheard/of' }).causes).toEqual(['late', 'failover']);
  });

  it('does not flap with a vendor that comes and goes', () => {
    const { minute, minutes } = market(TEN);
    minutes(10);
    const levels = Array.from({ length: 20 }, (_, i) => minute(i % 3 === 0 ? { absent: 'disconnected' } : {}).level);
    expect(new Set(levels)).toEqual(new Set([3]));
    expect(minutes(3)).toEqual([3, 0, 0]);
  });

  it('is as bad as the worst of the last minutes, and gets better by steps', () => {
    const { minute, minutes } = market(TEN);
    minutes(10);
    expect(minute({ absent: 'disconnected', traded: [] }).level).toBe(4);
    expect(minutes(5, { feed: 'two/feed' })).toEqual([4, 4, 1, 1, 1]);
    expect(minutes(3)).toEqual([1, 1, 0]);
  });
});

describe('a symbol that is silent', () => {
  it('has no entries while it should trade, and for some minutes after; the others have', () => {
    const { minute, minutes } = market(TEN);
    minutes(120);
    const [silent, ...others] = SYMBOLS;
    const said = Array.from({ length: 7 }, () => minute({ traded: others }));
    expect(said.map(({ level }) => level)).toEqual([0, 0, 0, 0, 2, 2, 2]);
    expect(said.at(-1)?.symbols).toEqual([silent]);
    expect(Array.from({ length: 4 }, () => minute().symbols.length)).toEqual([1, 1, 0, 0]);
  });

  it('is not missed while it is halted', () => {
    const { minutes } = market(TEN);
    minutes(60);
    const [halted, ...others] = SYMBOLS;
    expect(new Set(minutes(60, { traded: others, halted: halted === undefined ? [] : [halted] }))).toEqual(new Set([0]));
  });

  it('with more than a quarter of those that trade is the vendor’s silence', () => {
    const { minutes } = market(TEN);
    minutes(60);
    expect(minutes(6, { traded: SYMBOLS.slice(5) }).at(-1)).toBe(2);
    expect(minutes(6, { traded: SYMBOLS.slice(6) }).at(-1)).toBe(3);
    expect(minutes(8, { traded: [] }).at(-1)).toBe(3);
    expect(minutes(4)).toEqual([3, 3, 0, 0]);
  });

  it('does not matter before the open, where most symbols are, and a few begin and stop to trade', () => {
    const { minute } = market(4 * 60);
    const said = Array.from({ length: 330 }, (_, i) => {
      // symbols trade in turn for an hour each, one all the time
      const traded = SYMBOLS.filter((_symbol, symbol) => symbol === 0 || symbol === 1 + (Math.floor(i / 60) % 5));
      return minute({ traded }).level;
    });
    expect(Math.max(...said.slice(CLEAN))).toBe(2);
  });

  it('of the pre-market does not bind at the open: entries are there from its first minutes on', () => {
    const { minute, minutes, levels } = market(OPEN - 60);
    minutes(60, { traded: SYMBOLS.slice(0, 3) });
    expect(levels.activity.phase).toBe('PRE');
    expect(minutes(5)).toEqual([0, 0, 0, 0, 0]);
    expect(minute().symbols).toEqual([]);
  });

  it('is a vendor’s silence when it is the only one that is followed', () => {
    const { minutes } = market(TEN, SYMBOLS.slice(0, 1));
    minutes(120);
    expect(minutes(6, { traded: [] })).toEqual([0, 0, 0, 0, 3, 3]);
  });
});

describe('a symbol that may have been halted while nobody listened', () => {
  const [lost, ...others] = SYMBOLS;

  it.each<[string, Happening]>([
    ['minutes were lost', { absent: 'disconnected', traded: [] }],
    ['they were fetched, its own bar with them', { flags: BAR_FLAG.BACKFILLED }],
  ])('has no entries after %s until it was heard, and was for some minutes; the others have', (_, outage) => {
    const { minute, minutes } = market(TEN);
    minutes(120);
    minute(outage);
    const said = Array.from({ length: 6 }, () => minute({ traded: others }));
    // nobody has entries for as long as is waited for after an outage, and then all but one
    expect(said.map(({ level }) => level)).toEqual([
      outage.traded === undefined ? 3 : 4,
      outage.traded === undefined ? 3 : 4,
      2,
      2,
      2,
      2,
    ]);
    for (const { symbols } of said.slice(2)) expect(symbols).toEqual([lost]);
    expect(Array.from({ length: 4 }, () => minute().symbols.length)).toEqual([1, 1, 0, 0]);
  });

  it('has none either when it was known to be halted before', () => {
    const { minute, minutes } = market(TEN);
    minutes(120);
    const halted = lost === undefined ? [] : [lost];
    minutes(5, { traded: others, halted });
    minute({ absent: 'disconnected', traded: [], halted });
    minutes(5, { traded: others, halted });
    // the word that it trades again has come
    expect(minute({ traded: others }).symbols).toEqual([lost]);
  });

  it('is none that was not expected to trade', () => {
    const { minute, minutes } = market(TEN);
    minutes(120, { traded: others });
    minute({ absent: 'disconnected', traded: [] });
    expect(minutes(4, { traded: others })).toEqual([4, 4, 0, 0]);
  });
});
