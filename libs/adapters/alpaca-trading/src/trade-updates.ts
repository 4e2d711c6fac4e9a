import { z } from 'zod';
import { decode } from '@msgpack/msgpack';
import type { Cash, Quantity } from '@aitrader/model';
import { ORDER } from './account-answers.ts';
import type { BrokerOrder } from './broker-account.ts';
import { cashIn, priceIn, quantityIn } from './decimals.ts';

/*
 * Messages of Alpaca's account stream (`/stream`): JSON in text or binary frames, or MessagePack.
 *
 * 1. A message that is not understood is said, as it came, and costs nothing else.
 * 2. An update that tells of a trade without what makes it one is not understood: no execution is made up.
 */

/** A trade of an order, as the stream tells it. Told again under the same id it is the same trade. */
export interface UpdatedExecution {
  readonly id: string;
  readonly quantity: Quantity;
  /** as it was printed; a price of ours may be coarser */
  readonly printedPrice: string;
  /** the account's position in the symbol after it, signed; null where it is not said */
  readonly positionQuantity: Quantity | null;
  /** what it cost beside its price; null where it is not said, as at Alpaca, where our own exchange says it */
  readonly fee: Cash | null;
  /** the execution that a bust or a correction is about */
  readonly previousId: string | null;
}

/** What the broker says happened to an order. `event` is its own word, known to us or not. */
export interface TradeUpdate {
  readonly event: string;
  readonly at: string;
  readonly order: BrokerOrder;
  readonly execution: UpdatedExecution | null;
}

export type StreamMessage =
  | { readonly kind: 'authorised' }
  | { readonly kind: 'unauthorised' }
  | { readonly kind: 'listening'; readonly streams: readonly string[] }
  | { readonly kind: 'update'; readonly update: TradeUpdate; readonly raw: string }
  | { readonly kind: 'left-aside'; readonly what: string };

/** Events that tell of an execution: without one they are no such event. */
const TRADES: ReadonlySet<string> = new Set(['fill', 'partial_fill', 'trade_bust', 'trade_correct']);
const WHAT_MAX = 300;
/** A single byte is a sign of life. */
const HEARTBEAT_BYTES = 1;

const printed = z.union([z.string(), z.number()]).transform(String);
const MESSAGE = z.looseObject({ stream: z.string(), data: z.looseObject({}) });
const AUTHORISATION = z.looseObject({ status: z.string() });
const LISTENING = z.looseObject({ streams: z.array(z.string()).nullish() });
const UPDATE = z.looseObject({
  event: z.string(),
  timestamp: z.string().optional(),
  at: z.string().optional(),
  order: ORDER,
  execution_id: z.string().nullish(),
  previous_execution_id: z.string().nullish(),
  price: printed.nullish(),
  qty: printed.nullish(),
  position_qty: printed.nullish(),
  _fee: printed.nullish(),
});

/** The messages of a frame; none in a sign of life. */
export function streamMessages(frame: Uint8Array, codec: 'json' | 'msgpack'): readonly StreamMessage[] {
  if (frame.length <= HEARTBEAT_BYTES) return [];
  let document: unknown;
  try {
    document = codec === 'json' ? JSON.parse(Buffer.from(frame).toString('utf8')) : decode(frame);
  } catch {
    return [leftAside(Buffer.from(frame).toString('utf8'))];
  }
  return Array.isArray(document) ? document.map(messageOf) : [messageOf(document)];
}

function messageOf(document: unknown): StreamMessage {
  const raw = JSON.stringify(document) ?? 'nothing';
  const message = MESSAGE.safeParse(document);
  if (!message.success) return leftAside(raw);
  const { stream, data } = message.data;
  switch (stream) {
    case 'authorization': {
      const said = AUTHORISATION.safeParse(data);
      return said.success ? { kind: said.data.status === 'authorized' ? 'authorised' : 'unauthorised' } : leftAside(raw);
    }
    case 'listening': {
      const said = LISTENING.safeParse(data);
      return said.success ? { kind: 'listening', streams: said.data.streams ?? [] } : leftAside(raw);
    }
    case 'trade_updates':
      return updateOf(data, raw);
    default:
      return leftAside(raw);
  }
}

function updateOf(data: unknown, raw: string): StreamMessage {
  const parsed = UPDATE.safeParse(data);
  if (!parsed.success) return leftAside(raw);
  const { event, order, timestamp, at } = parsed.data;
  const time = timestamp ?? at ?? order.updatedAt;
  const execution = executionOf(parsed.data);
  if (time === null || (execution === null && TRADES.has(event))) return leftAside(raw);
  return { kind: 'update', update: { event, at: time, order, execution }, raw };
}

function executionOf(data: z.infer<typeof UPDATE>): UpdatedExecution | null {
  const { execution_id: id, price: printedPrice, qty, position_qty: position, previous_execution_id: previousId } = data;
  const quantity = typeof qty === 'string' ? quantityIn(qty) : undefined;
  if (typeof id !== 'string' || typeof printedPrice !== 'string' || quantity === undefined) return null;
  if (priceIn(printedPrice) === undefined || quantity < 0) return null;
  const positionQuantity = typeof position === 'string' ? (quantityIn(position) ?? null) : null;
  const fee = typeof data._fee === 'string' ? (cashIn(data._fee) ?? null) : null;
  return { id, quantity, printedPrice, positionQuantity, fee, previousId: previousId ?? null };
}

const leftAside = (text: string): StreamMessage => ({ kind: 'left-aside', what: text.slice(0, WHAT_MAX) });
