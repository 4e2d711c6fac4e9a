import { endBarCsv, newBarCsv, readingOf, readRows } from './bar-csv.ts';
import type { ReadFile, ReadingOptions } from './bar-shape.ts';
import { newBarSink, type RowFilter } from './bar-sink.ts';
import { readFirstRows, sizeOf } from './file-bytes.ts';
import { requireOfUse, requireReadable } from './reading-options.ts';
import { newRowStore } from './row-store.ts';

/** Keeps no row, and leaves what is wrong with dates to the load, which knows from when on bars are wanted. */
const KEEPS_NONE: RowFilter = { firstStart: Infinity, lastStart: -Infinity, symbols: undefined, barsMax: 0 };

/**
 * Looks at the beginning of files without loading them: that each can be read, is CSV with the header of bars, and begins with rows
 * that are bars. Returns how many bytes they have on the disk, and how they are read as far as that tells. @throws BarFileError as
 * loading them would
 */
export async function checkBarFiles(
  paths: readonly string[],
  options: ReadingOptions = {},
): Promise<{ readonly bytes: number; readonly files: readonly ReadFile[] }> {
  requireReadable(options);
  let bytes = 0;
  const files: ReadFile[] = [];
  for (const file of paths) {
    bytes += await sizeOf(file);
    const csv = newBarCsv(newBarSink(file, 'line', KEEPS_NONE, newRowStore(), options));
    const isAll = await readFirstRows(file, (bytes, start, end) => readRows(csv, bytes, start, end));
    files.push(isAll ? endBarCsv(csv) : readingOf(csv));
  }
  requireOfUse(options, files);
  return { bytes, files };
}
