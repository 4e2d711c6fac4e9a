import { read } from '@aitrader/model';
import { addFittedTrack, setContenderWeights } from './contest.ts';
import {
  BANK,
  BANK_WIDTH,
  CONTENDER,
  CONTENDER_WIDTH,
  FITTED,
  FITTED_VARIANCE_WIDTH,
  FITTED_WIDTH,
  type Memory,
} from './memory.ts';
import { EXPERTS, SHAPES, TRACKS } from './sizes.ts';

/*
 * Up to layout `probability/2` a symbol's fitted variances, two at most, were tracks of its bank behind its own ones, each with three experts
 * among the bank's.
 *
 * 1. A bank without fitted variances goes on to the last bit.
 * 2. The weight of the bank and of each fitted variance is what it was, and within them that of each expert, but for rounding.
 */

/** A symbol's rows of the bank and of what was fitted. */
export interface EarlierBank {
  readonly bank: Float64Array;
  readonly fitted: Float64Array;
}

const EARLIER_FITTED_MAX = 2;
const EARLIER_BANK = {
  variance: 0,
  concentration: 1,
  shapes: 2,
  fittedTracks: 2 + SHAPES,
  keep: 3 + SHAPES,
  even: 4 + SHAPES,
  tracks: 5 + SHAPES,
  experts: 5 + SHAPES + TRACKS + EARLIER_FITTED_MAX,
} as const;
/** Model, ω, α, γ and β of each fitted variance, and behind them the fitted chain. */
const EARLIER_VARIANCE_WIDTH = 5;
const EARLIER_CHAIN = EARLIER_FITTED_MAX * EARLIER_VARIANCE_WIDTH;

/** Writes what an earlier layout had in bank and fitted parameters to a slot whose rows of both are 0. */
export function carryBank({ bank: from, fitted: parameters }: EarlierBank, memory: Memory, slot: number): void {
  const { bank, fitted } = memory;
  const b = slot * BANK_WIDTH;
  const copied = [
    [EARLIER_BANK.variance, BANK.variance, 1],
    [EARLIER_BANK.concentration, BANK.concentration, 1],
    [EARLIER_BANK.shapes, BANK.shapes, SHAPES],
    [EARLIER_BANK.keep, BANK.keep, 1],
    [EARLIER_BANK.even, BANK.even, 1],
    [EARLIER_BANK.tracks, BANK.tracks, TRACKS],
    [EARLIER_BANK.experts, BANK.experts, EXPERTS],
  ] as const;
  for (const [at, to, count] of copied) bank.set(from.subarray(at, at + count), b + to);
  fitted.set(parameters.subarray(EARLIER_CHAIN), slot * FITTED_WIDTH + FITTED.transition);
  const tracks = read(from, EARLIER_BANK.fittedTracks);
  if (tracks > 0) carryTracks(from, parameters, memory, slot, tracks);
}

/** Moves fitted tracks out of a bank, whose own experts then add up to 1. */
function carryTracks(from: Float64Array, parameters: Float64Array, memory: Memory, slot: number, tracks: number): void {
  const { bank, fitted } = memory;
  const b = slot * BANK_WIDTH;
  const weights = from
    .subarray(EARLIER_BANK.experts)
    .map((expert) => expert * read(from, EARLIER_BANK.keep) + read(from, EARLIER_BANK.even));
  const sumOf = (first: number, count: number): number => weights.subarray(first, first + count).reduce((a, w) => a + w, 0);
  const own = sumOf(0, EXPERTS);
  for (let i = 0; i < EXPERTS; i++) bank[b + BANK.experts + i] = read(weights, i) / own;
  bank[b + BANK.keep] = 1;
  bank[b + BANK.even] = 0;
  const contenders = slot * FITTED_WIDTH + FITTED.contenders;
  const variances = from.subarray(EARLIER_BANK.tracks, EARLIER_BANK.tracks + TRACKS + tracks);
  const all: number[] = [];
  for (let track = 0; track < tracks; track++) {
    addFittedTrack(memory, slot);
    const given = parameters.subarray(track * EARLIER_VARIANCE_WIDTH, (track + 1) * EARLIER_VARIANCE_WIDTH);
    fitted.set(given, slot * FITTED_WIDTH + FITTED.variances + track * FITTED_VARIANCE_WIDTH);
  }
  let fittedPart = 0;
  for (let contender = 0; contender <= tracks; contender++) {
    const first = contender === 0 ? 0 : TRACKS + contender - 1;
    const count = contender === 0 ? TRACKS : 1;
    const weight = sumOf(first * SHAPES, count * SHAPES);
    const at = contenders + contender * CONTENDER_WIDTH;
    let part = 0;
    fitted.fill(0, at, at + CONTENDER_WIDTH);
    for (let i = first * SHAPES; i < (first + count) * SHAPES; i++) {
      part += read(weights, i) * read(variances, Math.floor(i / SHAPES));
      const k = at + CONTENDER.shapes + (i % SHAPES);
      fitted[k] = read(fitted, k) + read(weights, i) / weight;
    }
    fitted[at + CONTENDER.variance] = part / weight;
    all.push(weight);
    if (contender > 0) fittedPart += part;
  }
  setContenderWeights(memory, slot, all);
  bank[b + BANK.fittedPart] = fittedPart;
}
