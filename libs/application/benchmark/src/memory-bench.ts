import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { denseMarket } from '@aitrader/core-market';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { runInMemory } from '@aitrader/application-pipeline';
import { bareKernelRate } from './bare-kernel.ts';
import { probabilityRate } from './probability-bench.ts';

const REPEATS = 3;

export interface MemoryFigures {
  readonly symbols: number;
  readonly bars: number;
  readonly barsPerSecond: number;
  readonly slicesPerSecond: number;
  /** of the probability stage alone */
  readonly probabilityBarsPerSecond: number;
  readonly bareBarsPerSecond: number;
  readonly shareOfBare: number;
  /** live heap and buffers after a tenth of the run, and at its end, in MB */
  readonly megabytesEarly: number;
  readonly megabytesLate: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function liveMegabytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

/** The in-process host with everything on and the digest, its probability stage and the bare loop over the same bars: best of three each. */
export async function benchMemory(
  symbols: number,
  intervals: number,
  onProgress: (share: number) => void,
): Promise<MemoryFigures> {
  const table = denseMarket({ symbols, intervals });
  const bare: number[] = [];
  const probability: number[] = [];
  const rates: { bars: number; slices: number }[] = [];
  const megabytes = new Map<'early' | 'late', number>();
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    bare.push(bareKernelRate(table));
    probability.push(probabilityRate(table));
    const result = await runInMemory({ table, config: SIMULATED_DEFAULTS, shards: 1 });
    rates.push({ bars: result.bars / result.seconds, slices: result.slices / result.seconds });
    onProgress((repeat + 1) / (REPEATS + 1));
  }
  await runInMemory({
    table,
    config: SIMULATED_DEFAULTS,
    shards: 1,
    onProgress: (share) => {
      if (share >= 0.1 && !megabytes.has('early')) megabytes.set('early', liveMegabytes());
      if (share === 1) megabytes.set('late', liveMegabytes());
    },
  });
  const barsPerSecond = Math.max(...rates.map(({ bars }) => bars));
  const bareBarsPerSecond = Math.max(...bare);
  return {
    symbols,
    bars: table.count,
    barsPerSecond,
    probabilityBarsPerSecond: Math.max(...probability),
    bareBarsPerSecond,
    slicesPerSecond: Math.max(...rates.map(({ slices }) => slices)),
    shareOfBare: barsPerSecond / bareBarsPerSecond,
    megabytesEarly: megabytes.get('early') ?? 0,
    megabytesLate: megabytes.get('late') ?? 0,
  };
}
