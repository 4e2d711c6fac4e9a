import { epochMs, type Manifest, type RunConfig, type RunId, type RunKind } from '@aitrader/model';
import { codeIdentity, configHashOf } from '@aitrader/runtime-configuration';
import type { OpenMarket } from './load-bars.ts';

/** The manifest of a run that begins now, over the bars of a market. */
export function newManifest(
  run: RunId,
  kind: RunKind,
  shards: number,
  config: RunConfig,
  { bars, sources }: Pick<OpenMarket, 'bars' | 'sources'>,
): Manifest {
  const { version, hash, commit } = codeIdentity();
  return {
    run,
    kind,
    shards,
    config,
    sources,
    createdAt: epochMs(Date.now()),
    codeVersion: version,
    codeHash: hash,
    codeCommit: commit,
    nodeVersion: process.version,
    timeframe: bars.timeframe,
    universe: bars.symbols,
    configHash: configHashOf(config),
    from: bars.first,
    to: bars.last,
  };
}
