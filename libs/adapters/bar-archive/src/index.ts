export { type ArchiveBars } from './archive-bars.ts';
export { ArchiveError } from './archive-error.ts';
export { BarImporter, type ImportOptions } from './archive-import.ts';
export { type ArchiveStorage, type StoredCatalogue } from './archive-storage.ts';
export {
  openArchive,
  readBare,
  readSelected,
  selectFrom,
  type ArchiveSelection,
  type BarArchive,
  type SelectedBars,
} from './bar-archive.ts';
export { type ArchiveImport, type ArchivePart, type ArchiveSource, type Catalogue } from './catalogue.ts';
export { folderStorage, isArchiveFolder } from './folder-storage.ts';
