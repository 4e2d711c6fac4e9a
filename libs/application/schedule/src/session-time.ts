import type { TradingSession } from '@aitrader/core-sessions';
import { epochMs, type EpochMs } from '@aitrader/model';

/*
 * Times of a trading date as they are said of its session: "open-60m", "close-5m", "postClose+30m".
 *
 * 1. On a half day what is said of the close comes with that day's close.
 * 2. A time is the same number of minutes from its session on every day: where the clock changes, it changes with the session.
 */

export const ANCHORS = ['preOpen', 'open', 'close', 'postClose'] as const;
export type Anchor = (typeof ANCHORS)[number];

/** An instant of a session, or so many minutes after it; before it when negative. */
export interface SessionTime {
  readonly anchor: Anchor;
  readonly minutes: number;
}

const FORM = /^(preOpen|open|close|postClose)(?:([+-])(\d{1,4})m)?$/;
/** A date's jobs lie within the night before it and the one after it. */
export const MINUTES_MAX = 720;
const MINUTE_MS = 60_000;

/** What a text has to be, for who wrote another one. */
export const SESSION_TIME_FORM = `has to be ${ANCHORS.join(', ')}, alone or with minutes behind it (at most ${MINUTES_MAX}), such as close-5m`;

/** The time that a text says; undefined when it says none. */
export function sessionTimeOf(text: string): SessionTime | undefined {
  const [, named, sign, digits = '0'] = FORM.exec(text) ?? [];
  const anchor = ANCHORS.find((one) => one === named);
  const minutes = Number(digits);
  if (anchor === undefined || minutes > MINUTES_MAX) return undefined;
  return { anchor, minutes: sign === '-' ? -minutes : minutes };
}

/** When it is on a session's day. */
export const instantOf = ({ anchor, minutes }: SessionTime, session: TradingSession): EpochMs =>
  epochMs(session[anchor] + minutes * MINUTE_MS);
