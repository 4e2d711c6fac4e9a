import { createHash } from 'node:crypto';
import { marketOf, type OpenMarket, type RunMarket } from '@aitrader/application-markets';
import type { RunConfig } from '@aitrader/model';
import { codeIdentity, configHashOf } from '@aitrader/runtime-configuration';

/** What all results of a sweep follow from beside their configurations, each as a hash. */
export interface ResultGround {
  readonly market: string;
  readonly code: string;
}

/** The code that runs, and what it runs on. */
export interface RunningCode {
  readonly version: string;
  /** SHA-256 over every file of code */
  readonly hash: string;
  readonly node: string;
}

/** SHA-256 of plain data, as configurations are hashed: as JSON with sorted keys. */
export const hashOf = (part: object): string => configHashOf(part as RunConfig);

/** What tells a market from others: its symbols, dates and timeframe, and the hashes of the files that it was made of. */
export const marketHashOf = (market: Pick<OpenMarket, 'bars' | 'sources'>): string =>
  hashOf(marketOf(market) satisfies RunMarket);

export function runningCode(): RunningCode {
  const { version, hash } = codeIdentity();
  return { version, hash, node: process.version };
}

/** What tells the code that runs, and what it runs on, from other code. */
export const codeHash = (): string => hashOf(runningCode());

/** SHA-256 over what trials were and came to, in their order. */
export function digestOf(trials: readonly { readonly configHash: string; readonly digest: string }[]): string {
  const sum = createHash('sha256');
  for (const { configHash, digest } of trials) sum.update(`${configHash} ${digest}\n`);
  return sum.digest('hex');
}
