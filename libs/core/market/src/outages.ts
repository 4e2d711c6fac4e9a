// Invariants
// 1. A minute that an outage could have cost a bar is affected, from the moment it begins, and for ever.
// 2. An affected minute is missing until it was fetched whole; no other minute ever is.
// 3. A correction that may have been lost is looked for: minutes from before an outage are doubtful until they were fetched again.

import { item } from '@aitrader/model';

/** Minutes by their close, both ends included; `to` is Infinity while the outage lasts. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const MINUTE_MS = 60_000;
/** Corrections come within half a minute of a bar as a rule, and hardly any after so long. */
const DOUBTFUL_MS = 10 * 60_000;

/** Which minutes were affected by outages, and which of those are missing still. Instants are epoch ms. Plain data. */
export interface Outages {
  /** the bars of a minute are under way from this long before its close to this long after it, ms */
  readonly exposureMs: number;
  readonly graceMs: number;
  affected: readonly Span[];
  missing: readonly Span[];
  /** minutes of which a correction may have been lost; they hold nobody up */
  doubtful: readonly Span[];
  /** whether what is missing cannot be fetched, as far as anybody knows: then nothing is held for it */
  isHopeless: boolean;
  /** since when there is a connection; −1 while there is none */
  connectedAt: number;
}

/** Nothing is connected yet, and every minute that closes at `first` or later is missing. */
export const newOutages = (exposureMs: number, graceMs: number, first: number): Outages => {
  const all = [{ from: first, to: Infinity }];
  return { exposureMs, graceMs, affected: all, missing: all, doubtful: all, isHopeless: false, connectedAt: -1 };
};

/** The connection stands at `now`: a minute that is under way, or over, was affected. */
export function noteConnected(outages: Outages, now: number): void {
  if (outages.connectedAt >= 0) return;
  outages.connectedAt = now;
  const until = (span: Span): Span => (span.to === Infinity ? { ...span, to: now + outages.exposureMs } : span);
  outages.affected = notEmpty(outages.affected.map(until));
  outages.missing = notEmpty(outages.missing.map(until));
  outages.doubtful = notEmpty(outages.doubtful.map(until));
}

/** The connection is lost, or was found to be dead since `now`. */
export function noteDisconnected(outages: Outages, now: number): void {
  if (outages.connectedAt < 0) return;
  outages.connectedAt = -1;
  const span = { from: now - outages.graceMs, to: Infinity };
  outages.affected = [...outages.affected, span];
  outages.missing = [...outages.missing, span];
  outages.doubtful = [...outages.doubtful, { from: now - DOUBTFUL_MS, to: Infinity }];
}

/** Whether what is missing can be fetched at all: a vendor may refuse it for good, and think better of it. */
export function noteHopeless(outages: Outages, isHopeless: boolean): void {
  outages.isHopeless = isHopeless;
}

/** Minutes that close within these bounds are worth another look: trades may have been reported late. */
export function noteDoubtful(outages: Outages, from: number, to: number): void {
  if (from <= to) outages.doubtful = [...outages.doubtful, { from, to }];
}

/** Every minute that closes within these bounds was fetched, and what was fetched is all there is. */
export function noteFetched(outages: Outages, from: number, to: number): void {
  const without = (span: Span): readonly Span[] => {
    if (span.from > to || span.to < from) return [span];
    return [
      { from: span.from, to: Math.min(span.to, from - 1) },
      { from: Math.max(span.from, to + 1), to: span.to },
    ];
  };
  outages.missing = notEmpty(outages.missing.flatMap(without));
  outages.doubtful = notEmpty(outages.doubtful.flatMap(without));
}

/** Every minute up to `t` was published by an earlier life of the feed, whose last corrections may be lost. */
export function notePublished(outages: Outages, t: number): void {
  const { doubtful } = outages;
  noteFetched(outages, -Infinity, t);
  outages.doubtful = notEmpty(doubtful.map(({ from, to }) => ({ from: Math.max(from, t - DOUBTFUL_MS), to })));
}

const notEmpty = (spans: readonly Span[]): readonly Span[] => spans.filter(({ from, to }) => from <= to);
const covers = (spans: readonly Span[], t: number): boolean => spans.some(({ from, to }) => from <= t && t <= to);

export const isMissing = ({ missing }: Outages, t: number): boolean => covers(missing, t);
export const wasAffected = ({ affected }: Outages, t: number): boolean => covers(affected, t);

/** The close of the last minute that was over at an instant. */
const lastClose = (instant: number): number => Math.floor(instant / MINUTE_MS) * MINUTE_MS;

/** The first stretch of minutes to be fetched that are over at `now`, none of them before `since`; undefined when there is none. */
export function toFetch(
  { missing, doubtful }: Outages,
  now: number,
  since = -Infinity,
): { readonly from: number; readonly to: number } | undefined {
  const over = [...missing, ...doubtful]
    .map(({ from, to }) => ({ from: Math.max(from, since), to }))
    .filter(({ from, to }) => from <= lastClose(Math.min(now, to)))
    .sort((a, b) => a.from - b.from || b.to - a.to);
  if (over.length === 0) return undefined;
  const first = item(over, 0);
  return { from: first.from, to: Math.min(first.to, now) };
}

/** Forgets what is before `t`. */
export function forgetBefore(outages: Outages, t: number): void {
  outages.affected = outages.affected.filter(({ to }) => to >= t);
  outages.missing = outages.missing.filter(({ to }) => to >= t);
  outages.doubtful = outages.doubtful.filter(({ to }) => to >= t);
}
