import { hash } from 'node:crypto';

/*
 * The trace of a slice: what became of one interval of a run, from its bars, which begin it, to risk's decision and execution's word.
 *
 * 1. Its ids follow from the run and the interval, so every service knows the trace that it belongs to, and the span that it goes on from, without
 *    being told: no message carries a word of it, and a recording is the same with and without telemetry.
 */

/** Which stage a stage's work on an interval follows from, of those that have a span in its trace. */
export const FOLLOWS: Readonly<Record<string, string>> = {
  strategy: 'probability',
  risk: 'strategy',
  scanner: 'probability',
};

const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;
const digitsOf = (text: string, count: number): string => hash('sha256', text).slice(0, count);

/** 32 hexadecimal digits. */
export const traceIdOf = (run: string, t: number): string => digitsOf(`${run}/${t}`, TRACE_DIGITS);

/** 16 hexadecimal digits. Work of the account stands at shard −1. */
export const spanIdOf = (run: string, t: number, stage: string, shard: number): string =>
  digitsOf(`${run}/${t}/${stage}/${shard}`, SPAN_DIGITS);

/** The span that a stage's work follows from; undefined of the first. Work of the account follows from the first shard. */
export function parentSpanOf(run: string, t: number, stage: string, shard: number): string | undefined {
  const before = FOLLOWS[stage];
  return before === undefined ? undefined : spanIdOf(run, t, before, Math.max(shard, 0));
}
