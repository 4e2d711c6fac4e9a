import { endBarCsv, newBarCsv, readRows, type RowFilter } from './bar-csv.ts';
import { readFirstRows, sizeOf } from './file-bytes.ts';
import { newRowStore } from './row-store.ts';

/** Keeps no row, and leaves what is wrong with dates to the load, which knows from when on bars are wanted. */
const KEEPS_NONE: RowFilter = { firstStart: Infinity, lastStart: -Infinity, symbols: undefined, barsMax: 0 };

/**
 * Looks at the beginning of files without loading them: that each can be read, is CSV with the header of bars, and begins with rows
 * that are bars. Returns how many bytes they have on the disk. @throws BarFileError as loading them would
 */
export async function checkBarFiles(paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const file of paths) {
    bytes += await sizeOf(file);
    const csv = newBarCsv(file, KEEPS_NONE, newRowStore());
    const isAll = await readFirstRows(file, (bytes, start, end) => readRows(csv, bytes, start, end));
    if (isAll) endBarCsv(csv);
  }
  return bytes;
}
