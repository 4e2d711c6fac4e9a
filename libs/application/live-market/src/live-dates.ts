import { minuteAfter } from '@aitrader/core-market';
import { newYorkDate, sessionOn, sessionsBetween, CALENDAR_FIRST } from '@aitrader/core-sessions';
import { epochMs, type EpochMs } from '@aitrader/model';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Sessions are looked for among so many days for each that is wanted. */
const DAYS_A_SESSION = 5;

/** The close of the first minute of a live run that begins at `now`, with so many sessions of history before the present one. */
export function firstMinute(now: number, sessionsBefore: number): EpochMs {
  const next = minuteAfter(Math.floor(now / MINUTE_MS) * MINUTE_MS);
  if (sessionsBefore === 0) return epochMs(next);
  const date = newYorkDate(epochMs(next - 1));
  const earliest = newYorkDate(epochMs(next - (sessionsBefore * DAYS_A_SESSION + DAYS_A_SESSION) * DAY_MS));
  const sessions = sessionsBetween(earliest > CALENDAR_FIRST ? earliest : CALENDAR_FIRST, date);
  const first = sessions.at(-1 - sessionsBefore) ?? sessions[0];
  return epochMs((first?.preOpen ?? next - MINUTE_MS) + MINUTE_MS);
}

/** The close of the last minute of the trading day that is under way at `now`, or of the next one. */
export function lastMinute(now: number): EpochMs {
  const next = minuteAfter(Math.floor(now / MINUTE_MS) * MINUTE_MS);
  const session = sessionOn(newYorkDate(epochMs(next - 1)));
  if (session === undefined) throw new RangeError(`no session after ${now}`);
  return session.postClose;
}
