import type { Trial } from './grid.ts';
import { hashOf } from './hash-of.ts';

/**
 * Most trials that pass over the bars together. What a kill costs and what is held at once grow with it; what the probability stage costs each
 * trial falls with it, at 64 to a sixty-fourth.
 */
export const BATCH_TRIALS_MAX = 64;
/** Fewest of a part of a queue, and how many parts there are to be for those who share them: not known when it is cut. */
const PART_TRIALS_MIN = 8;
const PARTS_WANTED = 8;

/** Trials that have a probability stage in common, cut so that every worker has its share; those of the same strategies stay together. */
export function batchesOf(trials: readonly Trial[], workers: number): readonly (readonly Trial[])[] {
  return groupsOf(trials).flatMap((group) => inPieces(group, Math.ceil(group.length / (BATCH_TRIALS_MAX * workers)) * workers));
}

/** The same, cut by the trials alone: whoever cuts them, and whatever of them is done already, comes to the same parts. */
export function queuePartsOf(trials: readonly Trial[]): readonly (readonly Trial[])[] {
  const size = Math.min(BATCH_TRIALS_MAX, Math.max(PART_TRIALS_MIN, Math.ceil(trials.length / PARTS_WANTED)));
  return groupsOf(trials).flatMap((group) => inPieces(group, Math.ceil(group.length / size)));
}

const groupsOf = (trials: readonly Trial[]): readonly (readonly Trial[])[] =>
  [...Map.groupBy(trials, ({ config }) => hashOf(config.probability)).values()].map((group) =>
    [...Map.groupBy(group, ({ config }) => hashOf(config.strategies)).values()].flat(),
  );

function inPieces(group: readonly Trial[], pieces: number): readonly (readonly Trial[])[] {
  const size = Math.ceil(group.length / pieces);
  return Array.from({ length: Math.ceil(group.length / size) }, (_, at) => group.slice(at * size, (at + 1) * size));
}
