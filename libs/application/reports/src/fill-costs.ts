/*
 * What the fills of a run cost, by kind: derived from what is recorded, since the simulated broker is a pure function of it.
 *
 * 1. Of each fill, the parts and the price at no cost come to the cash that it moved, to the unit.
 * 2. Nothing is guessed: a fill that the configured costs do not come to is counted as not known.
 * 3. A broker with a market of its own says no price at no cost: of its fills fees alone are known.
 */
import { costByKind, configuredHalfSpread, printOf, type CostByKind, type Print, type Standing } from '@aitrader/core-simulation';
import { phaseAt } from '@aitrader/core-sessions';
import {
  cash,
  dollarsOf,
  priceAfter,
  spreadNoteOf,
  type Cash,
  type CorporateAction,
  type Fill,
  type Leg,
  type Order,
  type OrderEvent,
  type OrderId,
  type Price,
  type RunConfig,
} from '@aitrader/model';
import type { Interval } from '@aitrader/runtime-engine';

/** A fill, and what it cost. */
export interface FillCost {
  readonly fill: Fill;
  /** the price that stood when it came to the market; null where the parts are not known */
  readonly at: Price | null;
  readonly parts: CostByKind | null;
}

/** What fills cost in all, in dollars. */
export interface CostSums {
  readonly fills: number;
  readonly spread: number;
  readonly slippage: number;
  readonly impact: number;
  readonly fees: number;
  readonly loans: number;
}

/** What the fills of a run cost, by kind. */
export interface CostsByKind extends CostSums {
  readonly legs: readonly (CostSums & { readonly leg: Leg })[];
  /** fills whose parts are not known, what they were charged, and why they are not */
  readonly notKnown: { readonly fills: number; readonly fees: number; readonly why: readonly string[] };
}

export const AT_A_BROKER =
  'A broker with a market of its own says no price at no cost: what spread and impact took is in the price of its fills, and of costs the fees alone are known.';
export const NOT_BY_THESE =
  'The configured costs do not come to these fills, of an earlier program or after what was not recorded: what was charged is known, and no part of the price.';

type CostConfig = Pick<RunConfig, 'simulation' | 'broker'>;

/** Follows the fills of a run, or of runs that follow one another. */
export class FillCosts {
  readonly #orders = new Map<OrderId, Order>();
  readonly #fills: FillCost[] = [];
  readonly #why = new Set<string>();
  #config: CostConfig;

  constructor(config: CostConfig) {
    this.#config = config;
  }

  /** What is charged from here on. */
  chargedBy(config: CostConfig): void {
    this.#config = config;
  }

  decided(order: Order): void {
    this.#orders.set(order.id, order);
  }

  /** An action that is in force from the next interval on: it restates stops and targets, as the broker does. */
  acted(action: CorporateAction): void {
    for (const [id, order] of this.#orders) {
      if (order.symbol !== action.symbol) continue;
      const restated =
        action.kind === 'symbol-change'
          ? { ...order, symbol: action.other }
          : { ...order, stop: priceAfter(order.stop, action), target: priceAfter(order.target, action) };
      this.#orders.set(id, restated);
    }
  }

  /** Takes in the fills of an interval. */
  filled({ bars, report }: Pick<Interval, 'bars' | 'report'>): void {
    for (const fill of report.fills) {
      if (fill.kind !== 'execution') continue;
      const standing = this.#config.broker === null ? this.#standingOf(fill, bars, report.events) : undefined;
      const parts = standing === undefined ? undefined : costByKind(fill, standing, this.#config.simulation);
      this.#fills.push({ fill, at: parts === undefined ? null : (standing?.at ?? null), parts: parts ?? null });
      if (parts === undefined) this.#why.add(this.#config.broker === null ? NOT_BY_THESE : AT_A_BROKER);
    }
  }

  /** What the market stood at: the open, a stop's own price, or a limit's. */
  #standingOf(fill: Fill, bars: Interval['bars'], events: readonly OrderEvent[]): Standing | undefined {
    const { t, symbol, leg } = fill;
    const print = printOf(bars, t, symbol);
    const order = this.#orders.get(fill.orderId);
    if (print === undefined || order === undefined) return undefined;
    const own = events.filter((event) => event.orderId === fill.orderId && event.leg === leg);
    const { volumeShares } = print;
    if (leg === 'target') return { at: restingAt(fill, print, order), volumeShares, halfSpreadBp: null };
    const isAtStop = own.some(({ kind, reason }) => kind === 'triggered' && reason !== 'gap');
    return { at: isAtStop ? order.stop : print.open, volumeShares, halfSpreadBp: this.#halfSpreadOf(fill, own) };
  }

  #halfSpreadOf({ t }: Fill, own: readonly OrderEvent[]): number {
    const told = own.map(({ reason }) => spreadNoteOf(reason)).find((note) => note !== undefined);
    return told?.halfSpreadBp ?? configuredHalfSpread(this.#config.simulation, phaseAt(t));
  }

  /** Each fill in the order in which they came. */
  fills(): readonly FillCost[] {
    return this.#fills;
  }

  /** What they cost in all. */
  current(): CostsByKind {
    const known = this.#fills.flatMap(({ fill, parts }) => (parts === null ? [] : [{ leg: fill.leg, parts }]));
    const unknown = this.#fills.filter(({ parts }) => parts === null);
    const legs = LEGS.map((leg) => ({ leg, ...sumOf(known.filter((one) => one.leg === leg)) }));
    return {
      ...sumOf(known),
      legs: legs.filter(({ fills }) => fills > 0),
      notKnown: { fills: unknown.length, fees: dollarsOf(total(unknown.map(({ fill }) => fill.fee))), why: [...this.#why] },
    };
  }
}

const LEGS: readonly Leg[] = ['entry', 'target', 'stop', 'time'];

/** A target fills at its price, or at the open where that is better. */
const restingAt = ({ price }: Fill, { open }: Print, { target }: Order): Price => (price === open ? open : target);

const total = (amounts: readonly Cash[]): Cash => amounts.reduce((sum, amount) => cash(sum + amount), cash(0));

function sumOf(known: readonly { readonly parts: CostByKind }[]): CostSums {
  const dollars = (of: (parts: CostByKind) => Cash): number => dollarsOf(total(known.map(({ parts }) => of(parts))));
  return {
    fills: known.length,
    spread: dollars(({ spread }) => spread),
    slippage: dollars(({ slippage }) => slippage),
    impact: dollars(({ impact }) => impact),
    fees: dollars(({ fees }) => fees),
    loans: dollars(({ loan }) => loan),
  };
}
