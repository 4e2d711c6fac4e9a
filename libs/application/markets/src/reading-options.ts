import type { ReadingOptions } from '@aitrader/adapter-bar-files';

type Said = { readonly [name in keyof ReadingOptions]: ReadingOptions[name] | undefined };

/** What is said about files that they do not tell, of all that a source or a request says. */
export const readingOptionsOf = ({ timeZone, stamp, adjustment, symbol, dates, columns }: Said): ReadingOptions => ({
  ...(timeZone === undefined ? {} : { timeZone }),
  ...(stamp === undefined ? {} : { stamp }),
  ...(adjustment === undefined ? {} : { adjustment }),
  ...(symbol === undefined ? {} : { symbol }),
  ...(dates === undefined ? {} : { dates }),
  ...(columns === undefined ? {} : { columns }),
});
