import { createHash } from 'node:crypto';
import path from 'node:path';
import {
  ArchiveError,
  archiveStorage,
  BarImporter,
  isBlobAddress,
  openArchive,
  type ArchiveStorage,
} from '@aitrader/adapter-bar-archive';
import type { FetchedBars } from './fetch-bars.ts';
import type { MarketBars } from './market-bars.ts';
import { isBarFileName, writeBars } from './write-bars.ts';

/*
 * Where fetched bars go: a file or an archive.
 *
 * 1. Bars of one vendor's feed are never added to those of another.
 */

/** How what is there is treated: an archive takes bars that differ as later versions, or refuses them. */
export interface KeepOptions {
  readonly revise: boolean;
  /** epoch ms */
  readonly now: () => number;
}

/** What became of the bars: written to a file, or new, there already, and later versions in an archive. */
export interface KeptBars {
  readonly added: number;
  readonly held: number;
  readonly revised: number;
}

/** Whether a target is an archive: one in Blob storage, or a folder, which is what is named without an ending. @throws Error for a name with an ending of its own */
export function isArchiveTarget(into: string): boolean {
  if (isBlobAddress(into)) return true;
  if (isBarFileName(into)) return false;
  if (path.extname(into) === '') return true;
  throw new Error(
    `${into}: bars go into a file whose name ends in .csv or .csv.gz, or into an archive, a folder without an ending`,
  );
}

/** Puts bars into a file or an archive, all of them or none. @throws ArchiveError, Error naming the file */
export async function keepFetched(into: string, fetched: FetchedBars, options: KeepOptions): Promise<KeptBars> {
  const { table, adjustment } = fetched;
  if (!isArchiveTarget(into)) {
    await writeBars(into, table);
    return { added: table.count, held: 0, revised: 0 };
  }
  const storage = await archiveStorage(into);
  const importer = await BarImporter.begin(storage, options);
  // After the beginning: an archive that others change from here on refuses the import.
  await requireOwnFeed(storage, shapeOf(fetched), table);
  const shape = shapeOf(fetched);
  const source = { name: shape, sha256: sha256OfTables([table]), shape, adjustment, selection: '' };
  if (importer.known(source) !== undefined) return { added: 0, held: table.count, revised: 0 };
  const { added, held, revised } = await importer.add(source, table);
  await importer.flush();
  return { added, held, revised };
}

/** A feed is spelled as a live slice says it, so that bars of the one that were recorded and that were fetched meet. */
const shapeOf = ({ vendor, feed }: FetchedBars): string => `${vendor}/${feed}`;
const FEED = /^[a-z]+\/[a-z]+$/;
/** How archives said it that were begun earlier. */
const EARLIER = /^vendor ([a-z]+), feed ([a-z]+)$/;

/** The feed that an import is of; undefined for one of a file, whose shape is that of the file. */
export function feedOfShape(shape: string): string | undefined {
  const [, vendor, feed] = EARLIER.exec(shape) ?? [];
  if (vendor !== undefined && feed !== undefined) return `${vendor}/${feed}`;
  return FEED.test(shape) ? shape : undefined;
}

/** @throws ArchiveError when the archive has bars of these symbols from another feed than their own */
export async function requireOwnFeed(
  storage: ArchiveStorage,
  own: string,
  { timeframe, symbols }: Pick<MarketBars, 'timeframe' | 'symbols'>,
): Promise<void> {
  if ((await storage.catalogue()) === undefined) return;
  const { imports, parts } = (await openArchive(storage)).catalogue;
  const feeds = imports.map(({ id, shape }) => [id, feedOfShape(shape)] as const);
  const foreign = new Map(feeds.filter(([, feed]) => feed !== undefined && feed !== own));
  const wanted = new Set(symbols);
  for (const part of parts) {
    if (part.timeframe !== timeframe) continue;
    const shape = part.imports.map((id) => foreign.get(id)).find((each) => each !== undefined);
    const symbol = shape === undefined ? undefined : part.symbols.find((each) => wanted.has(each));
    if (symbol !== undefined)
      throw new ArchiveError(
        storage.name,
        `may have ${symbol} from ${shape}, which is never mixed with ${own}: name another archive`,
      );
  }
}

/** A hash of bars, by which the archive knows them again. */
export function sha256OfTables(tables: readonly MarketBars[]): string {
  const hash = createHash('sha256');
  for (const { timeframe, symbols, count, t, symbol, open, high, low, close, volume } of tables) {
    hash.update(JSON.stringify([timeframe, symbols, count]));
    for (const column of [t, symbol, open, high, low, close, volume])
      hash.update(new Uint8Array(column.buffer, column.byteOffset, count * column.BYTES_PER_ELEMENT));
  }
  return hash.digest('hex');
}
