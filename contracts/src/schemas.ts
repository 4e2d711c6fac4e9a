import { z } from 'zod';
import { STATE_COLUMNS, TIMEFRAMES } from '@aitrader/model';
import type {
  AccountSnapshot,
  Cash,
  Control,
  Denial,
  EpochMs,
  Fill,
  FillId,
  GateFigure,
  Manifest,
  Order,
  OrderEvent,
  OrderId,
  Price,
  Quantity,
  ReturnDistribution,
  RunConfig,
  RunId,
  Signal,
  SignalId,
  Ticker,
} from '@aitrader/model';
import type { Fact } from './topology.ts';

/** A schema whose wire form is plain JSON while its type is the model's brand of it. */
const branded = <T>(schema: z.ZodType): z.ZodType<T> => schema as unknown as z.ZodType<T>;

const epochMs = branded<EpochMs>(z.int().min(0));
const price = branded<Price>(z.int().min(0));
const quantity = branded<Quantity>(z.int());
const cash = branded<Cash>(z.int());
const ticker = branded<Ticker>(z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/));
const run = branded<RunId>(z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/));
const signalId = branded<SignalId>(z.string().min(1).max(128));
const orderId = branded<OrderId>(z.string().min(1).max(128));
const fillId = branded<FillId>(z.string().min(1).max(160));
const ppm = z.int().min(0).max(1_000_000);
const shard = z.int().min(0);
const integers = z.array(z.int()).readonly();
const numbers = z.array(z.number());
const text = z.string().max(4096);

const fraction = z.number().min(0).max(1);
const positive = z.number().positive();
const count = z.int().min(1).max(100_000);

const probabilityConfig = z.strictObject({
  velocityGain: fraction,
  velocityHalfLifeMinutes: positive,
  observationNoise: fraction,
  volatilityDecay: z.number().min(0.5).max(0.9999),
  volatilityPriorBp: positive,
  degreesOfFreedom: z.number().gt(2).max(1000),
  overnightVarianceMinutes: z.number().min(0),
  turbulentScale: z.number().gt(1).max(100),
  calmStay: z.number().gt(0).lt(1),
  turbulentStay: z.number().gt(0).lt(1),
  warmUpBars: count,
  suspectZ: positive,
});

const strategyConfig = z.strictObject({
  openingRangeMinutes: count,
  donchianBars: count,
  atrBars: count,
  stopAtr: positive,
  targetAtr: positive,
  velocityUpMin: z.number().min(0.5).max(1),
  turbulentMax: fraction,
  horizonMinutes: count,
  warmUpBars: count,
});

const riskConfig = z.strictObject({
  startingCash: branded<Cash>(z.int().positive()),
  kellyFraction: fraction,
  edgeError: z.number().min(0),
  symbolNotionalFractionMax: z.number().min(0).max(4),
  grossNotionalFractionMax: z.number().min(0).max(4),
  buyingPowerMultiple: z.number().min(0).max(4),
  orderNotionalMin: branded<Cash>(z.int().min(0)),
  orderNotionalMax: branded<Cash>(z.int().positive()),
  openOrdersMax: z.int().min(0),
  stalenessMinutesMax: z.number().min(0),
  stopDistanceFractionMax: fraction,
  drawdownFractionHalt: fraction,
  noEntryMinutesBeforeClose: z.int().min(0),
  flattenMinutesBeforeClose: z.int().min(0),
  shortAllowed: z.boolean(),
});

const simulationConfig = z.strictObject({
  halfSpreadBpRegular: z.number().min(0),
  halfSpreadBpExtended: z.number().min(0),
  impactBp: z.number().min(0),
  participationMax: fraction,
  feePerShareDollars: z.number().min(0),
});

/** A run's configuration: the shape of `--config` files, too. Nothing has a default here; unknown keys are refused. */
export const runConfigSchema = z.strictObject({
  probability: probabilityConfig,
  strategy: strategyConfig,
  risk: riskConfig,
  simulation: simulationConfig,
}) satisfies z.ZodType<RunConfig>;

const manifestV1 = z.strictObject({
  run,
  kind: z.enum(['live', 'paper', 'replay', 'backtest']),
  createdAt: epochMs,
  codeVersion: text,
  nodeVersion: text,
  shards: z.int().min(1).max(1024),
  timeframe: z.enum(TIMEFRAMES),
  universe: z.array(ticker).readonly(),
  config: runConfigSchema,
  configHash: z.string().length(64),
  sources: z.array(z.strictObject({ name: text, sha256: text })).readonly(),
  from: epochMs,
  to: epochMs,
}) satisfies z.ZodType<Manifest>;

const barsV1 = z.strictObject({
  t: epochMs,
  tf: z.enum(TIMEFRAMES),
  shard,
  knownAt: epochMs,
  symbols: z.array(ticker),
  open: numbers,
  high: numbers,
  low: numbers,
  close: numbers,
  volume: numbers,
  flags: z.array(z.int()),
});

const stateColumns = Object.fromEntries(STATE_COLUMNS.map(({ name, unit }) => [name, integers.meta({ description: unit })]));
const statesV1 = z.strictObject({ t: epochMs, shard, model: text, symbols: z.array(ticker), ...stateColumns });

const returnDistribution = z.strictObject({
  meanE8: z.int(),
  sdE8: z.int().min(0),
  dofMilli: z.int().min(0),
  quantilesE8: integers,
}) satisfies z.ZodType<ReturnDistribution>;

const signal = z.strictObject({
  id: signalId,
  t: epochMs,
  symbol: ticker,
  strategy: text,
  direction: z.union([z.literal(1), z.literal(-1)]),
  reference: price,
  stop: price,
  target: price,
  horizonMinutes: z.int().min(1),
  forward: returnDistribution,
  velocityUpPpm: ppm,
  volatilityE8: z.int().min(0),
  regimePpm: z.array(ppm).readonly(),
  model: text,
  stateFlags: z.int().min(0),
}) satisfies z.ZodType<Signal>;
const signalsV1 = z.strictObject({ t: epochMs, shard, signals: z.array(signal) });

const unit = z.enum(['cash', 'price', 'quantity', 'ppm', 'e8', 'minutes', 'count', 'flags']);
const gateFigure = z.strictObject({ gate: text, value: z.int(), limit: z.int(), unit }) satisfies z.ZodType<GateFigure>;
const side = z.enum(['buy', 'sell']);
const leg = z.enum(['entry', 'stop', 'target', 'time']);

const order = z.strictObject({
  id: orderId,
  t: epochMs,
  symbol: ticker,
  side,
  quantity: branded<Quantity>(z.int().positive()),
  type: z.literal('market'),
  timeInForce: z.literal('day'),
  reference: price,
  stop: price,
  target: price,
  exitAt: epochMs,
  signalId,
  gates: z.array(gateFigure).readonly(),
}) satisfies z.ZodType<Order>;

const account = z.strictObject({
  cash,
  equity: cash,
  gross: cash,
  reserved: cash,
  realised: cash,
  equityPeak: cash,
  drawdownPpm: z.int().min(0),
  tradingState: z.enum(['active', 'halted']),
}) satisfies z.ZodType<AccountSnapshot>;
const ordersV1 = z.strictObject({ t: epochMs, account, orders: z.array(order) });

const denial = z.strictObject({ ...gateFigure.shape, t: epochMs, symbol: ticker, signalId }) satisfies z.ZodType<Denial>;
const denialsV1 = z.strictObject({ t: epochMs, denials: z.array(denial) });

const orderEvent = z.strictObject({
  t: epochMs,
  orderId,
  symbol: ticker,
  leg,
  kind: z.enum(['submitted', 'accepted', 'rejected', 'replaced', 'triggered', 'canceled', 'expired', 'filled', 'unknown']),
  remaining: quantity,
  reason: text,
}) satisfies z.ZodType<OrderEvent>;
/** `fills` counts the interval's fills, which were sent before. */
const orderEventsV1 = z.strictObject({ t: epochMs, fills: z.int().min(0), events: z.array(orderEvent) });

const fill = z.strictObject({
  id: fillId,
  t: epochMs,
  orderId,
  symbol: ticker,
  leg,
  side,
  quantity: branded<Quantity>(z.int().positive()),
  price,
  fee: cash,
  kind: z.enum(['execution', 'bust', 'correction']),
  amends: fillId.nullable(),
  pessimistic: z.boolean(),
}) satisfies z.ZodType<Fill>;
const fillsV1 = z.strictObject({ t: epochMs, fills: z.array(fill) });

const command = { t: epochMs, actor: text, reason: text };
const controlV1 = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('halt'), ...command }),
  z.strictObject({ kind: z.literal('resume'), ...command }),
  z.strictObject({ kind: z.literal('end-of-bars'), ...command }),
]) satisfies z.ZodType<Control>;

/** The released schema of every fact. A breaking change is a new version beside the old one, never an edit. */
export const SCHEMAS = {
  manifest: manifestV1,
  bars: barsV1,
  states: statesV1,
  signals: signalsV1,
  orders: ordersV1,
  denials: denialsV1,
  'order-events': orderEventsV1,
  fills: fillsV1,
  control: controlV1,
} as const satisfies Record<Fact, z.ZodType>;

export type BarsV1 = z.infer<typeof barsV1>;
export type StatesV1 = { t: EpochMs; shard: number; model: string; symbols: Ticker[] } & Record<string, unknown>;
export type SignalsV1 = z.infer<typeof signalsV1>;
export type OrdersV1 = z.infer<typeof ordersV1>;
export type DenialsV1 = z.infer<typeof denialsV1>;
export type OrderEventsV1 = z.infer<typeof orderEventsV1>;
export type FillsV1 = z.infer<typeof fillsV1>;
