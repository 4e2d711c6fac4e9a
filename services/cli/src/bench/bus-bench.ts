import { addressOf, intervalOf, subjectOf } from '@aitrader/contracts';
import { MINUTES_OF } from '@aitrader/model';
import { readLog } from '@aitrader/runtime-bus';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { discardRun, runOnBus } from '../bus-run.ts';
import type { OpenHome } from '../home.ts';
import { resultOf } from '../recorded-result.ts';
import { newRunId } from '../run-id.ts';
import { quantileOf } from './quantile.ts';

export interface BusFigures {
  readonly symbols: number;
  readonly slices: number;
  readonly slicesPerSecond: number;
  readonly barsPerSecond: number;
}

/** Five service processes, as fast as they follow: from the manifest to risk's last decision, by the server's clock. */
export async function benchBus(
  open: OpenHome,
  symbols: number,
  intervals: number,
  onProgress: (share: number) => void,
): Promise<BusFigures> {
  const run = newRunId('backtest');
  const source = { kind: 'synthetic', symbols, intervals } as const;
  const spec = { source, speed: 0, shards: 1, kind: 'backtest', config: SIMULATED_DEFAULTS } as const;
  try {
    const { seconds } = await runOnBus(open, { run, spec, onProgress });
    const { slices, bars } = await resultOf(open.bus, run);
    return { symbols, slices, slicesPerSecond: slices / seconds, barsPerSecond: bars / seconds };
  } finally {
    await discardRun(open.bus, run);
  }
}

export interface LatencyFigures {
  readonly slices: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const NANOS_PER_MS = 1e6;

/** The first intervals find processes that are still starting and code that is not compiled yet: they are not counted. */
const WARM_UP_INTERVALS = 200;

/** Close of a slice to risk's decision on it, both as the server stored them, at a pace that leaves the services idle between. */
export async function benchLatency(open: OpenHome, symbols: number, intervals: number, paceMs: number): Promise<LatencyFigures> {
  const run = newRunId('backtest');
  const speed = (MINUTES_OF['1m'] * 60_000) / paceMs;
  const spec = {
    source: { kind: 'synthetic', symbols, intervals },
    speed,
    shards: 1,
    kind: 'backtest',
    config: SIMULATED_DEFAULTS,
  } as const;
  try {
    await runOnBus(open, { run, spec });
    const closed = new Map<number, number>();
    const latencies: number[] = [];
    await new Promise<void>((resolve, reject) => {
      const reading = readLog(open.bus, {
        run,
        subjects: [subjectOf(run, 'bars', 0), subjectOf(run, 'orders')],
        from: 1,
        name: 'bench',
        onMessage: (message) => {
          const { fact } = addressOf(message.subject);
          const t = intervalOf(fact, message.data);
          const storedMs = message.info.timestampNanos / NANOS_PER_MS;
          if (fact === 'bars') closed.set(t, storedMs);
          else latencies.push(storedMs - (closed.get(t) ?? Number.NaN));
          if (message.info.pending === 0) void reading.then((log) => log.stop()).then(resolve, reject);
        },
        onError: reject,
      });
      reading.catch(reject);
    });
    const warm = latencies.slice(WARM_UP_INTERVALS);
    return { slices: warm.length, p50Ms: quantileOf(warm, 0.5), p99Ms: quantileOf(warm, 0.99) };
  } finally {
    await discardRun(open.bus, run);
  }
}
