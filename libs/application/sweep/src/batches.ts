import type { Trial } from './grid.ts';
import { hashOf } from './hash-of.ts';

/**
 * Most trials that pass over the bars together. What a kill costs and what is held at once grow with it; what the probability stage costs each
 * trial falls with it, at 64 to a sixty-fourth.
 */
export const BATCH_TRIALS_MAX = 64;

/** Trials that have a probability stage in common, cut so that every worker has its share; those of the same strategies stay together. */
export function batchesOf(trials: readonly Trial[], workers: number): readonly (readonly Trial[])[] {
  const groups = [...Map.groupBy(trials, ({ config }) => hashOf(config.probability)).values()];
  return groups.flatMap((group) => {
    const ordered = [...Map.groupBy(group, ({ config }) => hashOf(config.strategies)).values()].flat();
    const rounds = Math.ceil(ordered.length / (BATCH_TRIALS_MAX * workers)) * workers;
    const size = Math.ceil(ordered.length / rounds);
    return Array.from({ length: Math.ceil(ordered.length / size) }, (_, at) => ordered.slice(at * size, (at + 1) * size));
  });
}
