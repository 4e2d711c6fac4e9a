import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AsOf } from '@aitrader/adapter-bar-archive';
import { epochMs, item, newBarSlice, read, readInt32, ticker, type BarSlice } from '@aitrader/model';
import { archiveListing } from './archive-listing.ts';
import { compactBars } from './compact-bars.ts';
import { openArchivedBars } from './archived-bars.ts';
import type { FetchedBars } from './fetch-bars.ts';
import { keepRecorded, type ImportedRecording } from './import-recording.ts';
import { keepFetched } from './keep-fetched.ts';
import { wholeTable } from './parted-bars.ts';
import { VersionCollector, wantedFeed, type RecordedVersions } from './recorded-versions.ts';

const MINUTE_MS = 60_000;
const BEGIN = Date.UTC(2024, 6, 2, 14);
const SYMBOLS = ['AAA', 'BBB'].map(ticker);
const SIP = 'alpaca/sip';

type Price = readonly [minute: number, symbol: 'AAA' | 'BBB', price: number];

/** A slice that became known two seconds after its minute, with prices of its minute and later versions of earlier ones. */
function sliceOf(minute: number, bars: readonly Price[], revisions: readonly Price[] = [], feed = SIP): BarSlice {
  const t = BEGIN + minute * MINUTE_MS;
  const slice = Object.assign(newBarSlice(0, '1m', 2), { t: epochMs(t), knownAt: epochMs(t + 2_000), feed });
  for (const [, symbol, price] of bars) {
    slice.symbols[slice.count] = ticker(symbol);
    for (const figure of ['open', 'high', 'low', 'close', 'volume'] as const) slice[figure][slice.count] = price;
    slice.count++;
  }
  slice.revisions = revisions.map(([of, symbol, price]) => {
    const figures = { open: price, high: price, low: price, close: price, volume: price, flags: 0 };
    return { symbol: ticker(symbol), t: epochMs(BEGIN + of * MINUTE_MS), ...figures };
  });
  return slice;
}

function collected(...slices: readonly BarSlice[]): VersionCollector {
  const collector = new VersionCollector('1m', ['BBB', 'AAA', 'NONE'].map(ticker));
  for (const slice of slices) collector.take(slice);
  return collector;
}

const recorded = (collector: VersionCollector, feed = SIP): RecordedVersions => ({
  feed,
  adjustment: 'raw',
  versions: collector.versionsOf(feed),
  cutShort: undefined,
});

/** Three minutes of a stream that lost BBB's first one until a minute later, and revised AAA's first one twice. */
const LIVE = collected(
  sliceOf(0, [[0, 'AAA', 10]]),
  sliceOf(
    1,
    [
      [1, 'AAA', 11],
      [1, 'BBB', 21],
    ],
    [
      [0, 'AAA', 12],
      [0, 'BBB', 20],
    ],
  ),
  sliceOf(2, [[2, 'AAA', 13]], [[0, 'AAA', 14]]),
);
/** What the vendor says afterwards, who has changed AAA's second minute once more. */
const AFTERWARDS: readonly Price[] = [
  [0, 'AAA', 14],
  [0, 'BBB', 20],
  [1, 'AAA', 15],
  [1, 'BBB', 21],
  [2, 'AAA', 13],
];

function fetchedOf(prices: readonly Price[], feed = 'sip'): FetchedBars {
  const figures = (): Float64Array => Float64Array.from(prices, ([, , price]) => price);
  const table = {
    timeframe: '1m' as const,
    symbols: SYMBOLS,
    count: prices.length,
    t: Float64Array.from(prices, ([minute]) => BEGIN + minute * MINUTE_MS),
    symbol: Int32Array.from(prices, ([, symbol]) => SYMBOLS.indexOf(ticker(symbol))),
    ...{ open: figures(), high: figures(), low: figures(), close: figures(), volume: figures() },
  };
  const answers = { asked: 1, kept: 0 };
  return { table, vendor: 'alpaca', feed, adjustment: 'raw', answers, leftOut: {}, upTo: null, clockSkewMs: null };
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'aitrader-recorded-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => path.join(folder, name);
const NEXT_DAY = BEGIN + 24 * 60 * MINUTE_MS;
const options = (revise = false) => ({ revise, now: () => NEXT_DAY });
const keep = (into: string, what = recorded(LIVE), run = 'paper-1', revise = false): Promise<ImportedRecording> =>
  keepRecorded(what, { run, into: at(into), ...options(revise) });
const keepAfterwards = (into: string, revise = false, feed = 'sip') =>
  keepFetched(at(into), fetchedOf(AFTERWARDS, feed), options(revise));

/** Minute, symbol and close of every bar that a run over an archive gets. */
async function pricesOf(into: string, asOf?: AsOf): Promise<Price[]> {
  const { bars } = await openArchivedBars({ kind: 'archive', path: at(into), asOf });
  const { count, t, symbol, symbols, close } = await wholeTable(bars);
  return Array.from({ length: count }, (_, row): Price => {
    const name = item(symbols, readInt32(symbol, row)) === 'AAA' ? 'AAA' : 'BBB';
    return [(read(t, row) - BEGIN) / MINUTE_MS, name, read(close, row)];
  });
}

describe('the versions of the bars of a recording', () => {
  it('are the first of each, also of one that came late, then the second, with when each was known', () => {
    const [first, second, third, ...others] = LIVE.versionsOf(SIP).map(({ bars, knownAt }) => ({
      symbols: bars.symbols,
      rows: Array.from({ length: bars.count }, (_, row) => [
        (read(bars.t, row) - BEGIN) / MINUTE_MS,
        item(bars.symbols, readInt32(bars.symbol, row)),
        read(bars.close, row),
        (read(knownAt, row) - 2_000 - BEGIN) / MINUTE_MS,
      ]),
    }));
    expect(others).toEqual([]);
    expect(first).toEqual({
      symbols: SYMBOLS,
      rows: [
        [0, 'AAA', 10, 0],
        [0, 'BBB', 20, 1],
        [1, 'AAA', 11, 1],
        [1, 'BBB', 21, 1],
        [2, 'AAA', 13, 2],
      ],
    });
    expect(second?.rows).toEqual([[0, 'AAA', 12, 1]]);
    expect(third?.rows).toEqual([[0, 'AAA', 14, 2]]);
  });

  it('are of one feed, which has to be said where there are several', () => {
    const mixed = collected(sliceOf(0, [[0, 'AAA', 10]]), sliceOf(1, [[1, 'AAA', 11]], [], 'yahoo/yahoo'));
    expect(mixed.versionsOf('yahoo/yahoo').map(({ bars }) => [...bars.close])).toEqual([[11]]);
    expect(() => wantedFeed('paper-1', mixed.feeds, undefined)).toThrow(
      'paper-1: has bars of alpaca/sip and yahoo/yahoo, which are never mixed: say with --feed which are meant',
    );
    expect(wantedFeed('paper-1', mixed.feeds, SIP)).toBe(SIP);
    expect(() => wantedFeed('paper-1', mixed.feeds, 'alpaca/iex')).toThrow('has no bars of alpaca/iex, only of');
    expect(wantedFeed('paper-1', LIVE.feeds, undefined)).toBe(SIP);
    expect(() => wantedFeed('paper-1', [''], undefined)).toThrow("paper-1: has no bars of a vendor's feed");
  });
});

describe('a recording in an archive', () => {
  it('and the same bars fetched afterwards read as the vendor said last, whichever came first; both versions are there', async () => {
    await expect(keep('live-first')).resolves.toMatchObject({ isNew: true, entry: { added: 5, held: 0, revised: 2 } });
    await expect(keepAfterwards('live-first')).rejects.toThrow('differs in 1 bar from what');
    await expect(keepAfterwards('live-first', true)).resolves.toEqual({ added: 0, held: 4, revised: 1 });
    await keepAfterwards('fetched-first');
    await expect(keep('fetched-first')).resolves.toMatchObject({ isNew: true, entry: { added: 0, held: 4, revised: 3 } });
    for (const archive of ['live-first', 'fetched-first']) expect(await pricesOf(archive)).toEqual(AFTERWARDS);
    expect((await archiveListing(at('live-first'))).bars).toBe(5 + 2 + 1);
    expect((await archiveListing(at('fetched-first'))).bars).toBe(5 + 3);
  });

  it('reads as it was known at an instant, or in a version, while what came later is there', async () => {
    await keep('archive');
    await keepAfterwards('archive', true);
    const lastLive = BEGIN + 2 * MINUTE_MS + 2_000;
    const live: Price[] = AFTERWARDS.map(([minute, symbol, price]) => [minute, symbol, price === 15 ? 11 : price]);
    expect(await pricesOf('archive', { at: lastLive })).toEqual(live);
    expect(await pricesOf('archive', { at: NEXT_DAY - 1 })).toEqual(live);
    expect(await pricesOf('archive', { at: NEXT_DAY })).toEqual(AFTERWARDS);
    await expect(pricesOf('archive', { at: lastLive - 1 })).rejects.toThrow(
      'has no bars as of 2024-07-02T14:02:01.999Z: it was told of the first ones at 2024-07-02T14:02:02.000Z',
    );
    const { imports } = await archiveListing(at('archive'));
    expect(imports.map(({ versions }) => versions)).toEqual([[1, 2, 3], [4]]);
    const first = [1, 2, 3, 4].map(async (version) => (await pricesOf('archive', { version }))[0]?.[2]);
    expect(await Promise.all(first)).toEqual([10, 12, 14, 14]);
    expect(await pricesOf('archive', { version: 3 })).toEqual(live);
    await expect(pricesOf('archive', { version: 0 })).rejects.toThrow('has no bars as of v0: its versions go from v1 on');
    const listed = await archiveListing(at('archive'), { at: lastLive });
    expect([listed.bars, listed.imports.map(({ name }) => name)]).toEqual([7, ['recording paper-1']]);
    const sources = [undefined, { at: lastLive }, { version: 3 }].map(async (asOf) => {
      const { source } = await openArchivedBars({ kind: 'archive', path: at('archive'), asOf });
      return [source.name, source.sha256.length];
    });
    expect(await Promise.all(sources)).toEqual([
      ['archive archive', 64],
      ['archive archive as of 2024-07-02T14:02:02.000Z', 64],
      ['archive archive as of v3', 64],
    ]);
  });

  it('reads alike when its small parts were joined, in every version, and so does what is imported afterwards', async () => {
    await keep('archive');
    await keepAfterwards('archive', true);
    const told = (): Promise<unknown> =>
      Promise.all([undefined, ...[1, 2, 3, 4].map((version) => ({ version }))].map((asOf) => pricesOf('archive', asOf)));
    const before = await told();
    expect(await compactBars(at('archive'))).toEqual({ before: 4, after: 1 });
    expect(await told()).toEqual(before);
    await expect(keep('archive')).resolves.toMatchObject({ isNew: false });
    await expect(keepAfterwards('archive')).resolves.toEqual({ added: 0, held: 5, revised: 0 });
    const { bars, parts } = await archiveListing(at('archive'));
    expect([bars, parts]).toEqual([8, 1]);
    // known live, between what was said there: below all that is held, of every version
    const between = collected(sliceOf(0, [[0, 'AAA', 9]]), sliceOf(1, [[1, 'AAA', 11]]));
    await expect(keep('archive', recorded(between), 'paper-2')).resolves.toMatchObject({
      entry: { added: 0, held: 1, revised: 1 },
    });
    expect(await pricesOf('archive')).toEqual(AFTERWARDS);
  });

  it('does not read as it was known where its bars are kept with those that came later', async () => {
    await keepAfterwards('archive');
    await keep('archive');
    for (const asOf of [{ at: NEXT_DAY - 1 }, { version: 0 }])
      await expect(pricesOf('archive', asOf)).rejects.toThrow(
        'cannot tell all that was known then: 4 bars of recording paper-1 were there before it was imported',
      );
    expect(await pricesOf('archive', { version: 1 })).toEqual(AFTERWARDS);
  });

  it('changes nothing when it is imported again', async () => {
    await keep('archive');
    const before = readFileSync(path.join(at('archive'), 'catalogue.json'), 'utf8');
    await expect(keep('archive')).resolves.toMatchObject({ isNew: false });
    expect(readFileSync(path.join(at('archive'), 'catalogue.json'), 'utf8')).toBe(before);
  });

  it('says where it is from, and when it was known', async () => {
    await keep('archive');
    expect((await archiveListing(at('archive'))).imports).toMatchObject([
      {
        name: 'recording paper-1',
        shape: SIP,
        adjustment: 'raw',
        at: NEXT_DAY,
        known: { from: BEGIN + 2_000, to: BEGIN + 2 * MINUTE_MS + 2_000 },
      },
    ]);
  });

  it('has revisions that came after a fetch above it, and those before it below, when that is allowed', async () => {
    const early = fetchedOf([[0, 'AAA', 12]]);
    await keepFetched(at('archive'), early, { revise: false, now: () => BEGIN + MINUTE_MS + 30_000 });
    await expect(keep('archive')).rejects.toThrow('differs in 1 bar from what');
    await keep('archive', recorded(LIVE), 'paper-1', true);
    expect((await pricesOf('archive'))[0]).toEqual([0, 'AAA', 14]);
  });

  it('is never mixed with bars of another feed, in either order', async () => {
    await keep('live-first');
    await expect(keepAfterwards('live-first', true, 'iex')).rejects.toThrow('which is never mixed with alpaca/iex');
    await keepAfterwards('fetched-first', false, 'iex');
    await expect(keep('fetched-first')).rejects.toThrow('may have AAA from alpaca/iex, which is never mixed with alpaca/sip');
  });
});
