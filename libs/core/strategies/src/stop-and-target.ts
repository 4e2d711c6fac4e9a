/*
 * Invariants
 * 1. Stop and target are at least one price unit, and lie at least one price unit from the reference: a long's stop below and
 *    its target above, a short's the other way round.
 * 2. Where that is impossible there is no bracket.
 */
import { dollarsOfPrice, type Direction, type Price, price, priceFromDollars } from '@aitrader/model';

/** The two prices that end a trade. */
export interface Bracket {
  readonly stop: Price;
  readonly target: Price;
}

/**
 * The bracket that puts the stop `stopDistance` dollars against the direction and the target `targetDistance` dollars with it,
 * each rounded to the price unit; undefined when one of them would not be a price on its own side of the reference.
 */
export function bracketAround(
  reference: Price,
  direction: Direction,
  stopDistance: number,
  targetDistance: number,
): Bracket | undefined {
  if (!isDistance(stopDistance) || !isDistance(targetDistance)) return undefined;
  const stop = reference - direction * priceFromDollars(stopDistance);
  const target = reference + direction * priceFromDollars(targetDistance);
  if (Math.min(stop, target) < 1 || stop === reference || target === reference) return undefined;
  return { stop: price(stop), target: price(target) };
}

/** Farther away than this many dollars no bracket means anything; it also keeps the sums inside the safe integers. */
const DISTANCE_DOLLARS_MAX = dollarsOfPrice(price(1e14));

const isDistance = (dollars: number): boolean => dollars >= 0 && dollars <= DISTANCE_DOLLARS_MAX;
