import { epochMs, type EpochMs } from '@aitrader/model';
import {
  CALENDAR_FIRST,
  CALENDAR_LAST,
  newYorkDate,
  phaseAt,
  sessionsBetween,
  type TradingSession,
} from '@aitrader/core-sessions';
import { newYorkMinute, newYorkText } from './exchange-time.ts';
import type { Json } from './order-answer.ts';

const MS_PER_DAY = 86_400_000;
/** Longer than the exchanges were ever closed, and two sessions more. */
const DAYS_AHEAD = 14;

/** `GET /v2/clock`: the core session only. */
export function clockAnswer(now: EpochMs): Json {
  const ahead = sessionsBetween(newYorkDate(now), newYorkDate(epochMs(now + DAYS_AHEAD * MS_PER_DAY)));
  const opens = ahead.find(({ open }) => open > now);
  const closes = ahead.find(({ close }) => close > now);
  return {
    timestamp: newYorkText(now),
    is_open: phaseAt(epochMs(now + 1)) === 'RTH',
    next_open: opens === undefined ? null : newYorkText(opens.open),
    next_close: closes === undefined ? null : newYorkText(closes.close),
  };
}

const DATE = /^\d{4}-\d{2}-\d{2}/;

/** `GET /v2/calendar`: the sessions from `start` to `end`, both included; of all there are without them. undefined: they are no dates. */
export function calendarAnswer(start: string = CALENDAR_FIRST, end: string = CALENDAR_LAST): Json[] | undefined {
  const [first, last] = [start.slice(0, 10), end.slice(0, 10)];
  if (!DATE.test(first) || !DATE.test(last)) return undefined;
  const from = first < CALENDAR_FIRST ? CALENDAR_FIRST : first;
  const to = last > CALENDAR_LAST ? CALENDAR_LAST : last;
  if (from > to) return [];
  const sessions = sessionsBetween(from, to);
  const final = sessions.at(-1);
  const next =
    final === undefined ? [] : sessionsBetween(newYorkDate(epochMs(final.close + MS_PER_DAY)), CALENDAR_LAST).slice(0, 1);
  const settling = [...sessions, ...next];
  return sessions.map((session, i) => dayAnswer(session, settling[i + 1] ?? session));
}

/** `open` and `close` have a colon, the ends of the extended hours have none: so the vendor has it. */
const dayAnswer = ({ date, open, close, preOpen, postClose }: TradingSession, next: TradingSession): Json => ({
  date,
  open: newYorkMinute(open),
  close: newYorkMinute(close),
  session_open: newYorkMinute(preOpen).replace(':', ''),
  session_close: newYorkMinute(postClose).replace(':', ''),
  settlement_date: next.date,
});
