import { intervalOf, subjectOf, type Fact } from '@aitrader/contracts';
import { MINUTES_OF, type RunId } from '@aitrader/model';
import { readLog } from '@aitrader/runtime-bus';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { newRunId } from '@aitrader/application-backtest';
import { resultOf } from '@aitrader/application-recordings';
import { RunFailed, deleteRun, runOnBus, type OpenHome } from '@aitrader/application-supervision';
import { quantileOf } from './quantile.ts';

/** Whom a measurement tells how far it is, and what went wrong beside it. */
export interface BenchEvents {
  readonly onProgress: (share: number) => void;
  readonly warn: (text: string) => void;
}

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
  const spec = { source, speed: 0, shards: 1, kind: 'backtest', config: SIMULATED_DEFAULTS } as const;
  return scratch(open, run, warn, async () => {
    const { seconds } = await runOnBus(open, { run, spec, onProgress });
    const { slices, bars } = await resultOf(open.bus, run);
    const decided = [...(await storedAt(open, run, 'orders')).values()];
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

export interface LatencyFigures {
  readonly slices: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const NANOS_PER_MS = 1e6;

/** The first intervals find processes that are still starting and code that is not compiled yet: they are not counted. */
const WARM_UP_INTERVALS = 200;

/** Close of a slice to risk's decision on it, both as the server stored them, at a pace that leaves the services idle between. */
export async function benchLatency(
  open: OpenHome,
  symbols: number,
  intervals: number,
  paceMs: number,
  { onProgress, warn }: BenchEvents,
): Promise<LatencyFigures> {
  const run = newRunId('backtest');
  const speed = (MINUTES_OF['1m'] * 60_000) / paceMs;
  const spec = {
    source: { kind: 'synthetic', symbols, intervals },
    speed,
    shards: 1,
    kind: 'backtest',
    config: SIMULATED_DEFAULTS,
  } as const;
  return scratch(open, run, warn, async () => {
    await runOnBus(open, { run, spec, onProgress });
    const closed = await storedAt(open, run, 'bars', 0);
    const decided = await storedAt(open, run, 'orders');
    const latencies = [...decided].map(([t, ms]) => ms - (closed.get(t) ?? Number.NaN));
    const warm = latencies.slice(WARM_UP_INTERVALS);
    return { slices: warm.length, p50Ms: quantileOf(warm, 0.5), p99Ms: quantileOf(warm, 0.99) };
  });
}

/** Measures on a run that is of no use afterwards, and deletes it, also when it fails. */
async function scratch<T>(open: OpenHome, run: RunId, warn: BenchEvents['warn'], measure: () => Promise<T>): Promise<T> {
  try {
    return await measure();
  } catch (error) {
    // Nothing of it is kept, so it is the fault alone that is of interest.
    throw error instanceof RunFailed ? error.cause : error;
  } finally {
    await deleteRun(open, run).catch((error: unknown) => {
      warn(`the scratch run ${run} could not be deleted: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}

/** When the server stored each interval's message of a fact, in milliseconds of its clock. */
async function storedAt({ bus }: OpenHome, run: RunId, fact: Fact, shard?: number): Promise<Map<number, number>> {
  const stored = new Map<number, number>();
  await new Promise<void>((resolve, reject) => {
    const reading = readLog(bus, {
      run,
      subjects: [subjectOf(run, fact, shard)],
      from: 1,
      name: 'bench',
      onMessage: (message) => {
        stored.set(intervalOf(fact, message.data), message.info.timestampNanos / NANOS_PER_MS);
        if (message.info.pending === 0) void reading.then((log) => log.stop()).then(resolve, reject);
      },
      onError: reject,
    });
    reading.catch(reject);
  });
  return stored;
}
