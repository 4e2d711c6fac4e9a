import { grownFloats } from '@aitrader/core-features';
import { ln } from '@aitrader/core-numeric';
import { read } from '@aitrader/model';

/*
 * A return that each session has one of, beside those of past sessions: an overnight return, one of the first half-hour.
 *
 * Its scale is the root of the exponentially weighted mean square of past ones, the newest not among them; the mean is taken as 0, as returns of
 * so little time have none that could be told.
 */

/** Plain data, its columns by slot. */
export interface SessionReturn {
  /** weight of a session in the mean square */
  readonly gain: number;
  /** log return of the session that is on, NaN where it has none (yet) */
  value: Float64Array;
  /** mean square of past ones, and how many there were */
  square: Float64Array;
  sessions: Float64Array;
}

/** Past returns weigh with a centre of mass of so many sessions. */
export const newSessionReturn = (centreSessions: number): SessionReturn => ({
  gain: 1 / (1 + centreSessions),
  ...{ value: new Float64Array(0), square: new Float64Array(0), sessions: new Float64Array(0) },
});

const COLUMNS = ['value', 'square', 'sessions'] as const;

export function growSessionReturn(of: SessionReturn, slots: number): void {
  for (const name of COLUMNS) of[name] = grownFloats(of[name], slots, name === 'value' ? NaN : 0);
}

/** Puts the return of the session before to the past ones: another session has begun. */
export function endSessionReturn(of: SessionReturn, slot: number): void {
  const value = read(of.value, slot);
  of.value[slot] = NaN;
  if (Number.isNaN(value)) return;
  const sessions = read(of.sessions, slot) + 1;
  of.sessions[slot] = sessions;
  const square = read(of.square, slot);
  of.square[slot] = square + Math.max(of.gain, 1 / sessions) * (value * value - square);
}

/** Says what the return of the session is: from one price to another one, in dollars; none where one of them is no price. */
export function setSessionReturn(of: SessionReturn, slot: number, from: number, to: number): void {
  of.value[slot] = from > 0 && to > 0 ? ln(to / from) : NaN;
}

/** The session's return in standard deviations of past ones; NaN before there were `least` of them. */
export function scaledSessionReturn(of: SessionReturn, slot: number, least: number): number {
  const square = read(of.square, slot);
  return read(of.sessions, slot) >= least && square > 0 ? read(of.value, slot) / Math.sqrt(square) : NaN;
}

export function clearSessionReturn(of: SessionReturn, slot: number): void {
  of.value[slot] = NaN;
  of.square[slot] = 0;
  of.sessions[slot] = 0;
}
