import { marketOf, type OpenMarket } from '@aitrader/application-markets';
import type { RunConfig } from '@aitrader/model';
import { codeIdentity, configHashOf } from '@aitrader/runtime-configuration';

/** SHA-256 of plain data, as configurations are hashed: as JSON with sorted keys. */
export const hashOf = (part: object): string => configHashOf(part as RunConfig);

/** What tells a market from others: its symbols, dates and timeframe, and the hashes of the files that it was made of. */
export const marketHashOf = (market: Pick<OpenMarket, 'bars' | 'sources'>): string => hashOf(marketOf(market));

/** What tells the code that runs, and what it runs on, from other code. */
export function codeHash(): string {
  const { version, hash } = codeIdentity();
  return hashOf({ version, hash, node: process.version });
}
