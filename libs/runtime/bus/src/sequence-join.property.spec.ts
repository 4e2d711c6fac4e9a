/**
 * 1. Every message is heard once, in the order of the recording, and every interval once its bars are all there and the stage takes it.
 * 2. Whoever is taken up behind any message, at rest, hears what follows as if nothing had been.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeBars, subjectOf, type Fact } from '@aitrader/contracts';
import { epochMs, item, newBarSlice, runId } from '@aitrader/model';
import type { LoggedMessage } from './interval-join.ts';
import { SequenceJoin } from './sequence-join.ts';

const RUN = runId('run');
const MINUTE = 60_000;

const play = fc.record({
  shards: fc.integer({ min: 1, max: 4 }),
  /** of each interval: in which order its shards come, and how many other messages stand before each of them */
  intervals: fc.array(
    fc.record({ order: fc.nat({ max: 23 }), before: fc.array(fc.nat({ max: 2 }), { minLength: 4, maxLength: 4 }) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  ),
  /** whether the stage waits for another message before it takes the next interval, as behind orders */
  waits: fc.boolean(),
  cut: fc.nat({ max: 1_000 }),
});
type Play = typeof play extends fc.Arbitrary<infer T> ? T : never;

function recordingOf({ shards, intervals }: Play): LoggedMessage[] {
  const messages: LoggedMessage[] = [];
  const add = (fact: Fact, data: Uint8Array, shard?: number): void =>
    void messages.push({ seq: messages.length + 1, subject: subjectOf(RUN, fact, shard), data });
  intervals.forEach(({ order, before }, n) => {
    const t = epochMs((n + 1) * MINUTE);
    const left = Array.from({ length: shards }, (_, shard) => shard);
    for (let place = 0; left.length > 0; place++) {
      for (let more = item(before, place); more > 0; more--) add('control', new TextEncoder().encode(`{"t":${t}}`));
      const [shard = 0] = left.splice(order % left.length, 1);
      add('bars', new TextEncoder().encode(String(encodeBars({ ...newBarSlice(shard, '1m', 1), t }))), shard);
    }
  });
  return messages;
}

/** Hears a recording as a stage does that may wait; `from` a checkpoint, and says where it was at rest. */
function hear(
  messages: readonly LoggedMessage[],
  { shards, waits }: Play,
  from = { done: -1, completedBy: 0, resumeFrom: 1, ready: true },
) {
  const join = new SequenceJoin(shards, from.done, from.completedBy);
  const heard: string[] = [];
  const rests: (typeof from)[] = [];
  let { ready } = from;
  for (const message of messages.slice(from.resumeFrom - 1)) {
    join.offer(message);
    for (let next = join.release(); next !== undefined; next = join.release()) {
      heard.push(`${next.seq} ${next.fact}`);
      if (next.fact === 'control') ready = true;
      const interval = ready ? next.takeInterval() : undefined;
      if (interval !== undefined)
        heard.push(
          `interval ${interval.t} of ${Array.from({ length: shards }, (_, shard) => interval.payload('bars', shard)?.length).join(' ')}`,
        );
      if (interval !== undefined && waits) ready = false;
      const { done, completedBy, resumeFrom } = join;
      rests.push({ done, completedBy, resumeFrom, ready });
    }
  }
  return { heard, rests };
}

describe('a recording heard message by message', () => {
  it('1. gives every message and interval once, in order', () => {
    fc.assert(
      fc.property(play, (given) => {
        const messages = recordingOf({ ...given });
        const { heard } = hear(messages, { ...given, waits: false });
        const expected: string[] = [];
        const there = new Map<string, number>();
        for (const { seq, subject, data } of messages) {
          if (subject.includes('.control.')) {
            expected.push(`${seq} control`);
            continue;
          }
          const t = /"t":(\d+)/.exec(new TextDecoder().decode(data))?.[1] ?? '';
          there.set(t, (there.get(t) ?? 0) + 1);
          if (there.get(t) === given.shards) expected.push(`${seq} bars`, `interval ${t}`);
        }
        expect(heard.map((words) => words.replace(/ of .*/, ''))).toEqual(expected);
      }),
    );
  });

  it('2. goes on behind any message as if nothing had been', () => {
    let taken = 0;
    fc.assert(
      fc.property(play, (given) => {
        const messages = recordingOf(given);
        const { heard, rests } = hear(messages, given);
        if (rests.length === 0) return;
        const rest = item(rests, given.cut % rests.length);
        const after = hear(messages, given, rest).heard;
        taken += after.filter((words) => words.startsWith('interval')).length;
        expect(after).toEqual(heard.slice(heard.length - after.length));
        const seen = heard.filter((words) => Number.parseInt(words, 10) > rest.completedBy);
        expect(after.filter((words) => /^\d/.test(words))).toEqual(seen);
      }),
    );
    expect(taken).toBeGreaterThan(50);
  });
});
