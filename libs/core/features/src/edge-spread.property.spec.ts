/**
 * 1. Folding bar by bar comes to what the paper's formulas come to over all pairs at once.
 * 2. A spread that was put into a random walk is found again, and none where there was none.
 * 3. A multiple of all prices changes nothing, nor do bars of other slots.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item } from '@aitrader/model';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import { edgeSpreadOf, growEdgeSpread, newEdgeSpread, updateEdgeSpread, type SpreadEstimate } from './index.ts';

type Bar = readonly [open: number, high: number, low: number, close: number];
const eachPrice = ([open, high, low, close]: Bar, of: (price: number) => number): Bar => [of(open), of(high), of(low), of(close)];

function folded(bars: readonly Bar[], follows: (i: number) => boolean = () => true): SpreadEstimate {
  const edge = newEdgeSpread();
  growEdgeSpread(edge, 2);
  bars.forEach(([open, high, low, close], i) => {
    updateEdgeSpread(edge, 1, follows(i), open, high, low, close);
    updateEdgeSpread(edge, 0, true, 1 + i, 3 + i, 1 + i, 2 + i);
  });
  return edgeSpreadOf(edge, 1);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The paper's estimator as it is written there, over all pairs of neighbours. */
function inTwoPasses(bars: readonly Bar[]): number {
  const logs = bars.map((bar) => eachPrice(bar, Math.log));
  const pairs = logs.slice(1).map(([o, h, l], i) => {
    const [, h1, l1, c1] = item(logs, i);
    const [m, m1] = [(h + l) / 2, (h1 + l1) / 2];
    const t = h !== l || l !== c1 ? 1 : 0;
    const at = t * (Number(o !== h) + Number(o !== l));
    return { t, at, close: t * (Number(c1 !== h1) + Number(c1 !== l1)), r: [m - o, o - m1, m - c1, c1 - m1, o - c1] as const };
  });
  const [pt, po, pc] = [mean(pairs.map(({ t }) => t)), mean(pairs.map(({ at }) => at)), mean(pairs.map(({ close }) => close))];
  if (pt * pairs.length < 2 || po === 0 || pc === 0) return Number.NaN;
  const drift = (which: 0 | 2 | 4): number => mean(pairs.map(({ r }) => r[which])) / pt;
  const [a1, a3, a5] = [drift(0), drift(2), drift(4)];
  const x1 = pairs.map(({ t, r }) => (-4 / po) * (r[0] - a1 * t) * r[1] - (4 / pc) * (r[2] - a3 * t) * r[3]);
  const x2 = pairs.map(({ t, r }) => (-4 / po) * (r[0] - a1 * t) * r[4] - (4 / pc) * (r[4] - a5 * t) * r[3]);
  const variance = (x: readonly number[]): number => mean(x.map((value) => value * value)) - mean(x) ** 2;
  const [e1, e2, v1, v2] = [mean(x1), mean(x2), variance(x1), variance(x2)];
  const square = v1 + v2 > 0 ? (v2 * e1 + v1 * e2) / (v1 + v2) : (e1 + e2) / 2;
  return Math.sign(square) * Math.sqrt(Math.abs(square));
}

/** Numbers in [0, 1) that look random: a linear congruence of 2^31 − 1 (Park and Miller 1988). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Bars of trades at the bid or the ask of a price that walks. */
function barsWithSpread(spread: number, count: number, { trades = 12, sd = 0.0004, seed = 7 } = {}): Bar[] {
  const random = randomFrom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let log = Math.log(100);
  return Array.from({ length: count }, (): Bar => {
    const prices = Array.from({ length: trades }, () => {
      log += (normal() * sd) / Math.sqrt(trades);
      return Math.exp(log) * (1 + (random() < 0.5 ? -spread : spread) / 2);
    });
    return [item(prices, 0), Math.max(...prices), Math.min(...prices), item(prices, trades - 1)];
  });
}

const someBar = fc
  .tuple(...([0, 1, 2, 3] as const).map(() => fc.integer({ min: 9_950, max: 10_050 })))
  .map(([a = 0, b = 0, c = 0, d = 0]) => eachPrice([a, Math.max(a, b, c, d), Math.min(a, b, c, d), d], (cents) => cents / 100));

describe('the spread that bars tell', () => {
  it('1. is the same bar by bar as over all at once', () => {
    fc.assert(
      fc.property(fc.array(someBar, { minLength: 3, maxLength: 60 }), (bars) => {
        const expected = inTwoPasses(bars);
        const { spread, pairs } = folded(bars);
        expect(pairs).toBe(bars.length - 1);
        if (Number.isNaN(expected)) expect(spread).toBeNaN();
        else expect(Math.sign(spread) * spread * spread).toBeCloseTo(Math.sign(expected) * expected * expected, 12);
      }),
    );
  });

  it.each([0.0002, 0.0005, 0.001, 0.005])('2. is the %s that was put in', (spread) => {
    const found = folded(barsWithSpread(spread, 12_000)).spread;
    expect(found / spread).toBeGreaterThan(0.9);
    expect(found / spread).toBeLessThan(1.1);
  });

  it('2. is next to nothing where there is none', () => {
    expect(Math.abs(folded(barsWithSpread(0, 12_000)).spread)).toBeLessThan(0.00005);
  });

  it('3. is no matter of the price level', () => {
    const bars = barsWithSpread(0.001, 2_000);
    const thousandfold = bars.map((bar) => eachPrice(bar, (price) => price * 1_000));
    expect(folded(thousandfold).spread).toBeCloseTo(folded(bars).spread, 9);
  });

  it('is not told by bars that do not follow one another, that are none, or that never move', () => {
    const bars = barsWithSpread(0.001, 100);
    expect(folded(bars, () => false)).toEqual({ spread: NaN, pairs: 0 });
    expect(folded(bars.map(([open, high]) => [open, high, 0, open] as const))).toEqual({ spread: NaN, pairs: 0 });
    expect(folded(Array.from({ length: 10 }, () => [10, 10, 10, 10] as const)).spread).toBeNaN();
    const [first, second] = [item(bars, 0), item(bars, 1)];
    expect(folded([first, [1, NaN, 1, 1], second, first]).pairs).toBe(1);
  });
});

const QUOTES = referencePath('data/minute_quote');

/** Medians of quoted spreads of regular hours in basis points, of the same days as the bars (measured from the quotes themselves). */
describe('the spread that real bars tell', () => {
  withReference(QUOTES, 'spreads of real bars against quotes of the same minutes', () => {
    it.each(['AIG', 'BAC', 'IBM', 'SHY', 'NWSA', 'GOOG', 'FOXA'])(
      'is that of the quotes within a factor of two: %s',
      (symbol) => {
        const quoted = quotedSpread(symbol);
        const { spread } = folded(...regularBars(symbol));
        expect(spread / quoted).toBeGreaterThan(0.5);
        expect(spread / quoted).toBeLessThan(2);
      },
    );
  });
});

function rowsOf(folder: string, name: string): Readonly<Record<string, string>>[] {
  const plain = referencePath('data', folder, `${name}.csv`);
  const text = existsSync(plain) ? readFileSync(plain, 'utf8') : gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
  const [header = '', ...rows] = text.trim().split('\n');
  const names = header.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, i) => [names[i] ?? '', cell])));
}

function quotedSpread(symbol: string): number {
  const spreads = rowsOf('minute_quote', `lean_${symbol}_1m_quote`).flatMap(({ session, bid_close: bid, ask_close: ask }) => {
    const value = (2 * (Number(ask) - Number(bid))) / (Number(ask) + Number(bid));
    return session === 'RTH' && value > 0 ? [value] : [];
  });
  spreads.sort((a, b) => a - b);
  return item(spreads, spreads.length >> 1);
}

function regularBars(symbol: string): [readonly Bar[], (i: number) => boolean] {
  const rows = rowsOf('minute', `lean_${symbol}_1m`).filter(({ session }) => session === 'RTH');
  const bars = rows.map(({ open, high, low, close }): Bar => [Number(open), Number(high), Number(low), Number(close)]);
  return [bars, (i) => i > 0 && Number(item(rows, i)['ts']) - Number(item(rows, i - 1)['ts']) <= 60_000];
}
