import { QUANTITY_UNITS_PER_SHARE, type EpochMs, type Price, type Quantity, type Side } from '@aitrader/model';
import { tradingMinutesBetween, type DayPhase } from '@aitrader/core-sessions';

/** In equal parts over the minutes of the session, whatever trades. */
export interface TwapPace {
  readonly kind: 'twap';
  /** session minutes from one part to the next */
  readonly everyMinutes: number;
  /** how many parts one child may make up for at most, those before it that did not trade among them; 1 and up */
  readonly catchUpMax: number;
}

/** A share of what trades. */
export interface ParticipationPace {
  readonly kind: 'participation';
  /** of all shares that were seen to trade since the beginning; above 0, at most 1 */
  readonly share: number;
}

/** An order that is too large to be sent at once: it is worked in children, one at a time, none of which is sent with another limit. */
export interface ParentOrder {
  readonly side: Side;
  /** whole shares */
  readonly quantity: Quantity;
  /** the worst price that any of it may trade at */
  readonly limit: Price;
  /** children are sent after the first instant, and called off at the second */
  readonly from: EpochMs;
  readonly until: EpochMs;
  /** whether it is worked in extended hours too; else in regular hours alone */
  readonly extendedHours: boolean;
  readonly pace: TwapPace | ParticipationPace;
  /** largest share of the shares that traded in the last interval that one child may be; above 0, at most 1 */
  readonly participationMax: number;
}

/** Thrown on a parent order that could not mean what it says. */
export class ParentOrderError extends RangeError {
  override readonly name = 'ParentOrderError';
}

const isShare = (value: number): boolean => value > 0 && value <= 1;

/** What is wrong with a parent order, if anything is; the first problem. */
export function parentProblem({ quantity, limit, from, until, pace, participationMax }: ParentOrder): string | undefined {
  if (!(quantity > 0 && quantity % QUANTITY_UNITS_PER_SHARE === 0)) return `quantity must be of whole shares, got ${quantity}`;
  if (!(limit > 0)) return `limit must be above 0, got ${limit}`;
  if (!(until > from)) return `until must come after from, got ${until}`;
  if (!isShare(participationMax)) return `participationMax must lie in (0, 1], got ${participationMax}`;
  if (pace.kind === 'participation') return isShare(pace.share) ? undefined : `share must lie in (0, 1], got ${pace.share}`;
  if (!(pace.everyMinutes >= 1 && pace.everyMinutes < Infinity))
    return `everyMinutes must be at least 1, got ${pace.everyMinutes}`;
  return pace.catchUpMax >= 1 && pace.catchUpMax < Infinity ? undefined : `catchUpMax must be at least 1, got ${pace.catchUpMax}`;
}

const REGULAR: readonly DayPhase[] = ['RTH'];
const EXTENDED: readonly DayPhase[] = ['PRE', 'RTH', 'POST'];

/** Minutes of a parent's sessions between two instants. @throws CalendarRangeError */
export const minutesOf = ({ extendedHours }: ParentOrder, from: EpochMs, to: EpochMs): number =>
  tradingMinutesBetween(from, to, extendedHours ? EXTENDED : REGULAR);
