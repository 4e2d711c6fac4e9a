import { epochMs, type Manifest, type RunConfig, type RunId, type RunKind } from '@aitrader/model';
import { codeIdentity, configHashOf } from '@aitrader/runtime-configuration';
import type { OpenMarket } from './load-bars.ts';
import { assertTradable } from './tradable-market.ts';

/** The market of a run: its symbols in canonical order, and the closes of its first and last interval. */
export type RunMarket = Pick<Manifest, 'timeframe' | 'universe' | 'sources' | 'from' | 'to'>;

/** What a run is begun with, beside its configuration. */
export type RunBeginning = RunMarket & Partial<Pick<Manifest, 'follows'>>;

/** The market of bars that are there. */
export const marketOf = ({ bars, sources }: Pick<OpenMarket, 'bars' | 'sources'>): RunMarket => ({
  timeframe: bars.timeframe,
  universe: bars.symbols,
  sources,
  from: bars.first,
  to: bars.last,
});

/** The manifest of a run that begins now. */
export function newManifest(run: RunId, kind: RunKind, shards: number, config: RunConfig, market: RunBeginning): Manifest {
  assertTradable(config, market.timeframe);
  const { version, hash, commit } = codeIdentity();
  return {
    run,
    kind,
    shards,
    config,
    follows: null,
    ...market,
    createdAt: epochMs(Date.now()),
    codeVersion: version,
    codeHash: hash,
    codeCommit: commit,
    nodeVersion: process.version,
    configHash: configHashOf(config),
  };
}
