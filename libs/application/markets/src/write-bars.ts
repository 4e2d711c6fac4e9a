import { compose, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { barCsvText } from '@aitrader/adapter-bar-files';
import { dailyClose } from '@aitrader/core-market';
import { newYorkDate, newYorkInstant } from '@aitrader/core-sessions';
import { epochMs, MINUTES_OF, type Timeframe } from '@aitrader/model';
import { writeAtomically } from '@aitrader/runtime-storage';
import type { MarketBars } from './market-bars.ts';

const MINUTE_MS = 60_000;
const NAME = /\.csv(\.gz)?$/;

/** Whether a name says that bars are to be written as CSV. */
export const isBarFileName = (file: string): boolean => NAME.test(file);

/** @throws Error for a name that does not say how the bars are to be written */
export function requireBarFileName(file: string): void {
  if (!isBarFileName(file)) throw new Error(`${file}: bars are written as CSV: give it a name that ends in .csv or .csv.gz`);
}

/**
 * Writes bars as a file that can be given as bars again, packed when its name ends in `.gz`; all of it or nothing. Loading it gives the
 * same table. @throws Error naming the file
 */
export async function writeBars(file: string, table: MarketBars): Promise<void> {
  requireBarFileName(file);
  const text = Readable.from(barCsvText(table, startOf(table.timeframe)));
  await writeAtomically(file, file.endsWith('.gz') ? compose(text, createGzip()) : text);
}

/** The start of a bar by its close; of a daily one, midnight in New York. @throws Error for a close that no daily bar has */
function startOf(timeframe: Timeframe): (close: number) => number {
  if (timeframe !== '1d') return (close) => close - MINUTES_OF[timeframe] * MINUTE_MS;
  return (close) => {
    const start = newYorkInstant(newYorkDate(epochMs(close)), 0);
    if (dailyClose(start) !== close)
      throw new Error(`a daily bar closes at ${new Date(close).toISOString()}, which is no close of its day`);
    return start;
  };
}
