import { ArchiveError } from './archive-error.ts';
import type { ArchiveStorage } from './archive-storage.ts';
import type { BarArchive } from './bar-archive.ts';
import { catalogueText, EMPTY_CATALOGUE, parseCatalogue, type ActionCounts, type ArchiveActions } from './catalogue.ts';
import { sha256Of } from './part-file.ts';

/*
 * Files of corporate actions in an archive, beside its bars.
 *
 * 1. A file is kept as it was given, and never changes; the catalogue says which count, and in which order they came.
 * 2. A file that says nothing new is not kept.
 */

/** Digits of the hash that a file is named by, as parts are. */
const NAME_DIGITS = 32;

/** A file of corporate actions as it was given; its name ends in its form. */
export interface ActionFile {
  readonly name: string;
  readonly form: 'csv' | 'json';
  readonly bytes: Uint8Array;
}

/** What became of a file of actions: none is kept of which all is there already. */
export interface AddedActions {
  readonly isNew: boolean;
  readonly sha256: string;
  readonly counts: ActionCounts;
}

/**
 * Takes a file of actions into an archive, which is made if there is none. `compare` holds it against the files that the archive has, and
 * throws where it is not to be taken. @throws ArchiveError where another import changes the archive meanwhile
 */
export async function addActions(
  storage: ArchiveStorage,
  { name, form, bytes }: ActionFile,
  now: number,
  compare: (held: readonly Uint8Array[]) => ActionCounts,
): Promise<AddedActions> {
  const stored = await storage.catalogue();
  const catalogue = stored === undefined ? EMPTY_CATALOGUE : parseCatalogue(stored.text, storage.name);
  const sha256 = sha256Of(bytes);
  const counts = compare(await readActionFiles({ storage, catalogue }));
  if (counts.added + counts.revised + counts.withdrawn === 0) return { isNew: false, sha256, counts };
  const path = `actions/v1/${sha256.slice(0, NAME_DIGITS)}.${form}`;
  await storage.put(path, bytes);
  const entry: ArchiveActions = { at: now, name, path, sha256, bytes: bytes.length, ...counts };
  await storage.replaceCatalogue(catalogueText({ ...catalogue, actions: [...catalogue.actions, entry] }), stored?.tag);
  return { isNew: true, sha256, counts };
}

/** The files of actions of an archive, in the order in which they came. @throws ArchiveError for one that is missing or damaged */
export async function readActionFiles({ storage, catalogue }: BarArchive): Promise<readonly Uint8Array[]> {
  const files: Uint8Array[] = [];
  for (const { path, bytes, sha256 } of catalogue.actions) {
    const content = await storage.read(path, 0, bytes);
    if (sha256Of(content) !== sha256)
      throw new ArchiveError(`${storage.name}/${path}`, 'is damaged: its SHA-256 is not the one of the catalogue');
    files.push(content);
  }
  return files;
}
