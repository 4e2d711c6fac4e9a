import { BarImporter, folderStorage, type ArchiveImport } from '@aitrader/adapter-bar-archive';
import { loadBarFiles, type ReadingOptions } from '@aitrader/adapter-bar-files';
import { dailyClose } from '@aitrader/core-market';
import { epochMs, type Timeframe } from '@aitrader/model';
import { ioProblem, sha256OfFile } from '@aitrader/runtime-storage';
import { readingTexts } from './reading-texts.ts';
import { selectedCloses, type BarSelection } from './bar-selection.ts';

/** Files to be taken into an archive. What is wanted of them counts for each of them. */
export interface ImportRequest extends BarSelection {
  readonly files: readonly string[];
  /** the folder of the archive, which is made if need be */
  readonly into: string;
  readonly timeframe?: Timeframe | undefined;
  /** what is said of files that they do not tell */
  readonly reading: ReadingOptions;
  /** take bars that differ from those held as later versions */
  readonly revise: boolean;
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
 * Takes files into an archive, one after the other. Those before one that is refused stay imported, and a file that the archive has is
 * passed over: the same command goes on where an earlier one was stopped. @throws BarFileError, ArchiveError
 */
export async function importFiles(request: ImportRequest, watcher: ImportWatcher): Promise<void> {
  const { files, into, revise } = request;
  const importer = await BarImporter.begin(folderStorage(into), { revise, now: Date.now });
  const selection = selectionText(request);
  try {
    for (const file of files) {
      const sha256 = await hashOf(file);
      const known = importer.known({ sha256, selection });
      if (known !== undefined) {
        watcher.onFile({ file, isNew: false, entry: known, readings: [] });
        continue;
      }
      const { table, sources, files: read } = await loadFile(file, request, watcher);
      const [source] = sources;
      if (source?.sha256 !== sha256) throw new Error(`${file}: has changed while it was read`);
      const entry = await importer.add({ ...source, selection }, table);
      watcher.onFile({ file, isNew: true, entry, readings: readingTexts(read, table.timeframe) });
    }
  } finally {
    await importer.flush();
  }
}

const loadFile = (file: string, { into, timeframe, symbols, reading, ...dates }: ImportRequest, { onProgress }: ImportWatcher) =>
  loadBarFiles([file], {
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
