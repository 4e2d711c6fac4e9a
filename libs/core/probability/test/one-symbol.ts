import { read } from '@aitrader/model';
import { addRow, BAR, type Batch, newBatch } from '../src/batch.ts';
import { FILTER, FORECAST, type Memory, newMemory, PAST } from '../src/memory.ts';

/** The memory of one symbol, and a batch with a bar of it. */
export interface OneSymbol {
  readonly memory: Memory;
  readonly batch: Batch;
}

export function oneSymbol(): OneSymbol {
  const batch = newBatch(1);
  batch.count = 1;
  addRow(batch.learned, 0);
  return { memory: newMemory(1), batch };
}

/** Lets the next bar be judged: an innovation whose cut square is `square` times `base`, the bank's variance behind the forecast. */
export function judge({ memory, batch }: OneSymbol, square: number, base: number, falls: boolean): void {
  memory.past[PAST.bars] = read(memory.past, PAST.bars) + 1;
  memory.forecasts[FORECAST.base] = base;
  batch.bars[BAR.judged] = falls ? -1 : 1;
  batch.bars[BAR.square] = square;
  batch.bars[BAR.observed] = square * base;
}

/** A copy of a filter's figures, by name. */
export const filterFigures = (filter: Float64Array): Record<keyof typeof FILTER, number> => ({
  level: read(filter, FILTER.level),
  velocity: read(filter, FILTER.velocity),
  levelVariance: read(filter, FILTER.levelVariance),
  covariance: read(filter, FILTER.covariance),
  velocityVariance: read(filter, FILTER.velocityVariance),
});
