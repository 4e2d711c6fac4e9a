import {
  notional,
  price as priceOf,
  quantity as quantityOf,
  type EpochMs,
  type Fill,
  type FillId,
  type OrderId,
  type Ticker,
} from '@aitrader/model';
import type { OrderTrades } from './order-differences.ts';
import type { Trade } from './traded-parts.ts';

/** A fill as it reads at the end, and the interval that it happened in. */
export interface StandingFill {
  readonly fill: Fill;
  readonly interval: EpochMs;
}

/** What an order came to, before what it holds is valued. */
export interface OrderFills {
  readonly symbol: Ticker;
  readonly fills: readonly StandingFill[];
  /** signed cash, fees taken off, in millionths of a dollar */
  readonly flow: number;
  /** signed shares that it left the account with, 1e-9 */
  readonly held: number;
}

/** The fills of an account by their orders, busts and corrections followed. */
export class FillBook {
  readonly #orders = new Map<OrderId, Map<FillId, StandingFill>>();
  readonly #first = new Map<FillId, FillId>();

  add(fill: Fill, interval: EpochMs): void {
    const about = fill.amends === null ? fill.id : (this.#first.get(fill.amends) ?? fill.amends);
    this.#first.set(fill.id, about);
    const fills = this.#orders.get(fill.orderId) ?? new Map<FillId, StandingFill>();
    this.#orders.set(fill.orderId, fills);
    if (fill.kind === 'bust') fills.delete(about);
    else fills.set(about, { fill, interval: fills.get(about)?.interval ?? interval });
  }

  copyInto(other: FillBook): void {
    for (const [id, fills] of this.#orders) other.#orders.set(id, new Map(fills));
    for (const [id, first] of this.#first) other.#first.set(id, first);
  }

  get count(): number {
    let count = 0;
    for (const fills of this.#orders.values()) count += fills.size;
    return count;
  }

  ids(): readonly OrderId[] {
    return [...this.#orders.keys()];
  }

  /** Nothing of an order without fills. */
  of(id: OrderId): OrderFills | undefined {
    const fills = [...(this.#orders.get(id)?.values() ?? [])].sort((a, b) => a.interval - b.interval);
    const [first] = fills;
    if (first === undefined) return undefined;
    let [flow, held] = [0, 0];
    for (const { fill } of fills) {
      flow += cashOf(fill) - fill.fee;
      held += fill.side === 'buy' ? fill.quantity : -fill.quantity;
    }
    return { symbol: first.fill.symbol, fills, flow, held };
  }
}

/** What a fill takes in, or pays below 0, without its fee. */
const cashOf = ({ side, price, quantity }: Fill): number => (side === 'buy' ? -1 : 1) * notional(price, quantity);

/** What is held at the end: as if it were traded there, at the last price. `worth` is signed, in millionths of a dollar. */
export interface HeldAtEnd {
  readonly t: EpochMs;
  readonly price: number;
  readonly worth: number;
}

/** The trades of an order, with what it holds as the last of them: so as many shares are left as were entered. */
export function tradesOf(order: OrderFills | undefined, end: HeldAtEnd): OrderTrades {
  const [entries, exits]: [Trade[], Trade[]] = [[], []];
  const { fills = [], held = 0 } = order ?? {};
  for (const { fill, interval } of fills)
    (fill.leg === 'entry' ? entries : exits).push({
      ...{ t: interval, units: fill.quantity, cash: cashOf(fill), fee: fill.fee, price: fill.price, isHeld: false },
    });
  if (held === 0) return { entries, exits };
  const long = (fills[0]?.fill.side === 'buy') === (fills[0]?.fill.leg === 'entry');
  // more was left than was entered: what is owed is yet to be entered
  const isOwed = held > 0 !== long;
  (isOwed ? entries : exits).push({
    ...{ t: end.t, units: Math.abs(held), cash: end.worth, fee: 0, price: end.price, isHeld: true },
  });
  return { entries, exits };
}

/** Whether two accounts have the very same fills of an order, whatever their ids. */
export const isSameFills = (one: OrderFills | undefined, other: OrderFills | undefined): boolean =>
  wordsOf(one?.fills ?? []) === wordsOf(other?.fills ?? []);

const wordsOf = (fills: readonly StandingFill[]): string =>
  fills
    .map(({ interval, fill: { leg, side, quantity, price, fee } }) => [interval, leg, side, quantity, price, fee].join(' '))
    .join('\n');

/** Shares at a price, signed, in millionths of a dollar. */
export const worthAt = (price: number, units: number): number => notional(priceOf(price), quantityOf(units));
