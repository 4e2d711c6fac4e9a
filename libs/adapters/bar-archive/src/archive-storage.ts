/** A catalogue's text and what it is told from another version by. */
export interface StoredCatalogue {
  readonly text: string;
  readonly tag: string;
}

/**
 * Where an archive lies: a folder, or a container of blobs. Names have forward slashes. What was put cannot be changed; the catalogue
 * alone is replaced, and by one writer at a time.
 */
export interface ArchiveStorage {
  /** how messages name it */
  readonly name: string;
  /** the catalogue; undefined where there is none */
  readonly catalogue: () => Promise<StoredCatalogue | undefined>;
  /** replaces the catalogue that has the tag, or makes the first one. @throws ArchiveError when it has become another one meanwhile */
  readonly replaceCatalogue: (text: string, tag: string | undefined) => Promise<void>;
  /** all bytes of a file. @throws ArchiveError when it is missing or cannot be read */
  readonly get: (name: string) => Promise<Uint8Array>;
  /** stores a file, whole or not at all; one that is there already, whose name says the same content, is replaced by it */
  readonly put: (name: string, bytes: Uint8Array) => Promise<void>;
}
