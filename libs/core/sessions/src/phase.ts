import { read, type EpochMs } from '@aitrader/model';
import { assertInRange, END_MS, FIRST_DAY, FIRST_MS } from './calendar-range.ts';
import { MS_PER_DAY } from './civil-date.ts';
import { lastSessionOnOrBefore, SESSIONS, TABLE } from './session-table.ts';

/** Part of a trading day of the exchanges: PRE is (preOpen, open], RTH (open, close], POST (close, postClose], all else is CLOSED. */
export type DayPhase = 'PRE' | 'RTH' | 'POST' | 'CLOSED';

/** Part of the time at a venue: OVERNIGHT is the night before its trade date, where the venue has one. */
export type Phase = DayPhase | 'OVERNIGHT';

/** Index of the last session that began before an instant, −1 when there is none. O(1). @throws CalendarRangeError */
export function sessionIndexAt(t: EpochMs): number {
  assertInRange(t);
  // Days of winter time serve all year: an hour's shift never takes a session, 04:00 to 20:00, across midnight.
  const index = lastSessionOnOrBefore(FIRST_DAY + Math.floor((t - FIRST_MS) / MS_PER_DAY));
  return index >= 0 && t <= read(TABLE.preOpen, index) ? index - 1 : index;
}

/** The phase that an instant ends, given the session that `sessionIndexAt` found for it. */
export function phaseIn(index: number, t: EpochMs): DayPhase {
  if (index < 0 || t > read(TABLE.postClose, index)) return 'CLOSED';
  if (t > read(TABLE.close, index)) return 'POST';
  return t > read(TABLE.open, index) ? 'RTH' : 'PRE';
}

/** Last instant before a phase of a session; CLOSED is what follows the session, or what precedes the first one at −1. */
export function phaseStart(index: number, phase: DayPhase): number {
  if (index < 0) return FIRST_MS - 1;
  if (phase === 'PRE') return read(TABLE.preOpen, index);
  if (phase === 'RTH') return read(TABLE.open, index);
  return read(phase === 'POST' ? TABLE.close : TABLE.postClose, index);
}

/** Last instant of a phase, see `phaseStart`. */
export function phaseEnd(index: number, phase: DayPhase): number {
  if (phase === 'PRE') return read(TABLE.open, index);
  if (phase === 'RTH') return read(TABLE.close, index);
  if (phase === 'POST') return read(TABLE.postClose, index);
  return index + 1 < SESSIONS.length ? read(TABLE.preOpen, index + 1) : END_MS - 1;
}

/** Milliseconds of (after, until] up to `t`. */
const within = (t: number, after: number, until: number): number => Math.min(Math.max(t - after, 0), until - after);

/** Milliseconds of PRE from the calendar's beginning to `t`, which lies in or after the session. */
export function preMs(index: number, t: number): number {
  return index < 0 ? 0 : read(TABLE.preBefore, index) + within(t, read(TABLE.preOpen, index), read(TABLE.open, index));
}

/** Milliseconds of RTH from the calendar's beginning to `t`, which lies in or after the session. */
export function regularMs(index: number, t: number): number {
  return index < 0 ? 0 : read(TABLE.regularBefore, index) + within(t, read(TABLE.open, index), read(TABLE.close, index));
}

/** Milliseconds of POST from the calendar's beginning to `t`, which lies in or after the session. */
export function postMs(index: number, t: number): number {
  return index < 0 ? 0 : read(TABLE.postBefore, index) + within(t, read(TABLE.close, index), read(TABLE.postClose, index));
}
