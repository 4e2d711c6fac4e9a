import type { Manifest } from '@aitrader/model';
import { codeText, tradesRealMoney, writerOf } from '@aitrader/application-recordings';
import type { RunHead } from './wire.ts';

/** What a run was begun with, for its head line. */
export function runHead(manifest: Manifest): RunHead {
  const { run, kind, from, to, follows, universe, shards, timeframe, config } = manifest;
  const { broker, strategies } = config;
  return {
    ...{ run, kind, from, to, shards, timeframe },
    broker: broker?.name ?? 'simulated',
    isLive: tradesRealMoney(manifest),
    follows: follows === null ? null : follows.run,
    symbols: universe.length,
    strategies: strategies.map(({ name }) => name),
    code: codeText(writerOf(manifest)),
  };
}
