import { item, readInt32 } from '@aitrader/model';
import type { Chain } from './hmm-chain.ts';
import {
  affine,
  expOf,
  keep,
  lnOf,
  newJet,
  plus,
  ratio,
  reciprocal,
  release,
  times,
  valueOf,
  type Jet,
  type JetSpace,
} from './jet.ts';

/*
 * The forward filter in jets: the likelihood of a chain with its exact derivatives.
 *
 * 1. The values are those of the filter.
 */

/** A chain whose probabilities and densities depend on parameters. */
export interface JetChain {
  readonly chain: Chain;
  /** regimes² cells */
  readonly transition: readonly Jet[];
  /** law of the state at the first step, before it is observed */
  readonly start: readonly Jet[];
  readonly steps: number;
  /** ln density of a step's observation in each state; undefined where nothing is observed. Released after the step. */
  readonly lnDensities: (step: number) => readonly Jet[] | undefined;
}

/** Sum of one jet or more. */
export const total = (space: JetSpace, jets: readonly Jet[]): Jet => jets.reduce((sum, jet) => plus(space, sum, jet));

/** The law of the next state. */
function advanced(space: JetSpace, { from, to, cell, states }: Chain, transition: readonly Jet[], law: readonly Jet[]): Jet[] {
  const next: Jet[] = [];
  for (let e = 0; e < to.length; e++) {
    const target = readInt32(to, e);
    const share = times(space, item(law, readInt32(from, e)), item(transition, readInt32(cell, e)));
    const sum = next[target];
    next[target] = sum ? plus(space, sum, share) : share;
  }
  if (next.length !== states) throw new RangeError(`only ${next.length} of ${states} states have an edge into them`);
  return next;
}

/** Calls `term` with ln density of each step's observation given those before; 0 where nothing is observed. */
export function chainTerms(space: JetSpace, observed: JetChain, term: (logLikelihood: Jet) => void): void {
  const { chain, transition, start, steps, lnDensities } = observed;
  const filtered = start.map((p) => {
    const kept = newJet(space);
    keep(kept, p);
    return kept;
  });
  const { used } = space;
  for (let t = 0; t < steps; t++) {
    const predicted = t > 0 ? advanced(space, chain, transition, filtered) : filtered;
    const densities = lnDensities(t);
    if (densities) {
      const largest = densities.reduce(
        (most, one, s) => (valueOf(item(predicted, s)) > 0 ? Math.max(most, valueOf(one)) : most),
        -Infinity,
      );
      const joint = predicted.map((p, s) => times(space, p, expOf(space, affine(space, item(densities, s), 1, -largest))));
      const likelihood = total(space, joint);
      term(affine(space, lnOf(space, likelihood), 1, largest));
      const scale = reciprocal(space, likelihood);
      joint.forEach((p, s) => keep(item(filtered, s), times(space, p, scale)));
    } else {
      term(affine(space, item(filtered, 0), 0));
      predicted.forEach((p, s) => keep(item(filtered, s), p));
    }
    release(space, used);
  }
}

/** The stationary law in jets, by the elimination that `stationaryLaw` does in numbers. */
export function stationaryJets(space: JetSpace, transition: readonly Jet[], size: number): Jet[] {
  const cells = [...transition];
  const at = (i: number, j: number): Jet => item(cells, i * size + j);
  for (let last = size - 1; last > 0; last--) {
    const out = total(space, cells.slice(last * size, last * size + last));
    for (let i = 0; i < last; i++) cells[i * size + last] = ratio(space, at(i, last), out);
    for (let i = 0; i < last; i++)
      for (let j = 0; j < last; j++) cells[i * size + j] = plus(space, at(i, j), times(space, at(i, last), at(last, j)));
  }
  const law = [affine(space, item(transition, 0), 0, 1)];
  for (let n = 1; n < size; n++)
    law.push(
      total(
        space,
        law.map((p, i) => times(space, p, at(i, n))),
      ),
    );
  const scale = reciprocal(space, total(space, law));
  return law.map((p) => times(space, p, scale));
}
