import {
  firstRefusal,
  type AccountForecast,
  type Control,
  type Denial,
  type EpochMs,
  type ExecutionReport,
  type Fill,
  type GateFigure,
  type RiskDecision,
  type SignalSlice,
  type Watchlist,
} from '@aitrader/model';
import { columnsOf, figuresIn, headsOf } from './gate-columns.ts';
import { compose, parse } from './payload.ts';
import type { DenialsV3, FillsV1, OrderEventsV2, OrdersV5, SignalsV3 } from './schemas.ts';
import { ContractError } from './validation.ts';

/** @throws ContractError when the slice is not what readers would accept; so do all encoders */
export const encodeSignals = (slice: SignalSlice): string =>
  compose('signals', { t: slice.t, shard: slice.shard, signals: slice.signals, exits: slice.exits } satisfies SignalsV3);

/** @throws ContractError */
export function decodeSignals(payload: Uint8Array): SignalSlice {
  return parse('signals', payload) as SignalsV3;
}

/** Risk's orders, those to be left, the account they were decided on, and how many denials travel apart. @throws ContractError */
export function encodeOrders({ t, denials, account, trips, orders, exits }: Omit<RiskDecision, 'forecast'>): string {
  const gates = headsOf('orders', orders);
  const rows = orders.map(({ gates: found, ...order }) => ({ ...order, ...columnsOf(gates, found) }));
  return compose('orders', { t, denials: denials.length, account, trips, gates, orders: rows, exits } satisfies OrdersV5);
}

/** @throws ContractError, also when an order has not a figure for each gate */
export function decodeOrders(payload: Uint8Array): Omit<RiskDecision, 'denials' | 'forecast'> {
  const { t, account, trips, gates, orders, exits } = parse('orders', payload) as OrdersV5;
  return {
    t,
    account,
    trips,
    orders: orders.map(({ values, limits, ...order }, i) => {
      return { ...order, gates: figuresIn('orders', `orders.${i}`, gates, { values, limits }) };
    }),
    exits,
  };
}

/** The denials of one decision. @throws ContractError */
export function encodeDenials({ t, denials }: Pick<RiskDecision, 't' | 'denials'>): string {
  const gates = headsOf('denials', denials);
  const rows = denials.map(({ t: at, symbol, signalId, trip, gates: found }) => {
    return { t: at, symbol, signalId, trip, ...columnsOf(gates, found) };
  });
  return compose('denials', { t, gates, denials: rows } satisfies DenialsV3);
}

/** Of a denial that none of its gates refuses, which risk never writes. */
const NO_REASON: GateFigure = { gate: '', value: 0, limit: 0, unit: 'flags', comparison: 'refused' };

/** @throws ContractError, also when a denial has not a figure for each gate */
export function decodeDenials(payload: Uint8Array): { t: EpochMs; denials: Denial[] } {
  const { t, gates, denials } = parse('denials', payload) as DenialsV3;
  return {
    t,
    denials: denials.map(({ values, limits, ...denied }, i) => {
      const found = figuresIn('denials', `denials.${i}`, gates, { values, limits });
      return { ...denied, ...(firstRefusal(found) ?? NO_REASON), gates: found };
    }),
  };
}

/** Execution's word on an interval; the fills themselves travel apart. */
export const encodeOrderEvents = (report: ExecutionReport): string =>
  compose('order-events', {
    t: report.t,
    fills: report.fills.length,
    events: report.events,
    doubt: report.doubt,
  } satisfies OrderEventsV2);

/** `fills` is how many fills the interval had; they come in a message of their own. @throws ContractError */
export function decodeOrderEvents(
  payload: Uint8Array,
): Pick<ExecutionReport, 't' | 'events' | 'doubt'> & { readonly fills: number } {
  return parse('order-events', payload) as OrderEventsV2;
}

/** The fills of one interval. */
export const encodeFills = (report: ExecutionReport): string =>
  compose('fills', { t: report.t, fills: report.fills } satisfies FillsV1);

/** @throws ContractError */
export function decodeFills(payload: Uint8Array): { t: EpochMs; fills: Fill[] } {
  return parse('fills', payload) as FillsV1;
}

/** The list of one scan, its fields in the contract's order whoever wrote it. */
export function encodeWatchlist(list: Watchlist): string {
  assertColumns(list);
  const { t, until, kind, minute, eligible, symbols } = list;
  const { scoreMicro, gapPpm, relativeVolumeMilli, rangePpm, trendMilli, uncertaintyE8 } = list;
  const head = { t, until, kind, minute, eligible, symbols };
  return compose('watchlists', {
    ...head,
    ...{ scoreMicro, gapPpm, relativeVolumeMilli, rangePpm, trendMilli, uncertaintyE8 },
  } satisfies Watchlist);
}

/** @throws ContractError, also when columns are not of one length or a symbol is there twice */
export function decodeWatchlist(payload: Uint8Array): Watchlist {
  const list = parse('watchlists', payload) as Watchlist;
  assertColumns(list);
  return list;
}

/** The account's forecasts of one interval, their fields in the contract's order whoever wrote them. @throws ContractError */
export function encodeForecast({ t, law, equity, holdings, forecasts, outcomes }: AccountForecast): string {
  const held = holdings.map(({ symbol, held, open }) => ({ symbol, held, open }));
  const made = forecasts.map(({ horizon, until, quantiles, shortfall, parts }) => {
    const each = parts.map(({ symbol, sd, shortfall: part }) => ({ symbol, sd, shortfall: part }));
    return { horizon, until, quantiles, shortfall, parts: each };
  });
  const came = outcomes.map(({ horizon, madeAt, change }) => ({ horizon, madeAt, change }));
  return compose('forecasts', {
    ...{ t, law, equity, holdings: held, forecasts: made, outcomes: came },
  } satisfies AccountForecast);
}

/** @throws ContractError */
export const decodeForecast = (payload: Uint8Array): AccountForecast => parse('forecasts', payload) as AccountForecast;

function assertColumns(list: Watchlist): void {
  const { symbols, scoreMicro, gapPpm, relativeVolumeMilli, rangePpm, trendMilli, uncertaintyE8 } = list;
  const columns = { scoreMicro, gapPpm, relativeVolumeMilli, rangePpm, trendMilli, uncertaintyE8 };
  for (const [name, { length }] of Object.entries(columns))
    if (length !== symbols.length)
      throw new ContractError('watchlists', name, `has ${length} values for ${symbols.length} symbols`);
  if (new Set(symbols).size < symbols.length) throw new ContractError('watchlists', 'symbols', 'has a symbol twice');
}

/** A command, its fields in the contract's order whoever wrote it. */
export function encodeControl({
  t,
  kind,
  actor,
  reason,
  parameters,
  data,
  actions,
  symbols,
  manual,
  about,
  writeOffs,
  limits,
}: Control): string {
  const orders = manual.map(({ id, symbol, side, quantity, stop, target, minutes }) => {
    return { id, symbol, side, quantity, stop, target, minutes };
  });
  const said = limits.map(({ limit, most }) => ({ limit, most }));
  const off = writeOffs.map(({ symbol, quantity, price }) => ({ symbol, quantity, price }));
  const whole = {
    t,
    kind,
    actor,
    reason,
    parameters,
    data,
    actions,
    symbols,
    manual: orders,
    about,
    writeOffs: off,
    limits: said,
  };
  return compose('control', whole satisfies Control);
}

/** @throws ContractError */
export function decodeControl(payload: Uint8Array): Control {
  return parse('control', payload) as Control;
}
