import type { ServiceRow, WorkPart } from '@aitrader/application-console';
import { count, fixed } from './numbers.ts';
import { duration } from './times.ts';

/** What is said of a figure that nobody tells. */
export const UNTOLD = '–';
const SECOND_MS = 1_000;

const msText = (ms: number): string => (ms < SECOND_MS ? `${String(ms)} ms` : `${String(ms / SECOND_MS)} s`);

/**
 * Below what a share of all that was handled took: the bound of the bucket that it lies in, since more is not known. Of nothing that was handled
 * nothing is said.
 */
export function tookAtMost({ count: all, atMostMs, counts }: WorkPart, share: number): string {
  if (all === 0) return UNTOLD;
  let below = 0;
  const bucket = counts.findIndex((each) => (below += each) >= share * all);
  const bound = atMostMs[bucket];
  const last = atMostMs.at(-1);
  if (bound !== undefined) return `≤ ${msText(bound)}`;
  return last === undefined ? UNTOLD : `> ${msText(last)}`;
}

/** The buckets of a histogram, as far as something lies in them. */
export function bucketsOf({ atMostMs, counts }: WorkPart): readonly { readonly words: string; readonly count: number }[] {
  const rows = counts.map((each, i) => {
    const [bound, last] = [atMostMs[i], atMostMs.at(-1)];
    return { words: bound === undefined ? `over ${msText(last ?? 0)}` : `up to ${msText(bound)}`, count: each };
  });
  const first = rows.findIndex((row) => row.count > 0);
  const last = rows.findLastIndex((row) => row.count > 0);
  return first < 0 ? [] : rows.slice(first, last + 1);
}

/** How much is handled in a minute. */
export const rateText = (perMinute: number | null | undefined): string =>
  perMinute === null || perMinute === undefined ? UNTOLD : `${perMinute < 10 ? fixed(perMinute, 1) : count(perMinute)}/min`;

/** How long ago something was, by a clock that may be a little behind the other one; nothing of what never was. */
export const agoText = (at: number | null | undefined, now: number): string =>
  at === null || at === undefined ? UNTOLD : `${duration(now - at)} ago`;

/** How often a service asked the bus again, over all its instances; undefined where none tells. */
export function askedAgainBy({ instances }: Pick<ServiceRow, 'instances'>): number | undefined {
  const told = instances.flatMap(({ askedAgain }) => (askedAgain === null ? [] : [askedAgain]));
  return told.length === 0 ? undefined : told.reduce((sum, each) => sum + each, 0);
}

/** The oldest of the checkpoints of a service; null where an instance has stored none since it began. */
export function oldestCheckpoint({ instances }: Pick<ServiceRow, 'instances'>): number | null {
  return instances.reduce<number | null>(
    (oldest, { checkpointAt }, i) =>
      checkpointAt === null || (oldest === null && i > 0) ? null : Math.min(oldest ?? Infinity, checkpointAt),
    null,
  );
}
