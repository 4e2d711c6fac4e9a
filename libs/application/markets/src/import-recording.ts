import { createHash } from 'node:crypto';
import { archiveStorage, BarImporter, type ArchiveImport, type KnownBars } from '@aitrader/adapter-bar-archive';
import { item, runId } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { requireOwnFeed, sha256OfTables, type KeepOptions } from './keep-fetched.ts';
import { loadRecordedVersions, type RecordedVersions } from './recorded-versions.ts';

/** A recording whose bars are to be taken into an archive. */
export interface RecordingRequest extends KeepOptions {
  readonly run: string;
  /** the archive, which is made if need be */
  readonly into: string;
  /** whose bars are meant, where the recording has those of several feeds */
  readonly feed?: string | undefined;
}

/** What became of a recording; `isNew` is false for one that the archive had already. */
export interface ImportedRecording {
  readonly run: string;
  readonly feed: string;
  readonly isNew: boolean;
  readonly entry: ArchiveImport;
  /** why the rest of the recording of a run that failed is left out */
  readonly cutShort: string | undefined;
}

/**
 * Takes the bars of a recording into an archive with all their versions, all or none of them.
 * @throws UnknownRunError, BrokenRecordingError, ArchiveError, and Error for a recording without bars of a vendor's feed
 */
export async function importRecording(
  bus: Bus,
  request: RecordingRequest,
  onProgress: (share: number) => void,
): Promise<ImportedRecording> {
  const { run, feed } = request;
  return keepRecorded(await loadRecordedVersions(bus, runId(run), feed, onProgress), request);
}

/** Puts what a recording knew into an archive. @throws ArchiveError */
export async function keepRecorded(
  { feed, adjustment, versions, cutShort }: RecordedVersions,
  { run, into, ...options }: RecordingRequest,
): Promise<ImportedRecording> {
  const storage = await archiveStorage(into);
  const importer = await BarImporter.begin(storage, options);
  const tables = versions.map(({ bars }) => bars);
  // After the beginning: an archive that others change from here on refuses the import.
  await requireOwnFeed(storage, feed, item(tables, 0));
  const source = { name: `recording ${run}`, sha256: sha256OfVersions(versions), shape: feed, adjustment, selection: '' };
  const known = importer.known(source);
  const entry = known ?? (await importer.addRecorded(source, versions));
  return { run, feed, isNew: known === undefined, entry, cutShort };
}

/** A hash of the bars and of when each was known. */
function sha256OfVersions(versions: readonly KnownBars[]): string {
  const hash = createHash('sha256').update(sha256OfTables(versions.map(({ bars }) => bars)));
  for (const { knownAt } of versions) hash.update(new Uint8Array(knownAt.buffer, knownAt.byteOffset, knownAt.byteLength));
  return hash.digest('hex');
}
