import { epochMs, type EpochMs } from '@aitrader/model';
import { momentAt, nightOf, sessionAt, sessionsIn } from '@aitrader/core-sessions';
import type { Intent } from './intent.ts';
import { RiskInvariantError } from './invariant-error.ts';
import type { RiskState } from './state.ts';

/*
 * Where an entry that is approved now would trade, and when it has to be out again.
 *
 * 1. By minutes, an entry trades in what is left of the regular hours it is approved in, and is flat before they end, or after the minutes
 *    that its strategy or its operator holds it.
 * 2. OVERNIGHT it does so in what is left of the night, and only where the configuration allows it.
 * 3. By daily bars, a signal comes with the close: the entry trades in the next session, from its open, and is held for as many
 *    sessions as the signal's horizon has, until the open of the one after them.
 * 4. Everywhere else there is nothing to trade in.
 */

const MS_PER_MINUTE = 60_000;

interface Window {
  /** time left to trade in, ms */
  readonly leftMs: number;
  readonly exitAt: number;
}

function windowOf(state: RiskState, intent: Intent): Window | undefined {
  const { phase, session, sessionIndex } = momentAt(state.calendar, state.t);
  if (session === undefined) return undefined;
  if (state.timeframe === '1d')
    return phase === 'RTH' && state.t === session.close ? nextSession(sessionIndex, intent) : undefined;
  if (phase === 'RTH') return untilFlat(state, session.close, intent);
  const night = phase === 'OVERNIGHT' && state.config.overnightAllowed ? nightOf(state.calendar.venue, sessionIndex) : undefined;
  return night === undefined ? undefined : untilFlat(state, night.until, intent);
}

const untilFlat = ({ t, config }: RiskState, end: EpochMs, { holdMinutes }: Intent): Window => ({
  leftMs: end - t,
  exitAt: Math.min(
    end - config.flattenMinutesBeforeClose * MS_PER_MINUTE,
    holdMinutes === null ? Infinity : t + holdMinutes * MS_PER_MINUTE,
  ),
});

/** None when the calendar does not reach to the way out. */
function nextSession(sessionIndex: number, { horizonMinutes }: Intent): Window | undefined {
  const entered = sessionAt(sessionIndex + 1);
  const left = sessionAt(sessionIndex + 1 + sessionsIn(horizonMinutes));
  return entered === undefined || left === undefined ? undefined : { leftMs: entered.close - entered.open, exitAt: left.open };
}

/** Whole minutes that an entry has to trade in; 0 where there is nothing to trade in. @throws CalendarRangeError */
export function minutesToTrade(state: RiskState, intent: Intent): number {
  return Math.floor((windowOf(state, intent)?.leftMs ?? 0) / MS_PER_MINUTE);
}

/** When a position entered now has to be flat. @throws RiskInvariantError where there is nothing to trade in */
export function exitTime(state: RiskState, intent: Intent): EpochMs {
  const window = windowOf(state, intent);
  if (window === undefined) throw new RiskInvariantError(`nothing to trade in at ${state.t}`);
  return epochMs(window.exitAt);
}

/** When a position entered now is reckoned to be left: at once where there is nothing to trade in, or that is not known. @throws CalendarRangeError */
export function reckonedExit(state: RiskState, intent: Intent): EpochMs {
  const exitAt = windowOf(state, intent)?.exitAt;
  return exitAt !== undefined && Number.isSafeInteger(exitAt) ? epochMs(exitAt) : state.t;
}
