import path from 'node:path';
import type { Timeframe } from '@aitrader/model';
import type { ReadFile } from './bar-shape.ts';

const ADJUSTMENT_TEXT = {
  raw: 'raw prices',
  split: 'split-adjusted',
  all: 'adjusted for splits and dividends',
  unknown: 'adjustment unknown',
} as const;

/** How a file was read, in one line: `AAPL.csv: Yahoo Finance history, daily, split-adjusted, New York dates`. */
export function readingText(file: ReadFile, timeframe: Timeframe | undefined): string {
  const { shape, adjustment, times, stamp, symbol, emptyRows, newestFirst } = file;
  const parts = [
    shape,
    ...(timeframe === undefined ? [] : [timeframe === '1d' ? 'daily' : timeframe]),
    ADJUSTMENT_TEXT[adjustment],
    times,
    ...(stamp === 'end' ? ['times of the ends of bars'] : []),
    ...(newestFirst ? ['newest first'] : []),
    ...(symbol?.from === 'file name' ? [`symbol ${symbol.name} from the name of the file`] : []),
    ...(symbol?.from === 'option' ? [`symbol ${symbol.name} as told`] : []),
    ...(emptyRows > 0 ? [`${emptyRows} ${emptyRows === 1 ? 'row' : 'rows'} without prices left out`] : []),
  ];
  return `${path.basename(file.name)}: ${parts.join(', ')}`;
}
