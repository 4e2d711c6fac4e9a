import { decodeInterval } from '@aitrader/application-pipeline';
import { item, type EpochMs, type RunId } from '@aitrader/model';
import { otherAnswers, type Decided, type OtherAnswer } from '@aitrader/application-time-machine';
import { readRecording, type Bus } from '@aitrader/runtime-bus';
import { newInterval, newRunDigest, type Interval } from '@aitrader/runtime-engine';

/*
 * Where two runs parted, and why: in the order in which one thing follows from another, which of them differed first.
 *
 * 1. Two runs of which nothing differs have the same digests, and the other way round.
 * 2. What differs at an interval is told by what differed first there: bars before states, states before signals, and so on.
 */

/** What a run is made of, in the order in which it follows. */
export const STEPS = ['bars', 'states', 'signals', 'orders', 'denials', 'orderEvents', 'fills', 'forecasts'] as const;
export type Step = (typeof STEPS)[number];

/** Where two runs parted. Null where they did not. */
export interface Parting {
  /** the first interval at which anything differs, and what did first; null where one has intervals that the other one lacks */
  readonly t: EpochMs | null;
  readonly step: Step | null;
  /** the first interval at which each differs; null where it never does */
  readonly since: Readonly<Record<Step, EpochMs | null>>;
  /** at the first interval at which decisions differ: what was answered otherwise */
  readonly decidedAt: EpochMs | null;
  readonly answers: readonly OtherAnswer[];
  /** intervals that one run has and the other one lacks */
  readonly missing: { readonly first: number; readonly second: number };
}

/** Characters of a digest that are kept of each interval. */
const KEPT = 16;

interface Trace {
  readonly t: EpochMs[];
  readonly digests: Readonly<Record<Step, string[]>>;
}

/** Holds two recordings against each other, interval by interval. @throws UnknownRunError, BrokenRecordingError */
export async function compareRuns(bus: Bus, first: RunId, second: RunId, onProgress?: (share: number) => void): Promise<Parting> {
  const [one, other] = [
    await traceOf(bus, first, (share) => onProgress?.(share / 2)),
    await traceOf(bus, second, (share) => onProgress?.((1 + share) / 2)),
  ];
  const at = new Map(other.t.map((t, i) => [t, i]));
  const shared = one.t.flatMap((t, i) => {
    const j = at.get(t);
    return j === undefined ? [] : [[i, j] as const];
  });
  const since = Object.fromEntries(STEPS.map((step) => [step, firstOther(one, other, shared, step)])) as Parting['since'];
  const partings = STEPS.flatMap((step) => (since[step] === null ? [] : [{ step, t: since[step] }]));
  const earliest = partings.reduce<(typeof partings)[number] | undefined>(
    (least, parting) => (least === undefined || parting.t < least.t ? parting : least),
    undefined,
  );
  const decidedAt = earlier(since.orders, since.denials);
  return {
    t: earliest?.t ?? null,
    step: earliest?.step ?? null,
    since,
    decidedAt,
    answers:
      decidedAt === null ? [] : otherAnswers(await decisionAt(bus, first, decidedAt), await decisionAt(bus, second, decidedAt)),
    missing: { first: other.t.length - shared.length, second: one.t.length - shared.length },
  };
}

const earlier = (one: EpochMs | null, other: EpochMs | null): EpochMs | null =>
  one === null ? other : other === null || one < other ? one : other;

async function traceOf(bus: Bus, run: RunId, onProgress: (share: number) => void): Promise<Trace> {
  const digest = newRunDigest();
  const digests = Object.fromEntries(STEPS.map((step) => [step, [] as string[]])) as Record<Step, string[]>;
  const t: EpochMs[] = [];
  let interval: Interval | undefined;
  await readRecording(bus, run, {
    onProgress,
    onInterval: (recorded, { shards, timeframe }) => {
      interval ??= newInterval(shards, timeframe);
      decodeInterval(recorded, interval);
      digest.add(interval);
      t.push(interval.t);
      const now: Readonly<Record<string, string | undefined>> = { ...digest.current() };
      for (const step of STEPS) digests[step].push((now[step] ?? '').slice(0, KEPT));
    },
  });
  return { t, digests };
}

/** Digests are of all rows so far: from the first other one on they stay others. */
function firstOther(one: Trace, other: Trace, shared: readonly (readonly [number, number])[], step: Step): EpochMs | null {
  const found = shared.find(([i, j]) => one.digests[step][i] !== other.digests[step][j]);
  return found === undefined ? null : item(one.t, found[0]);
}

async function decisionAt(bus: Bus, run: RunId, at: EpochMs): Promise<Decided> {
  let decided: Decided = { orders: [], denials: [] };
  await readRecording(bus, run, {
    onInterval: (recorded, { shards, timeframe }) => {
      if (recorded.t !== at) return;
      const interval = newInterval(shards, timeframe);
      decodeInterval(recorded, interval);
      decided = interval.decision;
    },
  });
  return decided;
}
