import { epochMs, type EpochMs } from '@aitrader/model';
import { newYorkDate, newYorkInstant } from '@aitrader/core-sessions';

/** An instant as the vendor writes it: RFC 3339, UTC. */
export const timeText = (t: EpochMs): string => new Date(t).toISOString();
export const timeOrNull = (t: EpochMs | undefined): string | null => (t === undefined ? null : timeText(t));

const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;

/** An instant with New York's offset, as the clock has it: `2025-06-24T14:15:22-04:00`. */
export function newYorkText(t: EpochMs): string {
  const date = newYorkDate(t);
  const midnightUtc = Date.parse(`${date}T00:00:00Z`);
  // noon has the day's offset but for the two nights a year in which the clock changes
  const noon = newYorkInstant(date, 12 * 60);
  const behind = noon - midnightUtc - MS_PER_DAY / 2;
  const wall = new Date(t - behind).toISOString().slice(0, 19);
  return `${wall}-0${behind / (60 * MS_PER_MINUTE)}:00`;
}

/** Minutes after midnight in New York, as `HH:MM`. */
export function newYorkMinute(t: EpochMs): string {
  return newYorkText(t).slice(11, 16);
}

/** A time that somebody wrote: RFC 3339, a date, or epoch milliseconds. undefined: it is none. */
export function readTime(value: unknown): EpochMs | undefined {
  const ms = typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Date.parse(value) : NaN;
  return Number.isSafeInteger(ms) && ms >= 0 ? epochMs(ms) : undefined;
}
