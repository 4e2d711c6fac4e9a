import type { Brand } from './brand.ts';
import { fnv1a32 } from './shard.ts';
import type { EpochMs, Price, Quantity } from './units.ts';
import type { OrderId, Ticker } from './ids.ts';
import type { Leg, Side } from './order.ts';

/** What a broker is asked under: the client order id. Derived from the order, the leg and a counter, so that it is never drawn. */
export type RequestId = Brand<string, 'RequestId'>;

/** The longest client order id that brokers take, in characters. */
export const REQUEST_ID_MAX = 128;

const ROOM_FOR_LEG_AND_COUNTER = 24;
const HEXADECIMAL = 16;
const HASH_DIGITS = 8;

/**
 * The id of the `n`-th request on an order. `prefix` tells runs of one account apart: a client order id is good once for an account.
 * An order's id that would be too long is cut, and a hash of all of it stands for the rest.
 */
export function requestId(prefix: string, order: OrderId, leg: Leg, n: number): RequestId {
  const whole = `${prefix}${order}`;
  const room = REQUEST_ID_MAX - ROOM_FOR_LEG_AND_COUNTER;
  const hash = fnv1a32(whole).toString(HEXADECIMAL).padStart(HASH_DIGITS, '0');
  const stem = whole.length <= room ? whole : `${whole.slice(0, room - HASH_DIGITS - 1)}~${hash}`;
  return `${stem}.${leg}.${n}` as RequestId;
}

/** Takes a request's id back from text that is known to be one. */
export const requestIdOf = (text: string): RequestId => text as RequestId;

/** As much of a run's name as there is room for in a client order id: its end, in characters. */
export const RUN_NAMED_MAX = 39;
const OF_A_RUN = /^([a-z0-9-]{1,39})\.o\..+\.(?:entry|stop|target|time)\.\d+$/;

/** The run that a client order id begins with, by its name or the last RUN_NAMED_MAX characters of it; null where it is none of ours. */
export const runNamedBy = (clientOrderId: string): string | null => OF_A_RUN.exec(clientOrderId)?.[1] ?? null;

/** How a submission stands at the broker: alone; an entry with its exits; or a pair of exits, of which one cancels the other. */
export type RequestClass = 'simple' | 'bracket' | 'oco';

/** The prices of a pair of exits. */
export interface ExitPrices {
  readonly target: Price;
  readonly stop: Price;
}

interface RequestOf {
  readonly id: RequestId;
  /** event time of what caused it */
  readonly t: EpochMs;
  /** the order of ours that stands behind it */
  readonly orderId: OrderId;
  readonly leg: Leg;
  readonly symbol: Ticker;
}

/** A new order at the broker, good for the day. */
export interface SubmitRequest extends RequestOf {
  readonly kind: 'submit';
  readonly side: Side;
  readonly quantity: Quantity;
  /** the worst price that it may trade at; null for an `oco`, whose prices are its exits' */
  readonly limit: Price | null;
  /** of an order that waits for a price, that price */
  readonly stop: Price | null;
  readonly timeInForce: 'day';
  /** whether it may trade outside regular hours */
  readonly extendedHours: boolean;
  readonly class: RequestClass;
  /** null for a `simple` one */
  readonly exits: ExitPrices | null;
}

/** Whether a submission opens a position or closes one: an exit that finds nothing to close must not open anything. */
export const intentOf = ({ leg, side }: Pick<SubmitRequest, 'leg' | 'side'>): `${Side}_to_${'open' | 'close'}` =>
  `${side}_to_${leg === 'entry' ? 'open' : 'close'}`;

/** Another quantity or price for what an earlier request submitted. */
export interface ReplaceRequest extends RequestOf {
  readonly kind: 'replace';
  readonly about: RequestId;
  readonly brokerId: string | null;
  readonly quantity: Quantity;
  readonly limit: Price | null;
  readonly stop: Price | null;
}

/** The end of what an earlier request submitted, with all that belongs to it. */
export interface CancelRequest extends RequestOf {
  readonly kind: 'cancel';
  readonly about: RequestId;
  /** the broker's id of the part of it that is still open; null while none is known, and it has to be looked up */
  readonly brokerId: string | null;
}

/** What execution asks of a broker for an order. */
export type OrderRequest = SubmitRequest | ReplaceRequest | CancelRequest;

/**
 * That a broker which trades the run's own bars lives through the interval that closed at `t`. It is asked once all that was asked
 * before is answered; a broker with a market of its own is never asked.
 */
export interface AdvanceRequest {
  readonly kind: 'advance';
  readonly id: RequestId;
  readonly t: EpochMs;
}

/** The id of the request to live through the interval that closed at `t`. */
export const advanceId = (prefix: string, t: EpochMs): RequestId => `${prefix}advance.${t}` as RequestId;

/** What execution asks of a broker. It is recorded before it is performed, and performed at most once. */
export type Request = OrderRequest | AdvanceRequest;

/** What followed from one message of a recording. */
export interface RequestBatch {
  /** sequence of that message in the recording: grows from batch to batch */
  readonly cause: number;
  /** latest event time that execution had heard of */
  readonly t: EpochMs;
  readonly requests: readonly Request[];
}
