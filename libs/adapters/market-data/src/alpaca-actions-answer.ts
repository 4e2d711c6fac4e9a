import { z } from 'zod';

/*
 * An answer of Alpaca's `GET /v1/corporate-actions` (Market Data API v1): lists of rows by kind. Of the kinds that are followed, what is
 * needed of each row; any other kind is left as it is.
 */

const date = z.string();
const rate = z.number().positive().transform(String);
const currency = z.string().optional();
const base = { id: z.string(), symbol: z.string(), ex_date: date };
const split = z.object({ ...base, new_rate: rate, old_rate: rate });
const spinOff = z.object({
  id: z.string(),
  source_symbol: z.string(),
  new_symbol: z.string(),
  new_rate: rate,
  source_rate: rate,
  ex_date: date,
});
const merger = z.object({ id: z.string(), acquiree_symbol: z.string(), effective_date: date });
const listOf = <Row extends z.ZodType>(row: Row) =>
  z
    .array(row)
    .nullish()
    .transform((rows) => rows ?? []);

/** The lists of an answer. Rates are numbers there: their shortest text is what was meant. */
export const ALPACA_ACTIONS = z.looseObject({
  forward_splits: listOf(split),
  reverse_splits: listOf(split.extend({ new_symbol: z.string().optional() })),
  stock_dividends: listOf(z.object({ ...base, rate })),
  cash_dividends: listOf(z.object({ ...base, rate, payable_date: date.optional(), process_date: date, currency })),
  spin_offs: listOf(spinOff),
  name_changes: listOf(z.object({ id: z.string(), old_symbol: z.string(), new_symbol: z.string(), process_date: date })),
  unit_splits: listOf(z.object({ id: z.string(), old_symbol: z.string(), effective_date: date })),
  cash_mergers: listOf(merger),
  stock_mergers: listOf(merger),
  stock_and_cash_mergers: listOf(merger),
  worthless_removals: listOf(z.object({ id: z.string(), symbol: z.string(), process_date: date })),
});
