import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { MarketBars } from '@aitrader/application-markets';
import { runInMemory } from '@aitrader/application-pipeline';

import { bareKernelRate } from './bare-kernel.ts';
import { probabilityRate } from './probability-bench.ts';
import { stageTimes, type StageTimes } from './stage-times.ts';
import { THREE_STRATEGIES, TRADING_RULES } from './trading-rules.ts';

const REPEATS = 3;

export interface MemoryFigures {
  readonly symbols: number;
  readonly bars: number;
  readonly barsPerSecond: number;
  readonly slicesPerSecond: number;
  /** with two strategies more */
  readonly threeStrategiesBarsPerSecond: number;
  /** of the probability stage alone */
  readonly probabilityBarsPerSecond: number;
  readonly bareBarsPerSecond: number;
  readonly shareOfBare: number;
  /** live heap and buffers after a tenth of the run, and at its end, in MB */
  readonly megabytesEarly: number;
  readonly megabytesLate: number;
  /** what the time goes to, in a run of its own */
  readonly times: StageTimes;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function liveMegabytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

/**
 * The in-process host over a market, with everything on and the digest, its probability stage and the bare loop over the same bars: best
 * of three each, taken in turns.
 */
export async function benchMemory(table: MarketBars, onProgress: (share: number) => void): Promise<MemoryFigures> {
  const bare: number[] = [];
  const probability: number[] = [];
  const three: number[] = [];
  const rates: { bars: number; slices: number }[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    bare.push(bareKernelRate(table));
    probability.push(probabilityRate(table));
    const result = await runInMemory({ table, config: TRADING_RULES, shards: 1 });
    const more = await runInMemory({ table, config: THREE_STRATEGIES, shards: 1 });
    three.push(more.bars / more.seconds);
    rates.push({ bars: result.bars / result.seconds, slices: result.slices / result.seconds });
    onProgress((repeat + 1) / (REPEATS + 2));
  }
  const megabytes = await memoryOf(table);
  onProgress((REPEATS + 1) / (REPEATS + 2));
  const barsPerSecond = Math.max(...rates.map(({ bars }) => bars));
  const bareBarsPerSecond = Math.max(...bare);
  return {
    symbols: table.symbols.length,
    bars: table.count,
    barsPerSecond,
    probabilityBarsPerSecond: Math.max(...probability),
    bareBarsPerSecond,
    slicesPerSecond: Math.max(...rates.map(({ slices }) => slices)),
    threeStrategiesBarsPerSecond: Math.max(...three),
    shareOfBare: barsPerSecond / bareBarsPerSecond,
    ...megabytes,
    times: stageTimes(table),
  };
}

async function memoryOf(table: MarketBars): Promise<Pick<MemoryFigures, 'megabytesEarly' | 'megabytesLate'>> {
  const megabytes = new Map<'early' | 'late', number>();
  await runInMemory({
    table,
    config: TRADING_RULES,
    shards: 1,
    onProgress: (share) => {
      if (share >= 0.1 && !megabytes.has('early')) megabytes.set('early', liveMegabytes());
      if (share === 1) megabytes.set('late', liveMegabytes());
    },
  });
  return { megabytesEarly: megabytes.get('early') ?? 0, megabytesLate: megabytes.get('late') ?? 0 };
}
