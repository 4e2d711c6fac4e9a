/**
 * The life of a leg of an order as a table.
 *
 * 1. A pair that is not in the table is an error value, never a guess.
 * 2. A trade is heard in every status: what was executed is a fact.
 * 3. `unknown` is left only on the broker's word.
 * How much of the leg has filled is no status: it is kept beside it.
 */

/** What is known of a leg. `new`: nobody was told of it yet, or the broker holds it back until there is something to protect. */
export type LegStatus =
  'new' | 'submitted' | 'accepted' | 'triggered' | 'filled' | 'canceled' | 'expired' | 'rejected' | 'unknown';

/** What can happen to a leg. `held`: the broker keeps it back until its entry has filled; `executed` leaves some of it open, `filled` completes it; `busted` and `corrected` amend a trade. */
export type LegEvent =
  | 'submitted'
  | 'held'
  | 'accepted'
  | 'rejected'
  | 'replaced'
  | 'triggered'
  | 'canceled'
  | 'expired'
  | 'executed'
  | 'filled'
  | 'busted'
  | 'corrected'
  | 'unknown';

/** A pair that is not in the table. */
export interface IllegalTransition {
  readonly error: 'ILLEGAL_TRANSITION';
  readonly status: LegStatus;
  readonly event: LegEvent;
}

/** Every legal (status, event) pair, and the status that it leads to. */
export const LEG_TRANSITIONS: readonly (readonly [LegStatus, LegEvent, LegStatus])[] = [
  ['new', 'submitted', 'submitted'],
  // an exit attached to its entry is activated, or called off, by the broker: we never submit it
  ['new', 'held', 'new'],
  ['new', 'accepted', 'accepted'],
  ['new', 'canceled', 'canceled'],
  // ended, or in doubt, with the entry that it is attached to
  ['new', 'rejected', 'rejected'],
  ['new', 'expired', 'expired'],
  ['new', 'unknown', 'unknown'],
  // these overtake the activation
  ['new', 'triggered', 'triggered'],
  ['new', 'executed', 'accepted'],
  ['new', 'filled', 'filled'],

  ['submitted', 'accepted', 'accepted'],
  ['submitted', 'rejected', 'rejected'],
  ['submitted', 'canceled', 'canceled'],
  ['submitted', 'expired', 'expired'],
  ['submitted', 'unknown', 'unknown'],
  // repeated: a submission is sent again under the same id
  ['submitted', 'submitted', 'submitted'],
  // these overtake the acceptance
  ['submitted', 'held', 'new'],
  ['submitted', 'replaced', 'accepted'],
  ['submitted', 'triggered', 'triggered'],
  ['submitted', 'executed', 'accepted'],
  ['submitted', 'filled', 'filled'],

  ['accepted', 'replaced', 'accepted'],
  ['accepted', 'triggered', 'triggered'],
  ['accepted', 'executed', 'accepted'],
  ['accepted', 'filled', 'filled'],
  ['accepted', 'canceled', 'canceled'],
  ['accepted', 'expired', 'expired'],
  ['accepted', 'unknown', 'unknown'],
  // the exchange may refuse what the broker had accepted
  ['accepted', 'rejected', 'rejected'],
  // undone: what was traded is open again, or reads otherwise
  ['accepted', 'busted', 'accepted'],
  ['accepted', 'corrected', 'accepted'],
  // repeated
  ['accepted', 'accepted', 'accepted'],
  ['accepted', 'held', 'accepted'],

  ['triggered', 'replaced', 'triggered'],
  ['triggered', 'executed', 'triggered'],
  ['triggered', 'filled', 'filled'],
  ['triggered', 'canceled', 'canceled'],
  ['triggered', 'expired', 'expired'],
  ['triggered', 'rejected', 'rejected'],
  ['triggered', 'unknown', 'unknown'],
  // undone
  ['triggered', 'busted', 'triggered'],
  ['triggered', 'corrected', 'triggered'],
  // late, repeated
  ['triggered', 'accepted', 'triggered'],
  ['triggered', 'held', 'triggered'],
  ['triggered', 'triggered', 'triggered'],

  // undone: whether the broker works the busted part again is the broker's to say; until then it counts as open
  ['filled', 'busted', 'unknown'],
  ['filled', 'corrected', 'filled'],
  // late: the completing trade overtook them
  ['filled', 'executed', 'filled'],
  ['filled', 'accepted', 'filled'],
  ['filled', 'held', 'filled'],
  ['filled', 'triggered', 'filled'],
  // repeated; a trade that is new by its execution id counts, even beyond what was asked
  ['filled', 'filled', 'filled'],

  // late: the trade and the cancellation crossed
  ['canceled', 'executed', 'canceled'],
  ['canceled', 'filled', 'filled'],
  // undone: a leg that is off stays off
  ['canceled', 'busted', 'canceled'],
  ['canceled', 'corrected', 'canceled'],
  // late, repeated
  ['canceled', 'accepted', 'canceled'],
  ['canceled', 'held', 'canceled'],
  ['canceled', 'canceled', 'canceled'],
  ['canceled', 'expired', 'canceled'],

  // late: the trade came before the close, the word of it after
  ['expired', 'executed', 'expired'],
  ['expired', 'filled', 'filled'],
  // undone
  ['expired', 'busted', 'expired'],
  ['expired', 'corrected', 'expired'],
  // late, repeated: a cancellation may cross the expiry
  ['expired', 'accepted', 'expired'],
  ['expired', 'held', 'expired'],
  ['expired', 'canceled', 'expired'],
  ['expired', 'expired', 'expired'],

  // late: the rejection was wrong, or was assumed; the broker's evidence overturns it
  ['rejected', 'accepted', 'accepted'],
  ['rejected', 'executed', 'accepted'],
  ['rejected', 'filled', 'filled'],
  ['rejected', 'held', 'new'],
  ['rejected', 'canceled', 'canceled'],
  ['rejected', 'expired', 'expired'],
  // undone: trades that an order made before it was refused
  ['rejected', 'busted', 'rejected'],
  ['rejected', 'corrected', 'rejected'],
  // repeated
  ['rejected', 'rejected', 'rejected'],

  // the broker's answer, whatever it is, settles it
  ['unknown', 'accepted', 'accepted'],
  ['unknown', 'held', 'new'],
  ['unknown', 'replaced', 'accepted'],
  ['unknown', 'triggered', 'triggered'],
  ['unknown', 'executed', 'accepted'],
  ['unknown', 'filled', 'filled'],
  ['unknown', 'canceled', 'canceled'],
  ['unknown', 'expired', 'expired'],
  ['unknown', 'rejected', 'rejected'],
  // undone: an amended trade says nothing of the rest
  ['unknown', 'busted', 'unknown'],
  ['unknown', 'corrected', 'unknown'],
  // repeated: asked again, still no answer
  ['unknown', 'unknown', 'unknown'],
];

const NEXT: ReadonlyMap<string, LegStatus> = new Map(LEG_TRANSITIONS.map(([from, event, to]) => [`${from} ${event}`, to]));

/** The status that an event leads to, or the error that it cannot happen there. */
export const nextStatus = (status: LegStatus, event: LegEvent): LegStatus | IllegalTransition =>
  NEXT.get(`${status} ${event}`) ?? { error: 'ILLEGAL_TRANSITION', status, event };

/** Whether nothing more is expected of a leg; late words on it are still heard. */
export const isFinal = (status: LegStatus): boolean =>
  status === 'filled' || status === 'canceled' || status === 'expired' || status === 'rejected';
