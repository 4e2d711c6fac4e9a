import { archiveStorage, BarImporter, type ArchiveImport } from '@aitrader/adapter-bar-archive';
import type { LoadOptions, ReadingOptions } from '@aitrader/adapter-bar-files';
import { dailyClose } from '@aitrader/core-market';
import { epochMs, type Timeframe } from '@aitrader/model';
import { ioProblem, sha256OfFile } from '@aitrader/runtime-storage';
import { loadInPieces, PIECE_BARS_MAX, type Piece } from './file-pieces.ts';
import { readingTexts } from './reading-texts.ts';
import { selectedCloses, type BarSelection } from './bar-selection.ts';

/** Files to be taken into an archive. What is wanted of them counts for each of them. */
export interface ImportRequest extends BarSelection {
  readonly files: readonly string[];
  /** the archive, which is made if need be */
  readonly into: string;
  readonly timeframe?: Timeframe | undefined;
  /** what is said of files that they do not tell */
  readonly reading: ReadingOptions;
  /** take bars that differ from those held as later versions */
  readonly revise: boolean;
  /** most bars that are held of a file; `PIECE_BARS_MAX` when absent */
  readonly pieceBarsMax?: number | undefined;
}

/** What became of a file; `isNew` is false for one that the archive had already. */
export interface ImportedFile {
  readonly file: string;
  readonly isNew: boolean;
  readonly entry: ArchiveImport;
  /** how it was read, where it is of another shape than the product's own */
  readonly readings: readonly string[];
}

/** Whom an import tells how it goes. */
export interface ImportWatcher {
  readonly onProgress: (file: string, share: number) => void;
  /** a file was taken, or passed over; what is new of it is stored by the end, or before, when there is enough */
  readonly onFile: (imported: ImportedFile) => void;
}

/**
 * Takes files into an archive, one after the other. A file with more bars than are held at once is read in pieces. Those before one that is
 * refused stay imported, and a file or piece that the archive has is passed over: the same command goes on where an earlier one was
 * stopped. @throws BarFileError, ArchiveError
 */
export async function importFiles(request: ImportRequest, watcher: ImportWatcher): Promise<void> {
  const { files, into, revise } = request;
  const importer = await BarImporter.begin(await archiveStorage(into), { revise, now: Date.now });
  try {
    for (const file of files) await importFile(importer, file, request, watcher);
  } finally {
    await importer.flush();
  }
}

async function importFile(importer: BarImporter, file: string, request: ImportRequest, watcher: ImportWatcher): Promise<void> {
  const sha256 = await hashOf(file);
  const selection = selectionText(request);
  const known = importer.known({ sha256, selection }) ?? lastPiece(importer.imports, sha256, selection);
  if (known !== undefined) {
    watcher.onFile({ file, isNew: false, entry: known, readings: [] });
    return;
  }
  const reading = {
    options: optionsOf(file, request, watcher),
    barsMax: request.pieceBarsMax ?? PIECE_BARS_MAX,
    isWanted: (piece: Piece) => importer.known({ sha256, selection: pieceText(selection, piece) }) === undefined,
  };
  for await (const { piece, table, sources, files: read } of loadInPieces(file, reading)) {
    const [source] = sources;
    if (source?.sha256 !== sha256) throw new Error(`${file}: has changed while it was read`);
    const selected = piece === undefined ? selection : pieceText(selection, piece);
    const entry = await importer.add({ ...source, selection: selected }, table);
    watcher.onFile({ file, isNew: true, entry, readings: readingTexts(read, table.timeframe) });
  }
}

/** The last of the pieces of a file, when the archive has all of them. */
function lastPiece(imports: readonly ArchiveImport[], sha256: string, selection: string): ArchiveImport | undefined {
  const ends = selection === '' ? '' : `, ${selection}`;
  const cuts = new Map<string, Set<string>>();
  for (const entry of imports) {
    const [, index, of] = PIECE.exec(entry.selection) ?? [];
    if (entry.sha256 !== sha256 || index === undefined || of === undefined || !isOfSelection(entry.selection, ends)) continue;
    const pieces = cuts.get(of) ?? new Set();
    cuts.set(of, pieces.add(index));
    if (pieces.size === Number(of)) return entry;
  }
  return undefined;
}

/** Whether a piece's words end in those of a selection, or, where that is empty, in its own. */
const isOfSelection = (text: string, ends: string): boolean => (ends === '' ? !text.includes(', ') : text.endsWith(ends));

const PIECE = /^piece (\d+) of (\d+)/;

/** In words that tell the piece from every other one of the file, and of another cut of it. */
function pieceText(selection: string, { index, of, from, to }: Piece): string {
  const stretch = `piece ${index + 1} of ${of}: closes ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  return selection === '' ? stretch : `${stretch}, ${selection}`;
}

const optionsOf = (
  file: string,
  { into, timeframe, symbols, reading, ...dates }: ImportRequest,
  { onProgress }: ImportWatcher,
): LoadOptions => ({
  ...(timeframe === undefined ? {} : { timeframe }),
  ...selectedCloses(into, dates),
  ...reading,
  ...(symbols === undefined ? {} : { symbols }),
  closeOfDay: (start) => dailyClose(epochMs(start)),
  onProgress: (bytes, total) => onProgress(file, total === 0 ? 1 : bytes / total),
});

async function hashOf(file: string): Promise<string> {
  try {
    return await sha256OfFile(file);
  } catch (cause) {
    throw new Error(`${file}: ${ioProblem(cause)}`, { cause });
  }
}

/** What of a file is wanted and what is said of it, in words; empty for all of it as it is. */
function selectionText({ from, to, symbols, timeframe, reading }: ImportRequest): string {
  const parts = [
    ...Object.entries(reading).map(([name, value]) => `${name} ${String(value)}`),
    timeframe === undefined ? '' : `as ${timeframe}`,
    from === undefined ? '' : `from ${from}`,
    to === undefined ? '' : `to ${to}`,
    symbols === undefined ? '' : `of ${[...symbols].sort().join(' ')}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}
