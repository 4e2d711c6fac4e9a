/*
 * Round trips: what each order came to, from its fills.
 *
 * 1. A trip's profit is the cash that its fills moved, fees taken off, and nothing else: those of all trips that are over, dividends and shares written
 *    off aside, are what the account gained.
 * 2. A bust undoes the fill that it names, and a correction restates it, whenever it comes.
 * 3. Nothing is invented: what is held still has no exit, and what is not known is null.
 */
import { heldAfter, symbolAfter } from '@aitrader/core-execution';
import {
  dollarsOf,
  dollarsOfPrice,
  notional,
  quantity,
  sharesOf,
  strategyOfOrder,
  type CorporateAction,
  type EpochMs,
  type Fill,
  type FillId,
  type Leg,
  type Order,
  type OrderId,
  type Side,
  type Ticker,
} from '@aitrader/model';

/** One order from its entry to its exit. Money in dollars, quantities in shares, excursions and returns as fractions of what was entered at. */
export interface RoundTrip {
  readonly order: OrderId;
  readonly symbol: Ticker;
  /** null where an operator asked for the order, or an earlier run's recording would have to tell */
  readonly strategy: string | null;
  readonly side: Side;
  readonly decidedAt: EpochMs;
  readonly enteredAt: EpochMs;
  readonly exitedAt: EpochMs | null;
  /** shares that entered, and those that are held still, as corporate actions have restated them */
  readonly shares: number;
  readonly held: number;
  /** the close that it was decided on; of an order of which only fills are known null */
  readonly reference: number | null;
  /** averages over the fills; null where nothing exited */
  readonly entry: number;
  readonly exit: number | null;
  /** legs that exited, in their order, and what was said of the last one */
  readonly exits: readonly Leg[];
  readonly reason: string;
  readonly fees: number;
  /** cash that its fills moved, fees taken off; what is held still is not in it */
  readonly profit: number;
  /** of what was entered; null while anything is held */
  readonly return: number | null;
  /** what the entry cost against the reference, without fees: delay, spread and impact. Below 0: it was got for less */
  readonly entryCost: number | null;
  /** the furthest that a bar's low or high lay against the entry and for it while it was held, the bars of entry and exit aside; at most and at least 0 */
  readonly worst: number;
  readonly best: number;
}

interface OpenTrip {
  readonly id: OrderId;
  symbol: Ticker;
  readonly order: Order | undefined;
  /** by the id that they had first */
  readonly fills: Map<FillId, Fill>;
  /** what the shares that are held come to after corporate actions, less what fills say */
  restated: number;
  readonly reasons: Map<Leg, string>;
  low: number;
  high: number;
}

/** Follows the orders of an account. */
export class RoundTrips {
  readonly #trips = new Map<OrderId, OpenTrip>();
  /** of orders that have not filled */
  readonly #orders = new Map<OrderId, Order>();
  readonly #first = new Map<FillId, FillId>();
  /** those that something is held of */
  readonly #open = new Set<OpenTrip>();

  decided(order: Order): void {
    this.#orders.set(order.id, order);
  }

  /** What is said of a leg is kept for the trip's exit. */
  said(id: OrderId, leg: Leg, reason: string): void {
    if (reason !== '') this.#trips.get(id)?.reasons.set(leg, reason);
  }

  filled(fill: Fill): void {
    const trip = this.#tripOf(fill);
    const about = fill.amends === null ? fill.id : (this.#first.get(fill.amends) ?? fill.amends);
    this.#first.set(fill.id, about);
    if (fill.kind === 'bust') trip.fills.delete(about);
    else trip.fills.set(about, fill);
    if (heldOf(trip) === 0) this.#open.delete(trip);
    else this.#open.add(trip);
  }

  #tripOf({ orderId, symbol }: Fill): OpenTrip {
    const known = this.#trips.get(orderId);
    if (known !== undefined) return known;
    const order = this.#orders.get(orderId);
    this.#orders.delete(orderId);
    const [fills, reasons] = [new Map<FillId, Fill>(), new Map<Leg, string>()];
    const trip: OpenTrip = { id: orderId, symbol, order, fills, restated: 0, reasons, low: Infinity, high: -Infinity };
    this.#trips.set(orderId, trip);
    return trip;
  }

  /** An action that is in force from the next interval on. */
  acted(action: CorporateAction): void {
    for (const trip of [...this.#open]) {
      const held = heldOf(trip);
      trip.restated += heldAfter(trip.symbol, quantity(held), action) - held;
      trip.symbol = symbolAfter(trip.symbol, action);
      if (heldOf(trip) === 0) this.#open.delete(trip);
    }
  }

  /** The low and the high of a bar that began when the trip was held already, in dollars. */
  passed(symbol: Ticker, low: number, high: number): void {
    for (const trip of this.#open) {
      if (trip.symbol !== symbol) continue;
      trip.low = Math.min(trip.low, low);
      trip.high = Math.max(trip.high, high);
    }
  }

  /** The symbols that something is held in. */
  held(): ReadonlySet<Ticker> {
    const symbols = new Set<Ticker>();
    for (const { symbol } of this.#open) symbols.add(symbol);
    return symbols;
  }

  /** Every trip in the order in which they were entered; those that came to no fill at all are left out. */
  current(): readonly RoundTrip[] {
    return [...this.#trips.values()].flatMap((trip) => tripOf(trip) ?? []).sort((a, b) => a.enteredAt - b.enteredAt);
  }
}

/** Shares that a trip has entered and not exited, in their units; below 0 of a short. */
function heldOf({ fills, restated }: OpenTrip): number {
  let held = restated;
  for (const { side, quantity: units } of fills.values()) held += side === 'buy' ? units : -units;
  return held;
}

function tripOf(trip: OpenTrip): RoundTrip | undefined {
  const fills = [...trip.fills.values()].sort((a, b) => a.t - b.t);
  const [entries, exits] = [fills.filter(({ leg }) => leg === 'entry'), fills.filter(({ leg }) => leg !== 'entry')];
  const [first] = entries;
  if (first === undefined) return undefined;
  const { side } = first;
  const sign = side === 'buy' ? 1 : -1;
  const [entered, exited] = [sumOf(entries), sumOf(exits)];
  const entry = entered.dollars / entered.shares;
  const held = heldOf(trip);
  const last = exits.at(-1);
  const fees = fills.reduce((sum, { fee }) => sum + dollarsOf(fee), 0);
  const profit = sign * (exited.dollars - entered.dollars) - fees;
  const reference = trip.order === undefined ? null : dollarsOfPrice(trip.order.reference);
  const [down, up] = [Math.min(0, trip.low / entry - 1), Math.max(0, trip.high / entry - 1)];
  return {
    ...{ order: trip.id, symbol: trip.symbol, strategy: strategyOfOrder(trip.id) ?? null, side },
    ...{ decidedAt: trip.order?.t ?? first.t, enteredAt: first.t, exitedAt: held === 0 ? (last?.t ?? null) : null },
    ...{ shares: entered.shares, held: sharesOf(quantity(held)), reference, entry },
    exit: exits.length === 0 ? null : exited.dollars / exited.shares,
    exits: [...new Set(exits.map(({ leg }) => leg))],
    reason: last === undefined ? '' : (trip.reasons.get(last.leg) ?? ''),
    ...{ fees, profit },
    return: held === 0 ? profit / entered.dollars : null,
    entryCost: reference === null ? null : sign * (entry - reference) * entered.shares + 0,
    worst: noInfinity(side === 'buy' ? down : -up),
    best: noInfinity(side === 'buy' ? up : -down),
  };
}

/** −0 and infinities of a trip that no bar has passed while it was held. */
const noInfinity = (value: number): number => (Number.isFinite(value) ? value + 0 : 0);

function sumOf(fills: readonly Fill[]): { readonly shares: number; readonly dollars: number } {
  let [shares, dollars] = [0, 0];
  for (const { quantity: units, price } of fills) {
    shares += sharesOf(units);
    dollars += dollarsOf(notional(price, units));
  }
  return { shares, dollars };
}
