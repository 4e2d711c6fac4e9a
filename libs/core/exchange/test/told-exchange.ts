import {
  COSTS_BEFORE_KEYS,
  cash,
  epochMs,
  newBarSlice,
  sharesOf,
  dollarsOfPrice,
  ticker,
  type SimulationConfig,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import {
  advance,
  listAsset,
  newExchange,
  placeOrder,
  type ExchangeOrder,
  type ExchangeState,
  type OrderRequest,
  type Refusal,
  type TradeUpdate,
} from '../src/index.ts';

const MINUTE = 60_000;
const A = ticker('A');
const FREE: SimulationConfig = {
  halfSpreadBpRegular: 0,
  halfSpreadBpExtended: 0,
  impactBp: 0,
  participationMax: 1,
  feePerShareDollars: 0,
  ...COSTS_BEFORE_KEYS,
};

/** Open, high, low and close in dollars; volume in shares, a thousand unless it is said. */
export type Bar = readonly [open: number, high: number, low: number, close: number, volume?: number];

/** An exchange that lists A, on Monday 2026-01-05 in New York, and what it said. */
export class ToldExchange {
  readonly state: ExchangeState;
  readonly updates: TradeUpdate[] = [];
  #told = 0;

  constructor(hour: number, minute = 0, rules: 'vendor' | 'simulation' = 'vendor', costs: Partial<SimulationConfig> = {}) {
    const from = newYorkInstant('2026-01-05', hour * 60 + minute);
    const simulation = { ...FREE, ...costs };
    this.state = newExchange({ seed: 's', from: epochMs(from - MINUTE), cash: cash(100_000_000_000), simulation, rules });
    listAsset(this.state, A);
    this.minute([100, 100, 100, 100]);
  }

  /** Orders ten of A, to buy at market for the day, unless it is said otherwise; whole words of the vendor's. */
  order(request: OrderRequest = {}): ExchangeOrder | Refusal {
    const size = request.notional === undefined ? { qty: '10' } : {};
    return placeOrder(
      this.state,
      { symbol: 'A', side: 'buy', type: 'market', timeInForce: 'day', ...size, ...request },
      this.updates,
    );
  }

  /** The same for an order that is taken. */
  taken(request: OrderRequest = {}): ExchangeOrder {
    const order = this.order(request);
    if ('message' in order) throw new Error(order.message);
    return order;
  }

  /** Lets a minute pass, with a bar or without. */
  minute(bar?: Bar): void {
    this.advanceTo(this.state.now + MINUTE, bar);
  }

  /** Lets time pass up to a minute of the New York day, on 2026-01-05 or another date. */
  until(hour: number, minute: number, bar?: Bar, date = '2026-01-05'): void {
    this.advanceTo(newYorkInstant(date, hour * 60 + minute), bar);
  }

  advanceTo(t: number, bar?: Bar): void {
    const slice = { ...newBarSlice(0, '1m', 1), t: epochMs(t) };
    if (bar !== undefined) {
      [slice.count, slice.symbols] = [1, [A]];
      [slice.open[0], slice.high[0], slice.low[0], slice.close[0], slice.volume[0]] = [
        bar[0],
        bar[1],
        bar[2],
        bar[3],
        bar[4] ?? 1_000,
      ];
    }
    advance(this.state, epochMs(t), [slice], this.updates);
  }

  /** What was said since the last time: event, what of the group it is about, and of trades the shares and the price. */
  said(): readonly string[] {
    const fresh = this.updates.slice(this.#told);
    this.#told = this.updates.length;
    return fresh.map(({ kind, order, execution }) => {
      const trade = execution === undefined ? '' : ` ${sharesOf(execution.quantity)} @ ${dollarsOfPrice(execution.price)}`;
      return `${kind} ${order.role}${trade}`;
    });
  }
}
