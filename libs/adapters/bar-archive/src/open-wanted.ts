import { ArchiveError } from './archive-error.ts';
import type { ArchiveStorage } from './archive-storage.ts';
import type { ArchivePart } from './catalogue.ts';
import { openPart, openPieces, readFooter, sha256Of, type OpenPart, type PartPiece, type RowRange } from './part-file.ts';

/*
 * A part is read whole and held against its hash; or, where little of it is wanted, in pieces, each page of which is held against the
 * checksum that it was compressed with, and the length and the number of rows against the catalogue.
 */

/** Up to this share of its rows, a part is read in pieces. */
const ROWS_SHARE_MAX = 0.25;
/** Smaller ones are read whole: two more requests take longer than their bytes. */
const PIECEWISE_BYTES_MIN = 256 * 1024;

/** Opens a part of which some rows are wanted; the row groups that these are in can be read. @throws ArchiveError when it is missing or damaged */
export async function openWanted(storage: ArchiveStorage, part: ArchivePart, wanted: readonly RowRange[]): Promise<OpenPart> {
  const rows = wanted.reduce((sum, { rowStart, rowEnd }) => sum + rowEnd - rowStart, 0);
  const isLittle = part.bytes >= PIECEWISE_BYTES_MIN && rows <= ROWS_SHARE_MAX * part.count;
  return (isLittle ? await openInPieces(storage, part, wanted) : undefined) ?? openWhole(storage, part);
}

async function openWhole(storage: ArchiveStorage, part: ArchivePart): Promise<OpenPart> {
  const place = placeOf(storage, part);
  const bytes = await storage.read(part.path, 0, part.bytes);
  if (sha256Of(bytes) !== part.sha256) throw new ArchiveError(place, 'is damaged: its SHA-256 is not the one of the catalogue');
  return openPart(bytes, place);
}

async function openInPieces(
  storage: ArchiveStorage,
  part: ArchivePart,
  wanted: readonly RowRange[],
): Promise<OpenPart | undefined> {
  const place = placeOf(storage, part);
  const read = (start: number, end: number): Promise<Uint8Array> => storage.read(part.path, start, end);
  const footer = await readFooter(read, part, place);
  if (footer === undefined) return undefined;
  const stretches: { start: number; end: number }[] = [];
  for (const group of footer.groups) {
    if (!wanted.some(({ rowStart, rowEnd }) => rowStart < group.rowEnd && rowEnd > group.rowStart)) continue;
    const before = stretches.at(-1);
    if (before?.end === group.start) before.end = group.end;
    else stretches.push({ start: group.start, end: group.end });
  }
  const pieces: PartPiece[] = [];
  for (const { start, end } of stretches) pieces.push({ start, bytes: await read(start, end) });
  return openPieces(pieces, footer, place);
}

const placeOf = (storage: ArchiveStorage, part: ArchivePart): string => `${storage.name}/${part.path}`;
