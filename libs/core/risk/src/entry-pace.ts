import type { EpochMs, RiskConfig, SessionPart, SignalId, Ticker } from '@aitrader/model';
import { momentAt, type CalendarCursor } from '@aitrader/core-sessions';

/*
 * How often entries are approved.
 *
 * 1. What was approved is counted by the interval, by the part of a session, and by symbol and strategy.
 * 2. Who has reached the limit by symbol and strategy is out until an operator resumes: a new session forgives no one.
 */

const MS_PER_MINUTE = 60_000;

/** Plain data, bounded by the symbols times the strategies. */
export interface EntryPace {
  /** the interval, the session and its part that are counted in */
  t: number;
  session: number;
  part: SessionPart | null;
  inInterval: number;
  inPart: number;
  readonly repeated: Map<string, number>;
  /** orders and events of orders in each symbol, by the intervals of the last hour in their order */
  readonly messages: Map<Ticker, Counts[]>;
}
interface Counts {
  readonly t: EpochMs;
  count: number;
}

/** What is looked at of the account. */
interface Pacing {
  readonly t: EpochMs;
  readonly calendar: CalendarCursor;
  readonly config: Pick<RiskConfig, 'entryLimits'>;
  readonly pace: EntryPace;
}
/** What is wanted, as far as it is counted. */
type Counted = { readonly symbol: Ticker; readonly id: SignalId };

export const newEntryPace = (): EntryPace => ({
  ...{ t: 0, session: -1, part: null, inInterval: 0, inPart: 0 },
  repeated: new Map(),
  messages: new Map(),
});

/** The part of a session that an interval ends in; null where nothing trades. */
export function sessionPartOf(state: Omit<Pacing, 'pace'>): SessionPart | null {
  const { phase, session } = momentAt(state.calendar, state.t);
  if (phase !== 'RTH') return phase === 'CLOSED' ? null : phase;
  const { openMinutes, closeMinutes } = state.config.entryLimits;
  if (session === undefined) return null;
  if (state.t - session.open <= openMinutes * MS_PER_MINUTE) return 'OPEN';
  return session.close - state.t < closeMinutes * MS_PER_MINUTE ? 'CLOSE' : 'MIDDAY';
}

/** Begins to count anew what ended. O(symbols times strategies) at a new session, else O(1). */
export function enterPace(state: Pacing, part: SessionPart | null): void {
  const { pace, config } = state;
  const { sessionIndex } = momentAt(state.calendar, state.t);
  if (pace.t !== state.t) pace.inInterval = 0;
  if (pace.part !== part || pace.session !== sessionIndex) pace.inPart = 0;
  if (pace.session !== sessionIndex)
    for (const [key, count] of pace.repeated) if (count < config.entryLimits.repeatedMax) pace.repeated.delete(key);
  pace.t = state.t;
  pace.part = part;
  pace.session = sessionIndex;
}

/** Counts an entry that was approved. */
export function countEntry({ pace }: Pick<Pacing, 'pace'>, wanted: Counted): void {
  const key = repeatKey(wanted);
  pace.inInterval += 1;
  pace.inPart += 1;
  pace.repeated.set(key, (pace.repeated.get(key) ?? 0) + 1);
}

const MESSAGES_MS = 60 * MS_PER_MINUTE;

/** Counts an order, or what was told of one, in the interval `t`. */
export function countMessage({ messages }: EntryPace, symbol: Ticker, t: EpochMs): void {
  const recent = messages.get(symbol)?.filter((one) => t - one.t < MESSAGES_MS) ?? [];
  const last = recent.at(-1);
  if (last?.t === t) last.count += 1;
  else recent.push({ t, count: 1 });
  messages.set(symbol, recent);
}

/** Orders and events of orders in a symbol in the hour that ends with `t`. */
export const messagesIn = ({ messages }: EntryPace, symbol: Ticker, t: EpochMs): number =>
  (messages.get(symbol) ?? []).reduce((sum, one) => (t - one.t < MESSAGES_MS ? sum + one.count : sum), 0);

/** How often entries of this symbol by this strategy, or by operators, were approved. */
export const repeatsOf = ({ repeated }: EntryPace, wanted: Counted): number =>
  repeated.size === 0 ? 0 : (repeated.get(repeatKey(wanted)) ?? 0);

const repeatKey = ({ symbol, id }: Counted): string =>
  `${symbol} ${id.startsWith('m.') ? '' : id.slice(id.lastIndexOf('.') + 1)}`;
