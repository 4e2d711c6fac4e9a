/** A desk to test risk at: minutes of a New York morning, written down in dollars and shares. For specs only. */
import {
  BAR_FLAG,
  COSTS_BEFORE_KEYS,
  ENTRY_LIMITS_BEFORE_KEYS,
  cash,
  cashFromDollars,
  epochMs,
  fillId,
  item,
  newBarSlice,
  newSignalSlice,
  priceFromDollars,
  quantityFromShares,
  shardOf,
  sharesOf,
  signalId,
  ticker,
  type AccountDoubt,
  type BarSlice,
  type Control,
  type EpochMs,
  type ExitSignal,
  type Fill,
  type Leg,
  type ManualOrder,
  type Order,
  type OrderEvent,
  type OrderEventKind,
  type RiskRules,
  type RiskDecision,
  type RiskInput,
  type Signal,
  type SignalSlice,
  type SimulationConfig,
  type Timeframe,
  type Watchlist,
  newControl,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { riskStage, type RiskState } from '../src/index.ts';
import { statesOf } from './given-innovations.ts';

/** Trading that costs nothing. */
export const FREE: SimulationConfig = {
  halfSpreadBpRegular: 0,
  halfSpreadBpExtended: 0,
  impactBp: 0,
  participationMax: 1,
  feePerShareDollars: 0,
  ...COSTS_BEFORE_KEYS,
};

/** An account of 100,000 dollars with limits in round numbers. */
export const LIMITS: RiskRules = {
  startingCash: cashFromDollars(100_000),
  kellyFraction: 0.25,
  regimeBudget: { calm: 1, normal: 0.6, turbulent: 0.25 },
  coverage95Full: 0.93,
  poorCalibrationBudget: 0.5,
  coverage95Min: 0.88,
  calibrationBarsMin: 60,
  edgeError: 0.1,
  edge: null,
  symbolNotionalFractionMax: 0.2,
  grossNotionalFractionMax: 1,
  expectedShortfallFractionMax: 4,
  forecastMinutes: null,
  buyingPowerMultiple: 2,
  regulation: 'us-equities',
  intradayMarginFrom: '2026-06-04',
  marginBufferFraction: 0,
  dayTradesMax: 0,
  shortSaleUnknown: 'let',
  orderNotionalMin: cashFromDollars(500),
  orderNotionalMax: cashFromDollars(50_000),
  openOrdersMax: 8,
  stalenessMinutesMax: 2,
  stopDistanceFractionMax: 0.05,
  drawdownFractionHalt: 0.05,
  drawdownFractionSoft: null,
  dailyLossFractionHalt: null,
  dailyLossUntil: 'resume',
  noEntryMinutesBeforeClose: 15,
  flattenMinutesBeforeClose: 5,
  shortAllowed: true,
  overnightAllowed: false,
  entriesIn: 'universe',
  entryHours: 'any-hour',
  entryLimits: ENTRY_LIMITS_BEFORE_KEYS,
  costs: FREE,
};

/** An ordinary Monday, 09:30 to 16:00. */
export const MONDAY = '2025-01-06';
const TEN_O_CLOCK = 10 * 60;
const MS_PER_MINUTE = 60_000;
/** A strong edge, 20 basis points at a standard deviation of 100: Kelly would stake 4 times the equity, so the caps bind. */
const STRONG = { meanE8: 200_000, sdE8: 1_000_000, dofMilli: 6_000, quantilesE8: [] };

/** What happens in one minute. Signals are raised on the symbol's close of that minute unless they say otherwise. */
export interface Minute {
  /** minute of the day in New York; the one after the last by default */
  readonly at?: number;
  /** another New York date than the Monday */
  readonly on?: string;
  /** of the bars, when they are not minutes of no feed that is known */
  readonly timeframe?: Timeframe;
  readonly feed?: string;
  readonly closes?: Readonly<Record<string, number>>;
  /** bars that the quality gate found suspect */
  /** shares that each bar traded; 0 by default */
  readonly volume?: number;
  /** how far the states' forecasts were off, in standard deviations; symbols of none have no state */
  readonly surprises?: Readonly<Record<string, number>>;
  /** symbols that the exchange halts */
  readonly halted?: readonly string[];
  /** how long after their close the bars were known */
  readonly lateMs?: number;
  readonly misprints?: Readonly<Record<string, number>>;
  readonly signals?: readonly Belief[];
  /** strategies' words that what they believed of symbols is over */
  readonly exits?: readonly Disbelief[];
  readonly fills?: readonly Fill[];
  readonly events?: readonly OrderEvent[];
  readonly commands?: readonly (Control['kind'] | Control)[];
  /** what operators ask for, after the commands */
  readonly asked?: readonly Asked[];
  readonly watchlist?: Watchlist;
  /** what execution doubts of the account; nothing unless told otherwise */
  readonly doubt?: AccountDoubt;
}

/** A signal to be raised: the symbol, and whatever is out of the ordinary about it. */
export type Belief = { readonly of: string; readonly mean?: number; readonly sd?: number } & Partial<Omit<Signal, 'symbol'>>;

/** An exit: of a long of the breakout's, unless told otherwise. */
export type Disbelief = { readonly of: string } & Partial<Omit<ExitSignal, 'symbol'>>;

/** An operator's order: long 100 shares with a stop 1 % below 100 dollars and a target 2 % above, for an hour, unless told otherwise. */
export type Asked = { readonly of: string; readonly shares?: number } & Partial<Omit<ManualOrder, 'symbol' | 'quantity'>>;

const manualOf = ({ of, shares = 100, ...unusual }: Asked): ManualOrder => ({
  id: `ask-${of}`,
  symbol: ticker(of),
  side: 'buy',
  quantity: quantityFromShares(shares),
  stop: priceFromDollars(99),
  target: priceFromDollars(102),
  minutes: 60,
  ...unusual,
});

export interface Desk {
  state: RiskState;
  /** lets a minute pass, and returns a copy of what risk decided */
  minute(happening?: Minute): RiskDecision;
}

/** A desk at 10:00 on a Monday, with an account that has done nothing yet. */
export function givenRisk(limits: Partial<RiskRules> = {}, shards = 1): Desk {
  const decision = newRiskDecision();
  let minuteOfDay = TEN_O_CLOCK - 1;
  return {
    state: riskStage.initial({ ...LIMITS, ...limits }),
    minute(happening = {}) {
      minuteOfDay = happening.at ?? minuteOfDay + 1;
      riskStage.apply(this.state, inputOf(newYorkInstant(happening.on ?? MONDAY, minuteOfDay), happening, shards), decision);
      return { ...decision };
    },
  };
}

/** Room for a decision, as a host has it before the first. */
export function newRiskDecision(): RiskDecision {
  const none = cash(0);
  const amounts = { cash: none, equity: none, gross: none, reserved: none, realised: none, equityPeak: none };
  return {
    t: epochMs(0),
    account: { ...amounts, drawdownPpm: 0, tradingState: 'halted' },
    trips: [],
    orders: [],
    exits: [],
    denials: [],
    forecast: null,
  };
}

/** The stage's input for a minute, its symbols split over shards as in a run. */
export function inputOf(t: EpochMs, happening: Minute, shards = 1): RiskInput {
  const { closes = {}, misprints = {}, signals = [], exits = [], fills = [], events = [] } = happening;
  const { commands = [], asked = [] } = happening;
  const printed = { ...closes, ...misprints };
  return {
    t,
    bars: Array.from({ length: shards }, (_, shard) => ({
      ...barsOf(t, shard, shards, printed, misprints, happening.volume),
      timeframe: happening.timeframe ?? '1m',
      feed: happening.feed ?? '',
      knownAt: epochMs(t + (happening.lateMs ?? 0)),
      gaps: (happening.halted ?? []).map((symbol) => ({ symbol: ticker(symbol), cause: 'halted' as const })),
    })),
    states: statesOf(t, happening.surprises ?? {}, shards),
    signals: signalsOf(t, shards, signals, exits, printed),
    watchlist: happening.watchlist ?? null,
    report: { t, fills: [...fills], events: [...events], doubt: happening.doubt ?? null },
    control: [
      ...commands.map((one) => (typeof one === 'string' ? newControl(one, t, 'operator', 'test') : one)),
      ...asked.map((one) => newControl('order', t, 'operator', 'test', { manual: [manualOf(one)] })),
    ],
  };
}

/** A bar slice in canonical symbol order from closes in dollars; the symbols in `suspect` carry a price flag. */
export function barsOf(
  t: EpochMs,
  shard: number,
  shards: number,
  closes: Readonly<Record<string, number>>,
  suspect: Readonly<Record<string, number>> = {},
  volume = 0,
): BarSlice {
  const own = Object.keys(closes).filter((symbol) => shardOf(symbol, shards) === shard);
  const bars = { ...newBarSlice(shard, '1m', own.length), t, count: own.length, symbols: own.sort().map(ticker) };
  bars.symbols.forEach((symbol, i) => {
    bars.close[i] = closes[symbol] ?? NaN;
    bars.low[i] = bars.close[i];
    bars.volume[i] = volume;
    bars.flags[i] = symbol in suspect ? BAR_FLAG.PRICE_JUMP : BAR_FLAG.ZERO_VOLUME;
  });
  return bars;
}

function signalsOf(
  t: EpochMs,
  shards: number,
  beliefs: readonly Belief[],
  disbeliefs: readonly Disbelief[],
  closes: Readonly<Record<string, number>>,
): readonly SignalSlice[] {
  const slices = Array.from({ length: shards }, (_, shard) => ({ ...newSignalSlice(shard), t }));
  for (const one of beliefs) item(slices, shardOf(one.of, shards)).signals.push(signalOf(t, one, closes[one.of] ?? 100));
  for (const { of, ...unusual } of disbeliefs) {
    const exit: ExitSignal = { t, symbol: ticker(of), strategy: 'breakout', direction: 1, reason: 'gone', ...unusual };
    item(slices, shardOf(of, shards)).exits.push(exit);
  }
  return slices;
}

function signalOf(t: EpochMs, { of, mean, sd, ...unusual }: Belief, close: number): Signal {
  const [symbol, direction, strategy] = [ticker(of), unusual.direction ?? 1, unusual.strategy ?? 'breakout'];
  return {
    id: signalId(t, symbol, strategy),
    t,
    symbol,
    strategy,
    direction,
    reference: priceFromDollars(close),
    stop: priceFromDollars(close * (1 - 0.01 * direction)),
    target: priceFromDollars(close * (1 + 0.02 * direction)),
    horizonMinutes: 30,
    holdMinutes: null,
    forward: { ...STRONG, meanE8: mean ?? direction * STRONG.meanE8, sdE8: sd ?? STRONG.sdE8 },
    velocityUpPpm: 900_000,
    volatilityE8: 50_000,
    regimePpm: [900_000, 0, 100_000],
    regime: 0,
    coverage95Ppm: 950_000,
    scored: 1_000,
    model: 'test/1',
    stateFlags: 0,
    ...unusual,
  };
}

/** A fill of some shares of an order's leg, all of them unless told otherwise, at a price in dollars. */
export function fillOf(
  order: Order,
  at: number,
  { leg = 'entry', shares = sharesOf(order.quantity), n = 1 }: FillOptions = {},
): Fill {
  const opposite = order.side === 'buy' ? 'sell' : 'buy';
  return {
    id: fillId(order.id, leg, n),
    t: epochMs(order.t + MS_PER_MINUTE),
    orderId: order.id,
    symbol: order.symbol,
    leg,
    side: leg === 'entry' ? order.side : opposite,
    quantity: quantityFromShares(shares),
    price: priceFromDollars(at),
    fee: cashFromDollars(0),
    kind: 'execution',
    amends: null,
    pessimistic: false,
  };
}
interface FillOptions {
  readonly leg?: Leg;
  readonly shares?: number;
  readonly n?: number;
}

/** What became of a leg of an order. */
export const eventOf = (order: Order, leg: Leg, kind: OrderEventKind, remainingShares = 0): OrderEvent => ({
  t: epochMs(order.t + MS_PER_MINUTE),
  orderId: order.id,
  symbol: order.symbol,
  leg,
  kind,
  remaining: quantityFromShares(remainingShares),
  reason: '',
});
