// Invariants
// 1. What is to be said of an interval depends on its slices, on those before it, on the clock and on what vendors disagree on, whether they
//    were just closed or are read from a recording.
// 2. Nothing is said twice: a level that stands is not repeated.
// 3. Killed at any moment, it forgets no symbol that vendors disagree on; each of them has to be seen agreed on anew.

import { epochMs, item, type BarSlice, type Control, type DataLevel, type EpochMs, newControl } from '@aitrader/model';
import { clockBehindMs, isClockUnknown, newClockSkew, type ClockSkew } from './clock-skew.ts';
import {
  newVendorAgreement,
  restoreApart,
  symbolsApart,
  wordsOfApart,
  type AgreementOptions,
  type VendorAgreement,
} from './vendor-agreement.ts';
import { newDataLevels, noteMinute, type ClockVerdict, type DataLevelOptions, type DataLevels } from './data-levels.ts';

/** The data of a live market being watched. Plain data. */
export interface DataWatch {
  readonly levels: DataLevels;
  readonly clock: ClockSkew;
  readonly agreement: VendorAgreement;
  /** what was said last; undefined before the first word */
  said: DataLevel | undefined;
  saidWhy: string;
  saidAt: number;
}

/** A command is of an instant within the last second before its interval, one of its own. */
const INSTANTS = 1_000;
/** The clock's offset is said again when it has moved by so much. */
const CLOCK_MOVED_MS = 250;

/** Nothing is known yet; the clock is off when it is proved to be `clockOffMsMax` ahead or behind. @throws RangeError */
export const newDataWatch = (
  options: DataLevelOptions,
  clockOffMsMax: number,
  agreement: Omit<AgreementOptions, 'symbols'>,
): DataWatch => {
  const levels = newDataLevels(options);
  return {
    levels,
    clock: newClockSkew(clockOffMsMax),
    agreement: newVendorAgreement({ ...agreement, symbols: levels.symbols }),
    said: undefined,
    saidWhy: '',
    saidAt: -1,
  };
};

/** Folds a minute that was closed at `now`; the command to be recorded before its slices, undefined when nothing has changed. */
export function watchMinute(watch: DataWatch, slices: readonly BarSlice[], now: number): Control | undefined {
  const verdict: ClockVerdict = isClockUnknown(watch.clock, now) ? 'unknown' : watch.clock.isOff ? 'off' : 'right';
  const apart = symbolsApart(watch.agreement);
  const level = { ...noteMinute(watch.levels, slices, verdict, apart), clockBehindMs: clockBehindMs(watch.clock) ?? 0 };
  const { t } = item(slices, 0);
  const at = Math.max(t - INSTANTS, watch.saidAt + 1);
  const why = [...level.causes, wordsOfApart(watch.agreement)].filter((text) => text !== '').join(', ');
  const reason = why === '' ? 'the data is watched' : why;
  if (at >= t || (watch.said !== undefined && watch.saidWhy === reason && isSame(watch.said, level))) return undefined;
  return commandOf(epochMs(at), level, reason);
}

const commandOf = (t: EpochMs, data: DataLevel, reason: string): Control =>
  newControl('data-level', t, 'ingest', reason, { data: [data] });

function isSame(a: DataLevel, b: DataLevel): boolean {
  if (a.level !== b.level || a.feed !== b.feed) return false;
  if (Math.abs(a.clockBehindMs - b.clockBehindMs) >= CLOCK_MOVED_MS) return false;
  return a.symbols.join(' ') === b.symbols.join(' ') && a.causes.join(' ') === b.causes.join(' ');
}

/** Takes note of a command that was recorded, now or by an earlier life of the feed; others than those of the data give its instant alone. */
export function noteSaid(watch: DataWatch, { t, data, reason }: Control): void {
  watch.saidAt = t;
  for (const level of data) {
    watch.said = level;
    watch.saidWhy = reason;
  }
}

/** Folds a minute that an earlier life of the feed published, with the clock's verdict and what vendors disagreed on as it was said then. */
export function restoreMinute(watch: DataWatch, slices: readonly BarSlice[]): void {
  const causes = watch.said?.causes ?? [];
  const verdict: ClockVerdict = causes.includes('clock') ? 'off' : causes.includes('clock-unknown') ? 'unknown' : 'right';
  const stale = new Set(noteMinute(watch.levels, slices, verdict, []).symbols);
  const apart = new Set((watch.said?.symbols ?? []).filter((symbol) => !stale.has(symbol)));
  restoreApart(watch.agreement, apart, stale);
}
