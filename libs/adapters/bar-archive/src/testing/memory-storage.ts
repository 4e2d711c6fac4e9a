import { ArchiveError } from '../archive-error.ts';
import type { ArchiveStorage } from '../archive-storage.ts';

/** An archive in memory, for properties of many archives: a disk is waited for with every write. */
export function memoryStorage(): ArchiveStorage {
  const files = new Map<string, Uint8Array>();
  let text: string | undefined;
  let writes = 0;
  const tag = (): string | undefined => (text === undefined ? undefined : String(writes));
  return {
    name: 'memory',
    catalogue: () => Promise.resolve(text === undefined ? undefined : { text, tag: String(writes) }),
    replaceCatalogue: (given, before) => {
      if (before !== tag()) return Promise.reject(new ArchiveError('memory', 'was changed by another import meanwhile'));
      [text, writes] = [given, writes + 1];
      return Promise.resolve(String(writes));
    },
    read: (name, start, end) => {
      const bytes = files.get(name);
      if (bytes === undefined || bytes.length < end) return Promise.reject(new ArchiveError(name, 'is missing or too short'));
      return Promise.resolve(bytes.slice(start, end));
    },
    put: (name, bytes) => Promise.resolve(void files.set(name, bytes.slice())),
  };
}
