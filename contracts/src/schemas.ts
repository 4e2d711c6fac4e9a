import { z } from 'zod';
import {
  BREAK_KINDS,
  COMPARISONS,
  GAP_CAUSES,
  GATE_UNITS,
  HOLD_CAUSES,
  QUANTILE_LEVELS,
  REGIMES,
  RUN_NAMED_MAX,
  STANDINGS,
  STATE_COLUMNS,
  TIMEFRAMES,
  TRIP_KINDS,
} from '@aitrader/model';
import type {
  AccountBreak,
  AccountDoubt,
  BarRevision,
  BreakId,
  ExitSignal,
  Fill,
  OrderEvent,
  OrderExit,
  ReturnDistribution,
  Signal,
  Trip,
} from '@aitrader/model';
import { account } from './account-schema.ts';
import { reportsV1, requestsV1 } from './broker-schema.ts';
import { closingV1, openingV1 } from './closing-schema.ts';
import { controlV7 } from './control-schema.ts';
import { forecastsV1 } from './forecast-schema.ts';
import { manifestV6 } from './manifest-schema.ts';
import type { Fact } from './topology.ts';
import { watchlistsV1 } from './watchlist-schema.ts';
import {
  branded,
  cash,
  count,
  e8,
  epochMs,
  fillId,
  flags,
  leg,
  orderId,
  ppm,
  price,
  quantity,
  shard,
  shares,
  side,
  signalId,
  text,
  textUpTo,
  ticker,
} from './wire-units.ts';

/** How many regimes `Signal.regimePpm` has. */
export const REGIME_COUNT = REGIMES.length;

/** Longest reason of an exit, characters. */
const EXIT_REASON_MAX = 64;

const interval = epochMs.describe('close of the interval, milliseconds since the epoch, UTC');
const timeframe = z.enum(TIMEFRAMES).describe('length of a bar');
const symbols = z.array(ticker).describe('symbols in canonical order, none twice; every column has one value for each');
const dollars = z.array(z.number().describe('USD a share'));
const model = text.describe('name and version of the model');

const gapCause = z
  .enum(GAP_CAUSES)
  .describe('no-trade: nobody traded it; halted; disconnected: nobody was listening; closed: its market was; unknown: not told');
const barRevision = z.strictObject({
  t: epochMs.describe("close of the bar's interval, milliseconds since the epoch, UTC"),
  symbol: ticker,
  open: z.number().describe('USD a share'),
  high: z.number().describe('USD a share'),
  low: z.number().describe('USD a share'),
  close: z.number().describe('USD a share'),
  volume: z.number().describe('shares'),
  flags,
}) satisfies z.ZodType<BarRevision>;

const barsV2 = z
  .strictObject({
    t: interval,
    tf: timeframe,
    shard,
    knownAt: epochMs.describe(
      'when all that is said here became known, milliseconds since the epoch; of played bars, their close',
    ),
    feed: text.describe('vendor and feed of every bar and revision here; empty when it is not known'),
    absent: gapCause.describe('why a symbol of the shard is absent that has no gap of its own here'),
    gaps: z
      .array(z.strictObject({ symbol: ticker, cause: gapCause }))
      .readonly()
      .describe('symbols without a bar for a reason of their own, in canonical order'),
    revisions: z
      .array(barRevision)
      .readonly()
      .describe('later versions of bars of earlier intervals, in the order of time and then of symbol'),
    symbols,
    open: dollars.describe('opens, USD a share'),
    high: dollars.describe('highs, USD a share'),
    low: dollars.describe('lows, USD a share'),
    close: dollars.describe('closes, USD a share'),
    volume: z.array(z.number().describe('shares')).describe('volumes, shares'),
    flags: z.array(flags).describe('what the quality gate noticed: bits of BAR_FLAG'),
  })
  .describe('All bars of one shard for one interval, as columns. An empty one says that there was nothing to say.');

const statesV3 = z
  .strictObject({
    t: interval,
    shard,
    model,
    symbols: z.array(ticker).describe('symbols in canonical order, none twice'),
    figures: z
      .string()
      .meta({ contentEncoding: 'base64' })
      .describe(
        'the figures of all symbols, packed: for each column in turn a byte that says how many bytes each of its numbers takes, and a number' +
          " for each symbol, little-endian; 0: all are 0 and none is there; 1 to 4: integers in two's complement; 8: IEEE 754 doubles." +
          ' Unless it takes 8, a raw quantile is what it is above its neighbour towards the median, an adapted one above the raw one of its' +
          ` level. The columns: ${STATE_COLUMNS.map(({ name, unit }) => `${name} (${unit})`).join('; ')}`,
      ),
  })
  .describe('The filtered states of one shard after one interval.');

const returnDistribution = z.strictObject({
  meanE8: e8,
  sdE8: e8.min(0),
  dofMilli: z.int().min(0).describe('1e-3 degrees of freedom'),
  quantilesE8: z
    .array(e8)
    .length(QUANTILE_LEVELS.length)
    .readonly()
    .describe(`quantiles at ${QUANTILE_LEVELS.join(', ')}`),
}) satisfies z.ZodType<ReturnDistribution>;

const signal = z.strictObject({
  id: signalId,
  t: interval,
  symbol: ticker,
  strategy: text.describe('name of the strategy'),
  direction: z.literal([1, -1]).describe('+1 expects the price to rise, -1 to fall'),
  reference: price.describe('the close that stop and target were measured from, 1e-4 USD a share'),
  stop: price,
  target: price,
  horizonMinutes: z.int().min(1).describe('minutes'),
  holdMinutes: z
    .int()
    .min(1)
    .nullable()
    .describe(
      'minutes after which what is entered on it is left at the latest; null: as long as a position of its hours is held',
    ),
  forward: returnDistribution.describe('forward log return over the horizon, as a distribution'),
  velocityUpPpm: ppm.describe('P(velocity > 0), 1e-6'),
  volatilityE8: z.int().min(0).describe('1e-8 per square root of a trading minute'),
  regimePpm: z
    .array(ppm)
    .length(REGIME_COUNT)
    .readonly()
    .describe(`P of ${REGIMES.join(', ')}, 1e-6`),
  regime: z
    .int()
    .min(0)
    .max(REGIME_COUNT - 1)
    .describe(`the regime announced: index into ${REGIMES.join(', ')}`),
  coverage95Ppm: ppm.describe('share of late closes of this session inside their 95 % intervals, 1e-6'),
  scored: count.describe('closes that the share rests on'),
  model,
  stateFlags: flags.describe('bits of STATE_FLAG of the state that the signal rests on'),
}) satisfies z.ZodType<Signal>;
const exitSignal = z.strictObject({
  t: interval,
  symbol: ticker,
  strategy: text.describe('name of the strategy'),
  direction: z.literal([1, -1]).describe('whatever was entered on signals of that direction is to be left'),
  reason: textUpTo(EXIT_REASON_MAX).describe("why, in a word or two of the strategy's"),
}) satisfies z.ZodType<ExitSignal>;
const signalsV3 = z
  .strictObject({
    t: interval,
    shard,
    signals: z.array(signal).describe('in canonical symbol order'),
    exits: z.array(exitSignal).describe('what strategies believe in no longer; in canonical symbol order'),
  })
  .describe('What the strategies believe after one interval of one shard. They ask for nothing: risk decides.');

const unit = z
  .enum(GATE_UNITS)
  .describe(
    'how to read values and limits: cash is 1e-6 USD, price 1e-4 USD, quantity 1e-9 share, ppm 1e-6, e8 1e-8, time milliseconds since the epoch',
  );
const comparison = z
  .enum(COMPARISONS)
  .describe(
    'when the gate passes: at-most: value ≤ limit; at-least: value ≥ limit; sizes: value ≥ limit, and no more whole shares than value / limit;' +
      ' passed, refused: an earlier version did not say how',
  );
const gates = z
  .array(z.strictObject({ gate: text.describe('name of the gate'), unit, comparison }))
  .readonly()
  .describe('the gates that were asked, in their order; what each found stands at its place in values and limits');
const gateValues = {
  values: z
    .array(z.int().nullable().describe('in the unit of the gate; null: it was not asked'))
    .readonly()
    .describe('what each gate found; ±(2^53 − 1): not known'),
  limits: z
    .array(z.int().describe('in the unit of the gate'))
    .readonly()
    .describe('what each gate compared with; ±(2^53 − 1): not known; nothing where it was not asked'),
};

const order = z.strictObject({
  id: orderId,
  t: interval,
  symbol: ticker,
  side,
  quantity: shares,
  type: z.literal('market').describe('how it enters'),
  timeInForce: z.literal('day').describe('how long it stands'),
  reference: price.describe('the close that it was sized on, 1e-4 USD a share'),
  stop: price,
  target: price,
  exitAt: epochMs.describe('when it is closed at the latest, milliseconds since the epoch'),
  signalId,
  ...gateValues,
});

const orderExit = z.strictObject({
  t: interval,
  orderId,
  symbol: ticker,
  reason: textUpTo(EXIT_REASON_MAX).describe('as the strategy gave it'),
}) satisfies z.ZodType<OrderExit>;

const tripId = text.max(128);
const trip = z.strictObject({
  id: tripId.describe('<kind>.<t>.<n>, where n counts the trips of the account over all its runs'),
  kind: z.enum(TRIP_KINDS).describe('a command of an operator, or which loss'),
  t: epochMs.describe('the interval from which on it stands, milliseconds since the epoch, UTC'),
  by: text.describe('who commanded it; risk of a loss'),
  reason: text.describe('as the operator gave it; empty of a loss'),
  value: z.int().min(0).describe('1e-6 of the equity that the loss is measured from; 0 of a command'),
  limit: z.int().min(0).describe('1e-6 of it at which the loss halts; 0 of a command'),
}) satisfies z.ZodType<Trip>;

const ordersV5 = z
  .strictObject({
    t: interval,
    denials: count.describe('how many denials there are of the interval; they come in a message of their own'),
    account: account.describe('the account as risk saw it'),
    trips: z.array(trip).readonly().describe('the halts that stand, in the order in which they were tripped'),
    gates,
    orders: z.array(order).describe('in canonical order of order id'),
    exits: z
      .array(orderExit)
      .describe(
        'orders of before that are left before their time, by the word of their strategy; in canonical order of order id',
      ),
  })
  .describe(
    "Risk's word on one interval: the orders it approved, perhaps none, and those to be left. Execution acts on nothing else.",
  );

const denial = z.strictObject({
  t: interval,
  symbol: ticker,
  signalId,
  trip: tripId.describe('id of the halt that refused it; empty where none did'),
  ...gateValues,
});
const denialsV3 = z
  .strictObject({ t: interval, gates, denials: z.array(denial).describe('in canonical symbol order') })
  .describe('What risk refused, each with what every gate found: the first that does not pass is the reason.');

const orderEvent = z.strictObject({
  t: interval,
  orderId,
  symbol: ticker,
  leg,
  kind: z
    .enum(['submitted', 'accepted', 'rejected', 'replaced', 'triggered', 'canceled', 'expired', 'filled', 'unknown'])
    .describe('what became of the leg; unknown counts as full exposure'),
  remaining: quantity.describe('1e-9 share of the leg still open after the event'),
  reason: text.describe('why, when there is more to say'),
}) satisfies z.ZodType<OrderEvent>;
const accountBreak = z.strictObject({
  id: branded<BreakId>(text.min(1).describe('names the break for good: its kind, its symbol and a counter')),
  kind: z
    .enum(BREAK_KINDS)
    .describe(
      'position: another quantity is held than executions come to; stranger: an open order that is none of the run; missing: one of the run that' +
        ' should be open and is not; cash: it changed by more than is explained',
    ),
  symbol: ticker.nullable().describe('whose entries it blocks; null: those of all, with cash alone'),
  about: text
    .nullable()
    .describe("the order that it is about: the broker's id of it, or the client order id of one that has none that is known"),
  run: textUpTo(RUN_NAMED_MAX)
    .nullable()
    .describe("the run, by its name or the end of it, that a stranger's client order id names; null where it names none"),
  quantity: quantity.describe(
    '1e-9 share that the broker has beyond what is known, signed; of a missing order what of it should be open; else 0',
  ),
  cash: cash.describe('1e-6 USD beyond what is explained, signed; with a position what came with it'),
  since: epochMs.describe('event time at which it was seen first, milliseconds since the epoch, UTC'),
  deadline: epochMs.describe('when somebody has to look at it, milliseconds since the epoch, UTC'),
}) satisfies z.ZodType<AccountBreak>;
const accountDoubt = z.strictObject({
  standing: z
    .enum(STANDINGS)
    .describe(
      'known: the broker has told of the account and is heard; unheard: it has said nothing of it in this run; disconnected: it cannot be' +
        ' heard; unsaid: an earlier version did not say',
    ),
  since: epochMs.nullable().describe('event time from which on it stands so, milliseconds since the epoch, UTC; null: not told'),
  breaks: z.array(accountBreak).readonly().describe('those that are open, in the order in which they were seen first'),
  holds: z
    .array(
      z.strictObject({
        cause: z.enum(HOLD_CAUSES).describe('why entries are held back, halts and breaks aside'),
        symbols: z.array(ticker).readonly().describe('in canonical order; all there are, where none is named'),
      }),
    )
    .readonly()
    .describe('one of a cause'),
}) satisfies z.ZodType<AccountDoubt>;
const orderEventsV2 = z
  .strictObject({
    t: interval,
    fills: count.describe("number of the interval's fills, which were sent before"),
    events: z.array(orderEvent).describe('in canonical order of order id, then as they happened'),
    doubt: accountDoubt
      .nullable()
      .describe('what is doubted of the account; null: nothing, so that it is known and heard, and holds no entry back'),
  })
  .describe("Execution's word that it has handled one interval; sent for every interval.");

const fill = z.strictObject({
  id: fillId,
  t: interval,
  orderId,
  symbol: ticker,
  leg,
  side,
  quantity: shares,
  price,
  fee: cash,
  kind: z.enum(['execution', 'bust', 'correction']).describe('a bust undoes the fill that it amends, a correction restates it'),
  amends: fillId.nullable().describe('the fill that a bust or a correction is about'),
  pessimistic: z.boolean().describe('stop and target both lay inside the bar, and the worse one was taken'),
}) satisfies z.ZodType<Fill>;
const fillsV1 = z
  .strictObject({ t: interval, fills: z.array(fill).describe('in canonical order of order id, then as they happened') })
  .describe('The executions of one interval.');

/** Today's schema of every fact. A breaking change is a new version, with the old one frozen in `released/`; never an edit. */
export const SCHEMAS = {
  manifest: manifestV6,
  opening: openingV1,
  bars: barsV2,
  states: statesV3,
  signals: signalsV3,
  orders: ordersV5,
  denials: denialsV3,
  requests: requestsV1,
  reports: reportsV1,
  'order-events': orderEventsV2,
  fills: fillsV1,
  watchlists: watchlistsV1,
  forecasts: forecastsV1,
  control: controlV7,
  closing: closingV1,
} as const satisfies Record<Fact, z.ZodType>;

/** A JSON Schema (draft 7), or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A fact's schema as JSON Schema (draft 7), with a description and a unit at every field. */
export const jsonSchemaOf = (fact: Fact): JsonSchema => z.toJSONSchema(SCHEMAS[fact], { target: 'draft-7' });

export type ManifestV6 = z.infer<typeof manifestV6>;
export type BarsV2 = z.infer<typeof barsV2>;
export type StatesV3 = z.infer<typeof statesV3>;
export type SignalsV3 = z.infer<typeof signalsV3>;
export type OrdersV5 = z.infer<typeof ordersV5>;
export type DenialsV3 = z.infer<typeof denialsV3>;
export type OrderEventsV2 = z.infer<typeof orderEventsV2>;
export type FillsV1 = z.infer<typeof fillsV1>;
