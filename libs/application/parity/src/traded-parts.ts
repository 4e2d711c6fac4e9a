import type { EpochMs } from '@aitrader/model';

/*
 * The shares that two accounts traded of one leg, side by side.
 *
 * 1. Every share of either account is in exactly one part; the cash and the fees of the parts are those of the trades, to the unit.
 * 2. Shares that both traded in the same interval are paired first, the others in the order of time; what is left one account alone traded.
 */

/** Shares that changed hands, or that were still held in the end, at their last price. */
export interface Trade {
  /** close of the interval */
  readonly t: EpochMs;
  /** 1e-9 share, above zero */
  readonly units: number;
  /** signed: above zero what was taken in; without the fee */
  readonly cash: number;
  readonly fee: number;
  /** 1e-4 dollar */
  readonly price: number;
  /** no trade, but what was left to be traded */
  readonly isHeld: boolean;
}

/** What an account made of some shares. */
export type Share = Omit<Trade, 'units'>;

/** Shares that both accounts traded, or one of them. */
export interface Part {
  readonly units: number;
  readonly recorded: Share | null;
  readonly replayed: Share | null;
}

/** A trade of which shares are taken one after the other. */
class Taken {
  readonly trade: Trade;
  #units = 0;

  constructor(trade: Trade) {
    this.trade = trade;
  }

  get left(): number {
    return this.trade.units - this.#units;
  }

  take(units: number): Share {
    const { units: all, cash, fee, ...rest } = this.trade;
    const [from, to] = [this.#units, this.#units + units];
    this.#units = to;
    const between = (total: number): number => portion(total, to, all) - portion(total, from, all);
    return { ...rest, cash: between(cash), fee: between(fee) };
  }
}

/** total × units ÷ all, cut to the unit: all of it where all is taken. */
const portion = (total: number, units: number, all: number): number => Number((BigInt(total) * BigInt(units)) / BigInt(all));

/** Pairs the shares of two accounts, the trades of each in the order of time. */
export function pairShares(recorded: readonly Trade[], replayed: readonly Trade[]): readonly Part[] {
  const [ours, theirs] = [recorded.map((trade) => new Taken(trade)), replayed.map((trade) => new Taken(trade))];
  const parts: Part[] = [];
  const pair = (isPair: (one: Trade, other: Trade) => boolean): void => {
    for (const one of ours)
      for (const other of theirs) {
        const units = Math.min(one.left, other.left);
        if (units > 0 && isPair(one.trade, other.trade))
          parts.push({ units, recorded: one.take(units), replayed: other.take(units) });
      }
  };
  pair((one, other) => one.t === other.t && one.isHeld === other.isHeld);
  pair(() => true);
  for (const one of ours) if (one.left > 0) parts.push({ units: one.left, recorded: one.take(one.left), replayed: null });
  for (const one of theirs) if (one.left > 0) parts.push({ units: one.left, recorded: null, replayed: one.take(one.left) });
  return parts;
}
