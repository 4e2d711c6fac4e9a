import { z } from 'zod';
import { readActions } from '@aitrader/application-markets';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { compareText, newBarSlice, ticker, TIMEFRAMES, type BarSlice, type CorporateAction, type EpochMs } from '@aitrader/model';
import { badParameter } from '@aitrader/core-exchange';
import { FAULT_KINDS } from './faults.ts';
import { Refused } from './refused.ts';

/*
 * What drives the exchange: `POST /_sim/advance`, `POST /_sim/actions`, `POST /_sim/fault`.
 */

const INTERVALS_MAX = 1_000_000;
const COUNT_MAX = 1_000_000;
const DELAY_MS_MAX = 600_000;

const barSchema = z.strictObject({
  o: z.number(),
  h: z.number(),
  l: z.number(),
  c: z.number(),
  v: z.number(),
  /** flags of the bar's quality, as the platform has them; 0 for a good one */
  f: z.int().min(0).max(0xffff_ffff).default(0),
});

/** Bars of one interval, which closed at `t`; or as many as were given at start, up to a close or in number. */
export const advanceSchema = z.union([
  z.strictObject({
    t: z.union([z.string(), z.int()]),
    timeframe: z.enum(TIMEFRAMES).default('1m'),
    bars: z.record(z.string(), barSchema).default({}),
  }),
  z.strictObject({ until: z.union([z.string(), z.int()]) }),
  z.strictObject({ intervals: z.int().min(1).max(INTERVALS_MAX) }),
]);

export type GivenBars = Readonly<Record<string, z.infer<typeof barSchema>>>;

/** The slice of an interval. @throws Refused on what is no symbol */
export function sliceOf(t: EpochMs, timeframe: BarSlice['timeframe'], bars: GivenBars): BarSlice {
  const rows = Object.entries(bars).sort(([a], [b]) => compareText(a, b));
  const slice = newBarSlice(0, timeframe, Math.max(rows.length, 1));
  for (const [row, [name, bar]] of rows.entries()) {
    slice.symbols[row] = symbolOf(name);
    slice.open[row] = bar.o;
    slice.high[row] = bar.h;
    slice.low[row] = bar.l;
    slice.close[row] = bar.c;
    slice.volume[row] = bar.v;
    slice.flags[row] = bar.f;
  }
  return { ...slice, t, knownAt: t, count: rows.length };
}

function symbolOf(name: string): ReturnType<typeof ticker> {
  try {
    return ticker(name);
  } catch {
    throw new Refused(badParameter(`invalid symbol ${JSON.stringify(name)}`));
  }
}

const match = z
  .strictObject({
    method: z.string().optional(),
    path: z.string().optional(),
    symbol: z.string().optional(),
    event: z.string().optional(),
  })
  .default({});
const count = z.int().min(1).max(COUNT_MAX).default(1);
const decimal = z.union([z.string(), z.number().transform(String)]);

/** A fault that is ordered. Those of the market happen at once, the others when their occasion comes. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(FAULT_KINDS),
    count,
    match,
    status: z.int().min(400).max(599).default(500),
    performed: z.boolean().default(false),
    delayMs: z.int().min(0).max(DELAY_MS_MAX).default(1_000),
  }),
  z.strictObject({ kind: z.literal('pending-cancel'), count }),
  z.strictObject({ kind: z.literal('pending-replace'), count }),
  z.strictObject({ kind: z.literal('drop-socket'), stream: z.enum(['trades', 'bars', 'all']).default('all') }),
  z.strictObject({ kind: z.literal('mute-socket') }),
  z.strictObject({ kind: z.literal('bust'), execution_id: z.string() }),
  z.strictObject({ kind: z.literal('correct'), execution_id: z.string(), price: decimal, qty: decimal.optional() }),
]);

/** Corporate actions, said as a file of them says it. @throws Refused naming the action, field and value */
export function actionsIn(body: unknown): readonly CorporateAction[] {
  try {
    const { actions, ends } = readActions('actions', Buffer.from(JSON.stringify(body ?? null)));
    const [end] = ends;
    if (end !== undefined) throw new Refused(badParameter(`actions: ${end.symbol} on ${end.date}: ${end.kind} is not followed`));
    return actions;
  } catch (error) {
    if (error instanceof ConfigurationError) throw new Refused(badParameter(error.message));
    throw error;
  }
}

/** What is listed, and what may be done with it. */
export const assetSchema = z.strictObject({
  symbol: z.string(),
  name: z.string().optional(),
  tradable: z.boolean().optional(),
  fractionable: z.boolean().optional(),
  marginable: z.boolean().optional(),
  shortable: z.boolean().optional(),
  easy_to_borrow: z.boolean().optional(),
});
