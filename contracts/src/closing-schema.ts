import { z } from 'zod';
import { TIMEFRAMES, type ClosingOrder, type ClosingPosition } from '@aitrader/model';
import { account } from './account-schema.ts';
import { cash, count, epochMs, orderId, price, quantity, run, sha256, side, text, textUpTo, ticker } from './wire-units.ts';

/** The most of a state's text in one message, in characters. */
export const PART_LENGTH_MAX = 256 * 1024;

const position = z.strictObject({
  symbol: ticker,
  quantity,
  cost: cash.describe('signed cost basis, 1e-6 USD'),
  mark: price.describe('the last price that it was valued at, 1e-4 USD'),
}) satisfies z.ZodType<ClosingPosition>;
const order = z.strictObject({
  orderId,
  symbol: ticker,
  side: side.describe('of its entry'),
  held: quantity.describe('what it holds, signed as its entry, 1e-9 share'),
  stop: price,
  target: price,
  exitAt: epochMs.describe('when it is closed at the latest, milliseconds since the epoch, UTC'),
}) satisfies z.ZodType<ClosingOrder>;
const state = z.strictObject({
  of: text.describe('the stage, or what else goes over'),
  shard: z.int().min(-1).describe('its shard; −1 for the account'),
  layout: text.describe('what the state is made of, and in which version'),
  length: count.describe('characters of its text'),
  sha256: sha256.describe('SHA-256 of its text, in hex'),
});
const head = z.strictObject({
  run: run.describe('the run that left it'),
  digest: sha256.describe('SHA-256 over all facts of that run, in hex'),
  timeframe: z.enum(TIMEFRAMES).describe('length of its bars'),
  account,
  positions: z.array(position).describe('in canonical order of symbols'),
  orders: z.array(order).describe('at work, or with a position to be left; in canonical order of order ids'),
  states: z.array(state).describe('what the stages knew; their texts come in the messages that follow, one after the other'),
  parts: count.describe('how many messages follow'),
});
const part = z.strictObject({
  of: count.describe('which of the states, from 0'),
  text: textUpTo(PART_LENGTH_MAX).describe('the next piece of its text'),
});
const left = z.strictObject({
  t: epochMs.describe('close of the last interval, milliseconds since the epoch, UTC'),
  n: count.describe('0 for the head, then one more from message to message'),
  head: head.nullable().describe('with n = 0; null in the others'),
  part: part.nullable().describe('with n from 1 on; null in the head'),
});

/** Today's schemas of the facts `closing` and `opening`, which say the same. */
export const closingV1 = left.describe(
  'What a run leaves at its end to the one that follows it: a head, then the states of its stages in pieces.',
);
export const openingV1 = left.describe('What a run goes on from: the very words that the run before it left.');

export type ClosingMessage = z.infer<typeof left>;
