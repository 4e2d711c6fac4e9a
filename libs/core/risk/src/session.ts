import { epochMs, type EpochMs } from '@aitrader/model';
import { momentAt } from '@aitrader/core-sessions';
import { RiskInvariantError } from './invariant-error.ts';
import type { RiskState } from './state.ts';

const MS_PER_MINUTE = 60_000;

/** Whole minutes of regular hours left in the session of the interval; 0 outside them. @throws CalendarRangeError */
export function minutesToClose({ calendar, t }: RiskState): number {
  const { phase, session } = momentAt(calendar, t);
  return phase === 'RTH' && session !== undefined ? Math.floor((session.close - t) / MS_PER_MINUTE) : 0;
}

/** When a position entered in this session has to be flat. @throws RiskInvariantError outside a session */
export function exitTime({ calendar, t, config }: RiskState): EpochMs {
  const { session } = momentAt(calendar, t);
  if (session === undefined) throw new RiskInvariantError(`no session at ${t} to leave the position in`);
  return epochMs(session.close - config.flattenMinutesBeforeClose * MS_PER_MINUTE);
}
