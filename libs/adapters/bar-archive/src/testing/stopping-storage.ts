import type { ArchiveStorage } from '../archive-storage.ts';

/** A storage that takes so many writes, and throws at every further one, which it leaves undone. */
export function stoppingAfter(storage: ArchiveStorage, writesMax: number): ArchiveStorage {
  let writes = 0;
  const stop = async <Written>(write: () => Promise<Written>): Promise<Written> => {
    if (writes++ >= writesMax) throw new Error('stopped');
    return write();
  };
  return {
    ...storage,
    put: (name, bytes) => stop(() => storage.put(name, bytes)),
    replaceCatalogue: (text, tag) => stop(() => storage.replaceCatalogue(text, tag)),
  };
}
