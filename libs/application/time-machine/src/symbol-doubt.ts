import { breaksIn, type AccountDoubt, type Ticker } from '@aitrader/model';

/** What of an account's doubts concerns a symbol. */
export const doubtIn = (doubt: AccountDoubt, symbol: Ticker): AccountDoubt => ({
  ...doubt,
  breaks: breaksIn(doubt, symbol),
  holds: doubt.holds
    .filter(({ symbols }) => symbols.length === 0 || symbols.includes(symbol))
    .map((hold) => ({ ...hold, symbols: hold.symbols.length === 0 ? [] : [symbol] })),
});
