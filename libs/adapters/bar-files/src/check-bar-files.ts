import type { ReadFile, ReadingOptions } from './bar-shape.ts';
import type { RowFilter } from './bar-sink.ts';
import { sizeOf } from './file-bytes.ts';
import { lookAtBarFile, readBarFile } from './read-bar-file.ts';
import { requireOfUse, requireReadable } from './reading-options.ts';
import { newRowStore } from './row-store.ts';

/** Keeps no row, and leaves what is wrong with dates to the load, which knows from when on bars are wanted. */
const KEEPS_NONE: RowFilter = { firstStart: Infinity, lastStart: -Infinity, symbols: undefined, barsMax: 0 };
/** Up to this size, JSON, Parquet and archives are read whole to be looked at. */
const WHOLE_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Looks at the beginning of files without loading them: that each can be read, is of a shape that has bars, and begins with rows that are
 * bars. Of large ones that are no text nothing is looked at but what they are. Returns how many bytes they have on the disk, and how they
 * are read as far as that tells. @throws BarFileError as loading them would
 */
export async function checkBarFiles(
  paths: readonly string[],
  options: ReadingOptions = {},
): Promise<{ readonly bytes: number; readonly files: readonly ReadFile[] }> {
  requireReadable(options);
  let bytes = 0;
  let isAllSeen = true;
  const files: ReadFile[] = [];
  for (const file of paths) {
    const size = await sizeOf(file);
    bytes += size;
    const reading = { rows: newRowStore(), filter: KEEPS_NONE, options };
    const looked = await lookAtBarFile(file, reading);
    if (looked !== undefined) files.push(looked);
    else if (size <= WHOLE_BYTES_MAX) files.push(...(await readBarFile(file, reading, () => undefined)).files);
    else isAllSeen = false;
  }
  if (isAllSeen) requireOfUse(options, files);
  return { bytes, files };
}
