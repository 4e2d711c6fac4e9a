// Invariants
// 1. What is to be said of an interval depends on its slices, on those before it and on the clock, whether they were just closed or are
//    read from a recording.
// 2. Nothing is said twice: a level that stands is not repeated.

import { epochMs, item, type BarSlice, type Control, type DataLevel, type EpochMs } from '@aitrader/model';
import { clockBehindMs, isClockUnknown, newClockSkew, type ClockSkew } from './clock-skew.ts';
import { newDataLevels, noteMinute, type ClockVerdict, type DataLevelOptions, type DataLevels } from './data-levels.ts';

/** The data of a live market being watched. Plain data. */
export interface DataWatch {
  readonly levels: DataLevels;
  readonly clock: ClockSkew;
  /** what was said last; undefined before the first word */
  said: DataLevel | undefined;
  saidAt: number;
}

/** A command is of an instant within the last second before its interval, one of its own. */
const INSTANTS = 1_000;
/** The clock's offset is said again when it has moved by so much. */
const CLOCK_MOVED_MS = 250;

/** Nothing is known yet; the clock is off when it is proved to be `clockOffMsMax` ahead or behind. */
export const newDataWatch = (options: DataLevelOptions, clockOffMsMax: number): DataWatch => ({
  levels: newDataLevels(options),
  clock: newClockSkew(clockOffMsMax),
  said: undefined,
  saidAt: -1,
});

/** Folds a minute that was closed at `now`; the command to be recorded before its slices, undefined when nothing has changed. */
export function watchMinute(watch: DataWatch, slices: readonly BarSlice[], now: number): Control | undefined {
  const verdict: ClockVerdict = isClockUnknown(watch.clock, now) ? 'unknown' : watch.clock.isOff ? 'off' : 'right';
  const level = { ...noteMinute(watch.levels, slices, verdict), clockBehindMs: clockBehindMs(watch.clock) ?? 0 };
  const { t } = item(slices, 0);
  const at = Math.max(t - INSTANTS, watch.saidAt + 1);
  if (at >= t || (watch.said !== undefined && isSame(watch.said, level))) return undefined;
  return commandOf(epochMs(at), level);
}

const commandOf = (t: EpochMs, data: DataLevel): Control => ({
  kind: 'data-level',
  t,
  actor: 'ingest',
  reason: data.causes.length === 0 ? 'the data is watched' : data.causes.join(', '),
  parameters: [],
  data: [data],
  actions: [],
});

function isSame(a: DataLevel, b: DataLevel): boolean {
  if (a.level !== b.level || a.feed !== b.feed) return false;
  if (Math.abs(a.clockBehindMs - b.clockBehindMs) >= CLOCK_MOVED_MS) return false;
  return a.symbols.join(' ') === b.symbols.join(' ') && a.causes.join(' ') === b.causes.join(' ');
}

/** Takes note of a command that was recorded, now or by an earlier life of the feed; others than those of the data give its instant alone. */
export function noteSaid(watch: DataWatch, { t, data }: Control): void {
  watch.saidAt = t;
  for (const level of data) watch.said = level;
}

/** Folds a minute that an earlier life of the feed published, with the clock's verdict as it was said then. */
export function restoreMinute(watch: DataWatch, slices: readonly BarSlice[]): void {
  const causes = watch.said?.causes ?? [];
  const verdict: ClockVerdict = causes.includes('clock') ? 'off' : causes.includes('clock-unknown') ? 'unknown' : 'right';
  noteMinute(watch.levels, slices, verdict);
}
