import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TOPOLOGY, addressOf, isPlaced, subjectOf, type Fact } from '@aitrader/contracts';
import { item, runId } from '@aitrader/model';
import { IntervalJoin, type LoggedMessage, type Schedule } from './interval-join.ts';

const RUN = runId('backtest-1');
const SHARDS = 2;
const INTERVALS = 12;
const READS = TOPOLOGY.risk.reads;
/** Lists come at some intervals, as the schedule says, by a writer that may be far ahead. */
const isScan = (n: number): boolean => n % 5 === 2;
const scans: Schedule = (fact, _, t) => fact === 'watchlists' && isScan(t / 60_000);

interface Spoken {
  readonly fact: Fact;
  readonly shard: number;
  readonly t: number;
}

const hasFills = (n: number): boolean => n % 3 === 0;

/** What is said of each interval, subject by subject; some intervals have fills, some are followed by a command. */
function conversation(): Spoken[][] {
  const subjects: Spoken[][] = [];
  const each = (fact: Fact, shard: number, spoken: (t: number) => boolean): void => {
    subjects.push(
      Array.from({ length: INTERVALS }, (_, i) => ({ fact, shard, t: (i + 1) * 60_000 })).filter(({ t }) => spoken(t / 60_000)),
    );
  };
  for (let shard = 0; shard < SHARDS; shard++) {
    for (const fact of ['bars', 'states', 'signals'] as const) each(fact, shard, () => true);
  }
  // One writer says both, in its order; after a refusal the fills may come behind the order events that count them.
  subjects.push(
    Array.from({ length: INTERVALS }, (_, i) => i + 1).flatMap((n): Spoken[] => {
      const orderEvents = { fact: 'order-events', shard: -1, t: n * 60_000 } as const;
      if (!hasFills(n)) return [orderEvents];
      const fills = { fact: 'fills', shard: -1, t: n * 60_000 } as const;
      return n % 2 === 0 ? [fills, orderEvents] : [orderEvents, fills];
    }),
  );
  each('watchlists', -1, isScan);
  each('control', -1, (n) => n % 4 === 0);
  // A broker is asked and answers within an interval, several times.
  for (let times = 0; times < 2; times++) for (const fact of ['requests', 'reports'] as const) each(fact, -1, (n) => n % 2 === 0);
  return subjects;
}

/** The conversation as one log: `picks` decides which subject speaks next. */
function logOf(picks: readonly number[]): LoggedMessage[] {
  const rest = conversation().map((spoken) => [...spoken]);
  const log: LoggedMessage[] = [];
  for (let i = 0; rest.some((spoken) => spoken.length > 0); i++) {
    const speaking = rest.filter((spoken) => spoken.length > 0);
    const next = item(speaking, (picks[i % picks.length] ?? 0) % speaking.length).shift();
    if (next === undefined) continue;
    const subject = next.shard < 0 ? subjectOf(RUN, next.fact) : subjectOf(RUN, next.fact, next.shard);
    const counted = next.fact === 'order-events' ? `,"fills":${hasFills(next.t / 60_000) ? 1 : 0}` : '';
    log.push({ seq: log.length + 1, subject, data: Buffer.from(`{"t":${next.t}${counted},"of":"${next.fact}.${next.shard}"}`) });
  }
  return log;
}

type Released = readonly [t: number, bars: string, fills: string, lists: string, control: number];

function drain(join: IntervalJoin, released: Released[]): void {
  for (let next = join.release(); next !== undefined; next = join.release()) {
    const text = (data: Uint8Array | undefined): string => (data === undefined ? '' : Buffer.from(data).toString());
    released.push([
      next.t,
      text(next.payload('bars', 1)),
      text(next.payload('fills', -1)),
      text(next.payload('watchlists', -1)),
      next.control.length,
    ]);
  }
}

function pass(log: readonly LoggedMessage[], join = new IntervalJoin(READS, -1, SHARDS, scans)): Released[] {
  const released: Released[] = [];
  for (const message of log) {
    join.offer(message);
    drain(join, released);
  }
  return released;
}

const picks = fc.array(fc.nat(50), { minLength: 1, maxLength: 80 });

describe('the barrier in front of a stage', () => {
  it('releases every interval once, in order, with all of its facts, however the subjects interleave', () => {
    fc.assert(
      fc.property(picks, (order) => {
        const released = pass(logOf(order));
        expect(released.map(([t]) => t / 60_000)).toEqual(Array.from({ length: INTERVALS }, (_, i) => i + 1));
        for (const [t, bars, fills, lists] of released) {
          expect(bars).toBe(`{"t":${t},"of":"bars.1"}`);
          expect(lists).toBe(isScan(t / 60_000) ? `{"t":${t},"of":"watchlists.-1"}` : '');
          expect(fills).toBe(hasFills(t / 60_000) ? `{"t":${t},"of":"fills.-1"}` : '');
        }
      }),
    );
  });

  it('gives control to the interval that was completed after it', () => {
    fc.assert(
      fc.property(picks, (order) => {
        const log = logOf(order);
        const join = new IntervalJoin(READS, -1, SHARDS, scans);
        let given = 0;
        for (const message of log) {
          join.offer(message);
          for (let next = join.release(); next !== undefined; next = join.release()) {
            given += next.control.length;
            const before = log.filter(({ seq, subject }) => subject.includes('.control.') && seq < next.completedBy).length;
            expect(given).toBe(before);
          }
        }
      }),
    );
  });

  it('passes over what no interval closes, and is not held back by it', () => {
    fc.assert(
      fc.property(picks, (order) => {
        const log = logOf(order);
        const intervals = log.filter(({ subject }) => !isPlaced(addressOf(subject).fact));
        expect(log.length).toBeGreaterThan(intervals.length);
        expect(pass(log)).toEqual(pass(intervals));
        const join = new IntervalJoin(READS, -1, SHARDS, scans);
        pass(log, join);
        const from = log[join.resumeFrom - 1];
        if (from !== undefined) expect(addressOf(from.subject).fact).toBe('control');
      }),
    );
  });

  it('goes on as if nothing had happened from any point, by what it says of itself', () => {
    fc.assert(
      fc.property(picks, fc.nat(100), (order, cut) => {
        const log = logOf(order);
        const join = new IntervalJoin(READS, -1, SHARDS, scans);
        const before = pass(log.slice(0, cut % log.length), join);
        const { done, completedBy, resumeFrom } = join;
        const restored = new IntervalJoin(READS, -1, SHARDS, scans, done, completedBy);
        const after = pass(log.slice(resumeFrom - 1), restored);
        expect([...before, ...after]).toEqual(pass(log));
      }),
    );
  });
});
