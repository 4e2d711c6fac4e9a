import path from 'node:path';
import { canonicalSpelling, canonicalTicker } from '@aitrader/model';
import { BarFileError } from './bar-file-error.ts';
import type { BarShape, ReadFile, ReadingOptions } from './bar-shape.ts';

/** Endings of files, which are no part of a symbol. */
const ENDINGS = /(?:\.(?:csv|tsv|txt|json|jsonl|ndjson|parquet|pq|gz|zip))+$/i;

/** Where a symbol trades, as Stooq, EODHD and others put it behind its name: all that is read here does. */
const US_MARKET = /\.US$/;

/** A folder that says what its files lack, as tables are parted by pandas, Spark and others: `symbol=AAPL/0.parquet`. */
const PARTITION = /(?:^|[\\/])(?:symbol|ticker)=([^\\/]+)[\\/][^\\/]*$/i;

/**
 * The symbol of a file that names none: what was said, or else the file's name. @throws BarFileError when that is no symbol either
 */
export function symbolInName(file: string, shape: BarShape, { symbol }: ReadingOptions): NonNullable<ReadFile['symbol']> {
  if (symbol !== undefined) return { name: canonicalSpelling(symbol.toUpperCase()), from: 'option' };
  const base = PARTITION.exec(file)?.[1] ?? path.basename(file).replace(ENDINGS, '');
  const name = (shape.symbolInName?.exec(base)?.[1] ?? base).toUpperCase().replace(US_MARKET, '');
  try {
    return { name: canonicalTicker(name), from: 'file name' };
  } catch (cause) {
    throw new BarFileError(
      { file },
      'names no symbol in a column, and its name is none: say it with --symbol, such as --symbol AAPL',
      { cause },
    );
  }
}
