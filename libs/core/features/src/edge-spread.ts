/*
 * The spread that trades paid, from the bars alone: the EDGE estimator of Ardia, Guidotti and Kroencke, "Efficient estimation of bid–ask
 * spreads from open, high, low, and close prices", Journal of Financial Economics 161 (2024). Prices bounce between bid and ask, so that
 * the open and the close of neighbouring bars lie apart from their midranges in a way that no drift explains.
 *
 * Invariants
 * 1. The estimate of a slot depends on the bars of that slot only, and on no price level: a multiple of all prices changes nothing.
 * 2. A bar counts with the one before it, or not at all: what does not follow on it begins anew.
 * 3. Fading a slot changes what its bars weigh beside later ones, and not what they tell.
 * 4. It is NaN where bars do not tell: without two bars that moved, or without an open or a close within a range.
 */
import { ln } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';
import { grownFloats } from './columns.ts';

/** What is summed over pairs of bars; names are those of the paper's returns, `t` for bars that moved. */
const SUM = {
  pairs: 0,
  t: 1,
  atOpen: 2,
  atClose: 3,
  r1: 4,
  r3: 5,
  r5: 6,
  r1r2: 7,
  tr2: 8,
  r3r4: 9,
  tr4: 10,
  r1r5: 11,
  tr5: 12,
  r5r4: 13,
  r1r1r2r2: 14,
  r1tr2r2: 15,
  tr2r2: 16,
  r1r3r2r4: 17,
  r1tr2r4: 18,
  r3tr2r4: 19,
  tr2r4: 20,
  r3r3r4r4: 21,
  r3tr4r4: 22,
  tr4r4: 23,
  r1r1r5r5: 24,
  r1tr5r5: 25,
  tr5r5: 26,
  r1r5r5r4: 27,
  r1tr5r4: 28,
  tr5r5r4: 29,
  tr5r4: 30,
  r5r5r4r4: 31,
  r5tr4r4: 32,
} as const;
const SUMS = Object.keys(SUM).length;
/** Open, high, low and close of the bar before, as logarithms. */
const PRICES = 4;

/** Estimates of many symbols, one slot each. Plain data. */
export interface EdgeSpread {
  sums: Float64Array;
  previous: Float64Array;
}

/** An estimator without slots. */
export const newEdgeSpread = (): EdgeSpread => ({ sums: new Float64Array(0), previous: new Float64Array(0) });

/** Makes room for `slots` slots; what the others hold stays. */
export function growEdgeSpread(edge: EdgeSpread, slots: number): void {
  edge.sums = grownFloats(edge.sums, slots * SUMS, 0);
  edge.previous = grownFloats(edge.previous, slots * PRICES, NaN);
}

/**
 * Folds one bar (dollars) into a slot; `follows` tells whether it is the one right after the last. A bar that is none, with a price that
 * is not positive or a range that does not hold its open and close, is passed over, and ends what it would have followed.
 * @throws RangeError when there is no such slot
 */
export function updateEdgeSpread(
  edge: EdgeSpread,
  slot: number,
  follows: boolean,
  open: number,
  high: number,
  low: number,
  close: number,
): void {
  const { previous } = edge;
  const at = slot * PRICES;
  const before = read(previous, at + 3);
  const isBar = low > 0 && low <= Math.min(open, close) && Math.max(open, close) <= high && high < Infinity;
  const o = isBar ? ln(open) : NaN;
  const h = isBar ? ln(high) : NaN;
  const l = isBar ? ln(low) : NaN;
  const c = isBar ? ln(close) : NaN;
  if (follows && isBar && !Number.isNaN(before)) addPair(edge, slot, o, h, l);
  previous[at] = o;
  previous[at + 1] = h;
  previous[at + 2] = l;
  previous[at + 3] = c;
}

/**
 * Sums of one pair of bars. Where nothing moved, t is 0, and so are r1, r3 and r5: nothing but the pair counts. Everywhere else t is 1,
 * and what has a t in its name is the product of the rest.
 */
function addPair({ sums, previous }: EdgeSpread, slot: number, o: number, h: number, l: number): void {
  const at = slot * PRICES;
  const h1 = read(previous, at + 1);
  const l1 = read(previous, at + 2);
  const c1 = read(previous, at + 3);
  const base = slot * SUMS;
  sums[base + SUM.pairs] = read(sums, base + SUM.pairs) + 1;
  if (h === l && l === c1) return;
  const m = (h + l) / 2;
  const m1 = (h1 + l1) / 2;
  sums[base + SUM.t] = read(sums, base + SUM.t) + 1;
  sums[base + SUM.atOpen] = read(sums, base + SUM.atOpen) + (o === h ? 0 : 1) + (o === l ? 0 : 1);
  sums[base + SUM.atClose] = read(sums, base + SUM.atClose) + (c1 === h1 ? 0 : 1) + (c1 === l1 ? 0 : 1);
  addMeans(sums, base, m - o, o - m1, m - c1, c1 - m1, o - c1);
  addSquares(sums, base, m - o, o - m1, m - c1, c1 - m1, o - c1);
}

/** What the means of the paper's two estimates are made of. */
function addMeans(sums: Float64Array, base: number, r1: number, r2: number, r3: number, r4: number, r5: number): void {
  sums[base + SUM.r1] = read(sums, base + SUM.r1) + r1;
  sums[base + SUM.r3] = read(sums, base + SUM.r3) + r3;
  sums[base + SUM.r5] = read(sums, base + SUM.r5) + r5;
  sums[base + SUM.r1r2] = read(sums, base + SUM.r1r2) + r1 * r2;
  sums[base + SUM.tr2] = read(sums, base + SUM.tr2) + r2;
  sums[base + SUM.r3r4] = read(sums, base + SUM.r3r4) + r3 * r4;
  sums[base + SUM.tr4] = read(sums, base + SUM.tr4) + r4;
  sums[base + SUM.r1r5] = read(sums, base + SUM.r1r5) + r1 * r5;
  sums[base + SUM.tr5] = read(sums, base + SUM.tr5) + r5;
  sums[base + SUM.r5r4] = read(sums, base + SUM.r5r4) + r5 * r4;
  sums[base + SUM.tr2r2] = read(sums, base + SUM.tr2r2) + r2 * r2;
  sums[base + SUM.tr2r4] = read(sums, base + SUM.tr2r4) + r2 * r4;
  sums[base + SUM.tr4r4] = read(sums, base + SUM.tr4r4) + r4 * r4;
  sums[base + SUM.tr5r5] = read(sums, base + SUM.tr5r5) + r5 * r5;
  sums[base + SUM.tr5r4] = read(sums, base + SUM.tr5r4) + r5 * r4;
}

/** What their variances are made of besides. */
function addSquares(sums: Float64Array, base: number, r1: number, r2: number, r3: number, r4: number, r5: number): void {
  const r1r2 = r1 * r2;
  const r1r5 = r1 * r5;
  const r3r4 = r3 * r4;
  const r5r4 = r5 * r4;
  sums[base + SUM.r1r1r2r2] = read(sums, base + SUM.r1r1r2r2) + r1r2 * r1r2;
  sums[base + SUM.r1tr2r2] = read(sums, base + SUM.r1tr2r2) + r1r2 * r2;
  sums[base + SUM.r1r3r2r4] = read(sums, base + SUM.r1r3r2r4) + r1r2 * r3r4;
  sums[base + SUM.r1tr2r4] = read(sums, base + SUM.r1tr2r4) + r1r2 * r4;
  sums[base + SUM.r3tr2r4] = read(sums, base + SUM.r3tr2r4) + r2 * r3r4;
  sums[base + SUM.r3r3r4r4] = read(sums, base + SUM.r3r3r4r4) + r3r4 * r3r4;
  sums[base + SUM.r3tr4r4] = read(sums, base + SUM.r3tr4r4) + r3r4 * r4;
  sums[base + SUM.r1r1r5r5] = read(sums, base + SUM.r1r1r5r5) + r1r5 * r1r5;
  sums[base + SUM.r1tr5r5] = read(sums, base + SUM.r1tr5r5) + r1r5 * r5;
  sums[base + SUM.r1r5r5r4] = read(sums, base + SUM.r1r5r5r4) + r1r5 * r5r4;
  sums[base + SUM.r1tr5r4] = read(sums, base + SUM.r1tr5r4) + r1 * r5r4;
  sums[base + SUM.tr5r5r4] = read(sums, base + SUM.tr5r5r4) + r5 * r5r4;
  sums[base + SUM.r5r5r4r4] = read(sums, base + SUM.r5r5r4r4) + r5r4 * r5r4;
  sums[base + SUM.r5tr4r4] = read(sums, base + SUM.r5tr4r4) + r5r4 * r4;
}

/** Lets all that a slot has seen weigh `factor` (0 to 1) of what it did, beside bars to come. @throws RangeError when there is no such slot */
export function fadeEdgeSpread({ sums }: EdgeSpread, slot: number, factor: number): void {
  const end = (slot + 1) * SUMS;
  for (let at = slot * SUMS; at < end; at++) sums[at] = read(sums, at) * factor;
}

/** What bars tell of a spread. */
export interface SpreadEstimate {
  /** the spread, ask less bid, as a share of the price; below zero, where noise outweighs it: then it is not told from nothing */
  readonly spread: number;
  /** pairs of bars that it rests on, those that faded by their weight */
  readonly pairs: number;
}

/** The estimate of a slot. The spread is NaN where its bars do not tell. @throws RangeError when there is no such slot */
export function edgeSpreadOf({ sums }: EdgeSpread, slot: number): SpreadEstimate {
  const base = slot * SUMS;
  const pairs = read(sums, base + SUM.pairs);
  const mean = (sum: number): number => read(sums, base + sum) / pairs;
  const [moved, atOpen, atClose] = [mean(SUM.t), mean(SUM.atOpen), mean(SUM.atClose)];
  if (!(moved * pairs >= 2) || !(atOpen > 0) || !(atClose > 0)) return { spread: NaN, pairs };
  const [a, b] = [-4 / atOpen, -4 / atClose];
  // drift of the three returns, a bar that moved
  const [d1, d3, d5] = [mean(SUM.r1) / moved, mean(SUM.r3) / moved, mean(SUM.r5) / moved];
  const e1 = a * (mean(SUM.r1r2) - d1 * mean(SUM.tr2)) + b * (mean(SUM.r3r4) - d3 * mean(SUM.tr4));
  const e2 = a * (mean(SUM.r1r5) - d1 * mean(SUM.tr5)) + b * (mean(SUM.r5r4) - d5 * mean(SUM.tr4));
  const s1 =
    a * a * (mean(SUM.r1r1r2r2) - 2 * d1 * mean(SUM.r1tr2r2) + d1 * d1 * mean(SUM.tr2r2)) +
    2 * a * b * (mean(SUM.r1r3r2r4) - d3 * mean(SUM.r1tr2r4) - d1 * mean(SUM.r3tr2r4) + d1 * d3 * mean(SUM.tr2r4)) +
    b * b * (mean(SUM.r3r3r4r4) - 2 * d3 * mean(SUM.r3tr4r4) + d3 * d3 * mean(SUM.tr4r4));
  const s2 =
    a * a * (mean(SUM.r1r1r5r5) - 2 * d1 * mean(SUM.r1tr5r5) + d1 * d1 * mean(SUM.tr5r5)) +
    2 * a * b * (mean(SUM.r1r5r5r4) - d5 * mean(SUM.r1tr5r4) - d1 * mean(SUM.tr5r5r4) + d1 * d5 * mean(SUM.tr5r4)) +
    b * b * (mean(SUM.r5r5r4r4) - 2 * d5 * mean(SUM.r5tr4r4) + d5 * d5 * mean(SUM.tr4r4));
  const [v1, v2] = [s1 - e1 * e1, s2 - e2 * e2];
  const square = v1 + v2 > 0 ? (v2 * e1 + v1 * e2) / (v1 + v2) : (e1 + e2) / 2;
  return { spread: Math.sign(square) * Math.sqrt(Math.abs(square)), pairs };
}
