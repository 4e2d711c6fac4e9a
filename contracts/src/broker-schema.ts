import { z } from 'zod';
import {
  REPORT_KINDS,
  REQUEST_ID_MAX,
  type BrokerWord,
  type ReportBatch,
  type Request,
  type RequestBatch,
} from '@aitrader/model';
import type { RequestId } from '@aitrader/model';
import {
  branded,
  cash,
  epochMs,
  fillId,
  leg,
  orderId,
  price,
  quantity,
  quantityLeft,
  shares,
  side,
  text,
  textUpTo,
  ticker,
} from './wire-units.ts';

/*
 * What is asked of a broker, and what it says. Several messages may be of one instant: they are told apart, and counted on, by the field
 * behind it.
 */

/**
 * The longest text of a broker that a report keeps, in characters (code points). An order with its exits is some 6,000; the bound keeps a
 * broker that has lost its head, or an error page of somebody between, from filling a recording. Of a longer one its reader keeps the
 * beginning: {@link keptOf}.
 */
export const RAW_LENGTH_MAX = 65_536;

const requestId = branded<RequestId>(textUpTo(REQUEST_ID_MAX).min(1).describe('the client order id'));
const about = branded<RequestId>(textUpTo(REQUEST_ID_MAX).min(1).describe('client order id of the submission that it is about'));
const brokerId = text.min(1);
const worst = price.nullable().describe('the worst price that it may trade at, 1e-4 USD a share; null where none is asked for');
const waitedFor = price.nullable().describe('the price that it waits for, 1e-4 USD a share; null where it waits for none');

const ofOrder = {
  id: requestId,
  t: epochMs.describe('event time of what caused it, milliseconds since the epoch, UTC'),
  orderId,
  leg,
  symbol: ticker,
};
const submit = z.strictObject({
  kind: z.literal('submit').describe('submit: a new order at the broker'),
  ...ofOrder,
  side,
  quantity: shares,
  limit: worst,
  stop: waitedFor,
  timeInForce: z.literal('day').describe('how long it stands'),
  extendedHours: z.boolean().describe('whether it may trade outside regular hours'),
  class: z
    .enum(['simple', 'bracket', 'oco'])
    .describe('simple: alone; bracket: an entry with its exits; oco: a pair of exits, of which one cancels the other'),
  exits: z
    .strictObject({ target: price, stop: price })
    .nullable()
    .describe('prices of the pair of exits, 1e-4 USD a share; null for a simple one'),
});
const replace = z.strictObject({
  kind: z.literal('replace').describe('replace: another quantity or price for it'),
  ...ofOrder,
  about,
  brokerId: brokerId.nullable().describe("the broker's id of what is still open of it; null while none is known"),
  quantity: shares,
  limit: worst,
  stop: waitedFor,
});
const cancel = z.strictObject({
  kind: z.literal('cancel').describe('cancel: the end of it, with all that belongs to it'),
  ...ofOrder,
  about,
  brokerId: brokerId.nullable().describe("the broker's id of what is still open of it; null while none is known"),
});
const advance = z.strictObject({
  kind: z.literal('advance').describe("advance: that a broker which trades the run's own bars lives through the interval"),
  id: requestId,
  t: epochMs.describe('close of the interval, milliseconds since the epoch, UTC'),
});
const request = z.discriminatedUnion('kind', [submit, replace, cancel, advance]) satisfies z.ZodType<Request>;

const place = z.int().min(1);

export const requestsV1 = z
  .strictObject({
    t: epochMs.describe('latest event time that execution had heard of, milliseconds since the epoch, UTC'),
    cause: place.describe('sequence in the recording of the message that it follows from; grows from message to message'),
    requests: z.array(request).readonly().describe('in the order in which they are performed'),
  })
  .describe(
    'What execution asks of a broker because of one message. Recorded before it is sent.',
  ) satisfies z.ZodType<RequestBatch>;

const execution = z.strictObject({
  id: fillId,
  quantity: quantityLeft.describe('1e-9 share; 0 where a correction leaves nothing'),
  price,
  fee: cash,
  amends: fillId.nullable().describe('the trade that a bust or a correction is about'),
});
const report = z.strictObject({
  kind: z
    .enum(REPORT_KINDS)
    .describe(
      'our reading of it. refused: it is certain that the request did nothing; not-now: the same, and it may be asked again;' +
        ' unknown: nobody knows what became of it; not-found: looked up since, and not known to the broker; done: nothing more of it today;' +
        ' other: a word that is not known here',
    ),
  t: epochMs.describe('event time, as the broker has it, milliseconds since the epoch, UTC'),
  symbol: ticker,
  request: requestId.nullable().describe('the request that it names by its client order id; null where it names none of ours'),
  brokerId: brokerId.nullable().describe("the broker's id of the order that it is about; null where there is none yet"),
  successor: brokerId.nullable().describe('of one that was replaced, the id that it goes on under; else null'),
  legs: z
    .array(z.strictObject({ leg, brokerId: brokerId.describe("the broker's id of the leg's order") }))
    .readonly()
    .describe('the orders that belong to it, where they are told'),
  filled: quantityLeft.nullable().describe('1e-9 share of the order that have filled in all; null where it is not told'),
  open: quantityLeft.nullable().describe('1e-9 share of the order that are still open; null where it is not told'),
  execution: execution.nullable().describe('the trade, with execution, bust and correction; null with any other'),
  word: text.describe("the broker's own word, or its message"),
  raw: textUpTo(RAW_LENGTH_MAX).describe('the text as it came; the beginning of one that is too long'),
});
const passed = z.strictObject({
  kind: z
    .literal('passed')
    .describe('passed: the broker lived through the interval, and all that came of it was reported before'),
  t: epochMs.describe('close of the interval, milliseconds since the epoch, UTC'),
  request: requestId,
});
const disconnected = z.strictObject({
  kind: z.literal('disconnected').describe('disconnected: nothing is heard of the broker until the next word on the account'),
  t: epochMs.describe('since when, milliseconds since the epoch, UTC'),
  word: text.describe('what is the matter'),
});
const account = z.strictObject({
  kind: z.literal('account').describe('account: how the account stands'),
  t: epochMs.describe('event time, as the broker has it, milliseconds since the epoch, UTC'),
  word: text.describe('why it was looked at'),
  cash,
  equity: cash,
  positions: z
    .array(z.strictObject({ symbol: ticker, quantity: quantity.describe('1e-9 share; negative when short') }))
    .readonly()
    .describe('what it holds, in canonical order of symbol'),
  orders: z
    .array(
      z.strictObject({
        brokerId: brokerId.describe("the broker's id of the order"),
        symbol: ticker,
        request: requestId
          .nullable()
          .describe('the request that it came of, by its client order id; null where it is none of ours'),
      }),
    )
    .readonly()
    .describe("what is open at the broker, in canonical order of the broker's id"),
});
const word = z.discriminatedUnion('kind', [report, passed, disconnected, account]) satisfies z.ZodType<BrokerWord>;

export const reportsV1 = z
  .strictObject({
    t: epochMs.describe('latest event time of what is told, or heard of before, milliseconds since the epoch, UTC'),
    n: place.describe("number of the message among the run's reports, from 1 on"),
    words: z.array(word).readonly().describe('as they were heard'),
  })
  .describe('What the gateway heard together of a broker. Recorded before it is acted on.') satisfies z.ZodType<ReportBatch>;
