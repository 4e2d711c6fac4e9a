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
  /**
   * Replaces the catalogue that has the tag, or makes the first one. Returns the tag of the new one.
   * @throws ArchiveError when it has become another one meanwhile
   */
  readonly replaceCatalogue: (text: string, tag: string | undefined) => Promise<string>;
  /** the bytes of a file from `start` to `end`, exclusive. @throws ArchiveError when it is missing, too short, or cannot be read */
  readonly read: (name: string, start: number, end: number) => Promise<Uint8Array>;
  /** stores a file, whole or not at all; one that is there already, whose name says the same content, is replaced by it */
  readonly put: (name: string, bytes: Uint8Array) => Promise<void>;
}

/** What every storage says of a file that does not reach as far as was asked. */
export const tooShort = (end: number): string => `is damaged: it ends before byte ${end}`;
