import type { Edge } from './edge-ledger.ts';
import { E8, type Direction, type ReturnDistribution } from '@aitrader/model';
import { estimationShrinkage } from './kelly-criterion.ts';

/*
 * What is worth staking on a signal, of which every trade costs.
 *
 * 1. More uncertainty or more cost never makes a stake larger, nor does what is held already and falls when it falls.
 * 2. Half the equity never stakes more money.
 * 3. A figure that is none makes a stake that is none: NaN.
 */

/** A signal's belief in its direction, of what is left once both legs are paid for. */
export interface NetBelief {
  /** mean of the forward log return less the costs that do not depend on the size */
  readonly edge: number;
  readonly sd: number;
  /** sd of what the edge may be wrong by, for want of evidence */
  readonly error: number;
}

/** NaN for a distribution without a standard deviation, or costs that are not known. */
export function netBelief(
  forward: ReturnDistribution,
  direction: Direction,
  cost: number,
  { slope, error, spread }: Edge,
): NetBelief {
  const sd = (spread * forward.sdE8) / E8;
  const claim = (direction * forward.meanE8) / E8;
  return { edge: sd > 0 && sd < Infinity ? slope * claim - cost : NaN, sd, error: Math.abs(error * claim) };
}

/**
 * What to multiply a stake by whose edge is an estimate: k* = edge² / (edge² + τ²) for an error of sd τ: what the evidence leaves open, and besides `edgeError` standard deviations of
 * the outcome (`estimationShrinkage`), and nothing without an edge.
 */
export function trustIn({ edge, sd, error }: NetBelief, edgeError: number): number {
  const own = edgeError * sd;
  return edge <= 0 ? 0 : estimationShrinkage(edge, Math.sqrt(own * own + error * error));
}

/**
 * The stake f at which f · edge − cost · f^1.5 − f² · variance / 2 is most: its slope is 0 where x = √f solves variance · x² + 1.5 cost · x
 * = edge. Without a cost that is Kelly's edge / variance; the cost is that of an impact which grows with the root of the size. 0 without
 * an edge.
 */
export function bestStake(edge: number, variance: number, cost: number): number {
  if (edge <= 0) return 0;
  const slope = 1.5 * cost;
  const root = (2 * edge) / (slope + Math.sqrt(slope * slope + 4 * edge * variance));
  return root * root;
}
