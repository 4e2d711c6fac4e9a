import { type Control } from '@aitrader/model';
import { dollars, shares } from './figures.ts';

/** What an operator wrote off, and why: `40 AAPL written off at $0.00 by ada (sold by hand): position.AAPL.1`. */
export const writeOffWords = ({ about, actor, reason, writeOffs }: Control): string =>
  writeOffs
    .map(
      ({ symbol, quantity, price }) =>
        `${shares(quantity)} ${symbol} written off at ${dollars(price)} by ${actor} (${reason}): ${about}`,
    )
    .join(', ');
