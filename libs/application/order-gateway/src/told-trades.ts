import type { EpochMs, FillId, Price, Quantity, Report } from '@aitrader/model';

/*
 * Trades that were told of, by every id that they are known by.
 *
 * 1. A trade has the id that it was first told under; the account's stream and its activities may have one each.
 * 2. A trade of one source is matched with one of the other, and with no second one.
 */

export interface ToldTrade {
  /** the id that it was first told under */
  readonly id: FillId;
  readonly brokerId: string;
  readonly t: EpochMs;
  readonly source: 'stream' | 'activities';
  /** its id at the other source, where that is another one */
  other: string | null;
  /** as it reads now; null once it is busted */
  current: { readonly quantity: Quantity; readonly price: Price } | null;
  /** times that it was amended */
  amendments: number;
}

/** A trade that was found, and of which it is not known whether it was told. */
export interface FoundTrade {
  readonly id: string;
  readonly brokerId: string;
  readonly t: number;
  readonly source: ToldTrade['source'];
  readonly quantity: Quantity;
  readonly price: Price;
}

/** Milliseconds between the times that two sources give one trade, at the most. */
const APART_MS_MAX = 10_000;

/** What was told of trades. */
export class ToldTrades {
  readonly #byName = new Map<string, ToldTrade>();
  readonly #byOrder = new Map<string, ToldTrade[]>();
  /** the stream and the activities of this broker call a trade by the same id */
  #isOneId = false;
  /** trades and amendments that were told of */
  count = 0;

  hear({ kind, t, brokerId, execution }: Report, source: ToldTrade['source']): void {
    if (execution === null || brokerId === null) return;
    this.count += 1;
    const { id, quantity, price, amends } = execution;
    if (kind === 'execution') {
      const trade: ToldTrade = { id, brokerId, t, source, other: null, current: { quantity, price }, amendments: 0 };
      this.#byName.set(id, trade);
      this.#byOrder.set(brokerId, [...this.of(brokerId), trade]);
      return;
    }
    const trade = amends === null ? undefined : this.#byName.get(amends);
    if (trade === undefined) return;
    this.#byName.set(id, trade);
    trade.amendments += 1;
    trade.current = kind === 'bust' ? null : { quantity, price };
  }

  of(brokerId: string): readonly ToldTrade[] {
    return this.#byOrder.get(brokerId) ?? [];
  }

  all(): readonly ToldTrade[] {
    return [...this.#byOrder.values()].flat();
  }

  named(id: string): ToldTrade | undefined {
    return this.#byName.get(id);
  }

  /** Another id of a trade. */
  alias(id: string, trade: ToldTrade): void {
    this.#byName.set(id, trade);
  }

  /** Learns whether the sources share their ids, from what was found at one of them. */
  compare(found: readonly FoundTrade[]): void {
    this.#isOneId ||= found.some(({ id, source }) => {
      const told = this.#byName.get(id);
      return told?.id === id && told.source !== source;
    });
  }

  /**
   * The trade that was told of already, if it was: by its id; or, where the sources have ids of their own, one of the same order,
   * quantity and price at about the time, that no other was matched with.
   */
  match({ id, brokerId, t, source, quantity, price }: FoundTrade): ToldTrade | undefined {
    const known = this.#byName.get(id);
    if (known !== undefined || this.#isOneId) return known;
    const [nearest] = this.of(brokerId)
      .filter((one) => one.source !== source && one.other === null)
      .filter(({ current }) => current?.quantity === quantity && current.price === price)
      .filter((one) => Math.abs(one.t - t) <= APART_MS_MAX)
      .sort((a, b) => Math.abs(a.t - t) - Math.abs(b.t - t));
    if (nearest === undefined) return undefined;
    nearest.other = id;
    this.#byName.set(id, nearest);
    return nearest;
  }

  /** Sum of an order's trades as they read now. */
  filledOf(brokerId: string): number {
    return this.of(brokerId).reduce((sum, { current }) => sum + (current?.quantity ?? 0), 0);
  }
}
