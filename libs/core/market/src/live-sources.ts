// Invariants
// 1. Every minute is closed once, in order, by one vendor: no slice has bars of two, and a revision is of a minute that its vendor closed.
// 2. Another vendor takes over when the one whose turn it is has been down for long enough, or has lost a minute that nobody can fetch, and
//    has a whole minute to give with bars in it: one that is there and late by a quarter of an hour has none.
// 3. One that is silent is as good as down: nothing was heard of it for so many minutes, or what was had to be fetched, and another one has bars
//    of each of them.
// 4. A better one takes its turn back when it has had so many whole minutes in a row, so the minutes that it missed are not its own; one
//    without bars while another has some was not really there, and one without any in all of them is not known to be.

import { phaseAt } from '@aitrader/core-sessions';
import { epochMs, item, type BarSlice, type EpochMs } from '@aitrader/model';
import { closeMinute, dueAt, restoreSlice, resumeAfter, skipMinute, type LiveMinutes } from './live-minutes.ts';
import { isMissing, wasAffected } from './outages.ts';

const MINUTE_MS = 60_000;

export interface SourceOptions {
  /** how long a vendor is down before another one takes over, ms */
  readonly downMs: number;
  /** minutes in a row without a bar that was heard, after which a vendor that is connected is taken for down */
  readonly silentMinutes: number;
  /** whole minutes in a row after which a better vendor takes its turn back */
  readonly returnMinutes: number;
}

/** Who was heard in a minute that is over: each vendor that was listened to all the while, and had a bar of any symbol. */
interface HeardMinute {
  readonly t: number;
  readonly by: readonly boolean[];
}

/** Vendors of one market, the first one the first choice, that close its minutes in turn. Instants are epoch ms. Plain data. */
export interface LiveSources {
  readonly options: SourceOptions;
  readonly lives: readonly LiveMinutes[];
  /** whose turn it is */
  chosen: number;
  /** since when each one is down; −1 while it is not */
  readonly downSince: number[];
  /** whole minutes in a row of each one */
  readonly wellFor: number[];
  /** minutes before the last one that was closed, as many as make a silence; those of history are none of them */
  heard: readonly HeardMinute[];
  /** close of the last minute that was closed; 0 before the first */
  last: number;
}

/** The first vendor's turn. @throws RangeError when there is no vendor, or two of them stand at different minutes */
export function newLiveSources(lives: readonly LiveMinutes[], options: SourceOptions): LiveSources {
  if (lives.length === 0 || lives.some(({ next }) => next !== lives[0]?.next))
    throw new RangeError('a live market has vendors that begin with the same minute');
  return {
    options,
    lives,
    chosen: 0,
    downSince: lives.map(() => -1),
    wellFor: lives.map(() => 0),
    heard: [],
    last: 0,
  };
}

/** The vendor whose turn it is. */
export const chosenLive = ({ lives, chosen }: LiveSources): LiveMinutes => item(lives, chosen);

/** Notes who is down. Called whenever something may have changed, at the latest before a minute is closed. */
export function watchDown({ lives, downSince }: LiveSources, now: number): void {
  for (const [i, { outages }] of lives.entries())
    if (outages.connectedAt >= 0) downSince[i] = -1;
    else if (item(downSince, i) < 0) downSince[i] = now;
}

/** Fills `slices` with the next minute, by whoever is to close it; false when nobody is to at `now`, and then they are left alone. */
export function closeNext(sources: LiveSources, slices: BarSlice[], now: number): boolean {
  const { lives, wellFor } = sources;
  watchDown(sources, now);
  const by = choose(sources, now);
  const live = item(lives, by);
  const t = live.next;
  const well = lives.map((each) => isWhole(each, t) && !wasAffected(each.outages, t));
  const had = lives.map((each) => hasBars(each, t));
  if (!closeMinute(live, slices, now)) return false;
  sources.heard = lately(sources);
  sources.last = t;
  sources.chosen = by;
  for (const [i, each] of lives.entries()) {
    if (i !== by) skipMinute(each, slices);
    wellFor[i] = item(well, i) && (item(had, i) || !item(had, by)) ? item(wellFor, i) + 1 : 0;
  }
  return true;
}

const hasBars = ({ store }: LiveMinutes, t: number): boolean => store.minutes.get(t)?.rank.some((rank) => rank > 0) ?? false;
const isHeard = (live: LiveMinutes, t: number): boolean => hasBars(live, t) && !wasAffected(live.outages, t);
const isWhole = ({ outages }: LiveMinutes, t: number): boolean => outages.connectedAt >= 0 && !isMissing(outages, t);

/** The last minutes that are over, as many as make a silence. Of the last one everything has come by the time the next one is closed. */
function lately({ lives, heard, last, options }: LiveSources): readonly HeardMinute[] {
  if (last <= Math.max(...lives.map(({ startedAt }) => startedAt))) return heard;
  const by = lives.map((live) => isHeard(live, last));
  return [...heard, { t: last, by }].slice(-options.silentMinutes);
}

/** Whether nothing was heard of a vendor for as long as makes a silence. */
const isSilent = (minutes: readonly HeardMinute[], vendor: number, { silentMinutes }: SourceOptions): boolean =>
  minutes.length >= silentMinutes && minutes.every(({ by }) => !item(by, vendor));

/** Whose turn the next minute is, when it is due: one that has to be waited for a little is waited for. */
function choose(sources: LiveSources, now: number): number {
  const { lives, chosen, wellFor, downSince, options } = sources;
  const current = item(lives, chosen);
  const { next } = current;
  const better = lives.findIndex(
    (live, i) => i < chosen && item(wellFor, i) >= options.returnMinutes && isWhole(live, next) && isHeardOf(sources, live),
  );
  if (better >= 0) return better;
  const since = item(downSince, chosen);
  const isLost = isMissing(current.outages, next);
  const isDown = isLost && (current.outages.isHopeless || (since >= 0 && now - since >= options.downMs));
  const minutes = lately(sources);
  if (!isDown && (isHeard(current, next) || !isSilent(minutes, chosen, options))) return chosen;
  const other = lives.findIndex(
    (live, i) =>
      i !== chosen &&
      isWhole(live, next) &&
      (hasBars(live, next) || now < dueAt(live)) &&
      (isDown || minutes.every(({ t }) => hasBars(live, t))),
  );
  return other < 0 ? chosen : other;
}

/** Whether a vendor has had a bar in the minutes after which it takes its turn back. */
function isHeardOf({ last, options }: LiveSources, live: LiveMinutes): boolean {
  for (let ago = 0; ago < options.returnMinutes; ago++) if (hasBars(live, last - ago * MINUTE_MS)) return true;
  return false;
}

/** When something may be closed at the earliest, after `now`. */
export function nextLook({ lives, downSince, options }: LiveSources, now: number): number {
  const instants = [...lives.map(dueAt), ...downSince.map((since) => (since < 0 ? Infinity : since + options.downMs))];
  return Math.min(...instants.filter((instant) => instant > now));
}

/**
 * Whether every vendor that is listened to all the time has been down for long enough, or silent in the regular session, so that the others
 * are wanted. Before and after it nobody may have anything to say.
 */
export function wantsCold(sources: LiveSources, isCold: readonly boolean[], now: number): boolean {
  const { downSince, options } = sources;
  const minutes = lately(sources);
  const isRegular = minutes.every(({ t }) => phaseAt(epochMs(t - MINUTE_MS)) === 'RTH');
  return downSince.every(
    (since, i) =>
      item(isCold, i) || (since >= 0 && now - since >= options.downMs) || (isRegular && isSilent(minutes, i, options)),
  );
}

/** Takes note of a slice that an earlier life of this feed published, of whichever vendor. */
export function restoreSources(sources: LiveSources, slice: BarSlice): void {
  for (const [i, live] of sources.lives.entries()) {
    restoreSlice(live, slice);
    if (live.options.feed === slice.feed) sources.chosen = i;
  }
}

/** Goes on behind the minute that closed at `t`, the last one that an earlier life of this feed published for every shard; they are followed from `now` on. */
export function resumeSources({ lives }: LiveSources, t: EpochMs, now?: number): void {
  for (const live of lives) resumeAfter(live, t, now);
}
