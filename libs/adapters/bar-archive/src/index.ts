export { type ArchiveBars } from './archive-bars.ts';
export { archiveAsOf, toldAt, type AsOf } from './archive-as-of.ts';
export { ArchiveError } from './archive-error.ts';
export { BarImporter, type ImportOptions } from './archive-import.ts';
export { archiveStorage, isArchive } from './archive-address.ts';
export { type ArchiveStorage, type StoredCatalogue } from './archive-storage.ts';
export {
  openArchive,
  readCatalogue,
  readBare,
  readSelected,
  selectFrom,
  type ArchiveSelection,
  type BarArchive,
  type SelectedBars,
} from './bar-archive.ts';
export { addActions, readActionFiles, type ActionFile, type AddedActions } from './archive-actions.ts';
export {
  type ActionCounts,
  type ArchiveActions,
  type ArchiveImport,
  type ArchivePart,
  type ArchiveSource,
  type Catalogue,
  partsToRead,
} from './catalogue.ts';
export { compactArchive, type Compaction } from './compact-archive.ts';
export { type KnownBars } from './known-versions.ts';
export { isBlobAddress } from './blob-address.ts';
export { keptBlobs, type KeptFiles } from './kept-blobs.ts';
export { writeOnceBlobs, type WriteOnceTexts } from './write-once-blobs.ts';
export { folderStorage } from './folder-storage.ts';
