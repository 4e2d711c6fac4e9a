import { MINUTES_OF } from '@aitrader/model';

import { newRunId } from '@aitrader/application-backtest';
import { resultOf } from '@aitrader/application-recordings';
import { runOnBus, type OpenHome } from '@aitrader/application-supervision';
import { quantileOf } from './quantile.ts';
import { scratch, storedAt, type BenchEvents } from './scratch-run.ts';
import { TRADING_RULES } from './trading-rules.ts';

export interface BusFigures {
  readonly symbols: number;
  readonly slices: number;
  /** from the manifest, with the start of the processes in it */
  readonly slicesPerSecond: number;
  readonly barsPerSecond: number;
  /** of the second half of the run */
  readonly steadySlicesPerSecond: number;
  readonly steadyBarsPerSecond: number;
}

/** Five service processes, as fast as they follow: up to risk's last decision, by the server's clock. */
export async function benchBus(
  open: OpenHome,
  symbols: number,
  intervals: number,
  { onProgress, warn }: BenchEvents,
): Promise<BusFigures> {
  const run = newRunId('backtest');
  const source = { kind: 'synthetic', symbols, intervals } as const;
  const spec = { source, speed: 0, shards: 1, kind: 'backtest', config: TRADING_RULES } as const;
  return scratch(open, run, warn, async () => {
    const { seconds } = await runOnBus(open, { run, spec, onProgress });
    const { slices, bars } = await resultOf(open.bus, run);
    const decided = [...(await storedAt(open, run, 'orders')).first.values()];
    const half = decided.length >> 1;
    const steady = (1_000 * (decided.length - 1 - half)) / ((decided.at(-1) ?? 0) - (decided[half] ?? 0));
    return {
      symbols,
      slices,
      slicesPerSecond: slices / seconds,
      barsPerSecond: bars / seconds,
      steadySlicesPerSecond: steady,
      steadyBarsPerSecond: (steady * bars) / slices,
    };
  });
}

/** A market, and how it is played to the services. */
export interface PacedMarket {
  readonly symbols: number;
  readonly shards: number;
  readonly intervals: number;
  /** between the closes of two slices */
  readonly paceMs: number;
}

export interface LatencyFigures extends Pick<PacedMarket, 'symbols' | 'shards' | 'paceMs'> {
  /** that were counted */
  readonly slices: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The first intervals find processes that are still starting and code that is not compiled yet: they are not counted. */
const WARM_UP_SHARE = 0.2;

/**
 * First bar of a slice stored to risk's decision on it stored, by the server's clock, at a pace that leaves the services idle in
 * between, as a market does.
 */
export async function benchLatency(
  open: OpenHome,
  { symbols, shards, intervals, paceMs }: PacedMarket,
  { onProgress, warn }: BenchEvents,
): Promise<LatencyFigures> {
  const run = newRunId('backtest');
  const source = { kind: 'synthetic', symbols, intervals } as const;
  const speed = (MINUTES_OF['1m'] * 60_000) / paceMs;
  const spec = { source, speed, shards, kind: 'backtest', config: TRADING_RULES } as const;
  return scratch(open, run, warn, async () => {
    await runOnBus(open, { run, spec, onProgress });
    const closed = (await storedAt(open, run, 'bars')).first;
    const decided = (await storedAt(open, run, 'orders')).first;
    const latencies = [...decided].map(([t, ms]) => ms - (closed.get(t) ?? Number.NaN));
    const warm = latencies.slice(Math.round(intervals * WARM_UP_SHARE));
    return { symbols, shards, paceMs, slices: warm.length, p50Ms: quantileOf(warm, 0.5), p99Ms: quantileOf(warm, 0.99) };
  });
}
