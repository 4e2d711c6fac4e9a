import type { Timeframe } from '@aitrader/model';
import type { ArchiveStorage } from './archive-storage.ts';
import type { ArchivePart } from './catalogue.ts';
import { boundsOf } from './part-columns.ts';
import { encodePart, sha256Of, type PartColumns } from './part-file.ts';
import { periodOf } from './period.ts';

/** Digits of the hash that a part is named by. */
const NAME_DIGITS = 32;

/** Stores columns of one period as a part, which the catalogue is to name afterwards. */
export async function storePart(
  storage: ArchiveStorage,
  columns: PartColumns,
  timeframe: Timeframe,
  known: Pick<ArchivePart, 'adjustment' | 'version' | 'imports'>,
): Promise<ArchivePart> {
  const bytes = encodePart(columns);
  const sha256 = sha256Of(bytes);
  const { firsts, lasts } = boundsOf(columns);
  const [first, last] = [Math.min(...firsts), Math.max(...lasts)];
  const period = periodOf(first, timeframe);
  const path = `bars/v1/tf=${timeframe}/date=${period}/${sha256.slice(0, NAME_DIGITS)}.parquet`;
  await storage.put(path, bytes);
  const { symbols, counts, t } = columns;
  const file = { path, sha256, bytes: bytes.length, timeframe, period, ...known };
  return { ...file, count: t.length, first, last, symbols, counts, firsts, lasts };
}
