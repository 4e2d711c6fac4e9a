import type { Cash, EpochMs, Quantity, Ticker } from '@aitrader/model';

/** What an action did to the account. */
export interface AccountActivity {
  readonly n: number;
  /** the interval that it was noted in */
  readonly t: EpochMs;
  readonly kind: 'split' | 'dividend' | 'spin-off' | 'symbol-change' | 'write-off';
  /** the day that it counts for: ex-date, or day of payment */
  readonly at: EpochMs;
  readonly symbol: Ticker;
  /** shares that came, or went; of a dividend those that it is paid on */
  readonly quantity: Quantity;
  /** cash that came, or went */
  readonly amount: Cash;
  /** of a dividend, what was paid on one share */
  readonly perShare: Cash | undefined;
}

/** A dividend that is to be paid. */
export interface Entitlement {
  readonly symbol: Ticker;
  readonly payAt: EpochMs;
  readonly quantity: Quantity;
  readonly perShare: Cash;
  /** as the ledger will pay it */
  readonly amount: Cash;
}
