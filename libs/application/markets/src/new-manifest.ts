import { epochMs, read, type Manifest, type RunConfig, type RunId, type RunKind } from '@aitrader/model';
import { codeIdentity, configHashOf } from '@aitrader/runtime-configuration';
import type { LoadedMarket } from './load-bars.ts';

/** The manifest of a run that begins now, over bars that are loaded. */
export function newManifest(
  run: RunId,
  kind: RunKind,
  shards: number,
  config: RunConfig,
  { table, sources }: LoadedMarket,
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
    timeframe: table.timeframe,
    universe: table.symbols,
    configHash: configHashOf(config),
    from: epochMs(read(table.t, 0)),
    to: epochMs(read(table.t, table.count - 1)),
  };
}
