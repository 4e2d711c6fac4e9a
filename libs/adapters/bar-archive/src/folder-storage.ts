import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ioCode, ioProblem, isMissingFile, makeFolder, writeAtomically } from '@aitrader/runtime-storage';
import { ArchiveError } from './archive-error.ts';
import { tooShort, type ArchiveStorage, type StoredCatalogue } from './archive-storage.ts';
import { CATALOGUE_NAME } from './catalogue.ts';

const LOCK_NAME = 'catalogue.lock';
/** A catalogue is replaced within milliseconds: whoever holds the lock for longer has died in a way that left no trace. */
const LOCK_WAITS_MAX = 100;
const LOCK_WAIT_MS = 50;

const tagOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An archive in a folder of this machine. The folder is made when something is stored. */
export function folderStorage(folder: string): ArchiveStorage {
  const catalogue = (): Promise<StoredCatalogue | undefined> => readCatalogue(path.join(folder, CATALOGUE_NAME));
  return {
    name: folder,
    catalogue,
    replaceCatalogue: async (text, tag) => {
      makeOwnFolder(folder);
      const release = await lock(folder);
      try {
        if ((await catalogue())?.tag !== tag)
          throw new ArchiveError(folder, 'was changed by another import meanwhile: run this one again, it goes on where it was');
        await writeAtomically(path.join(folder, CATALOGUE_NAME), text);
        return tagOf(text);
      } finally {
        await release();
      }
    },
    read: (name, start, end) => readBytes(path.join(folder, name), start, end),
    put: async (name, bytes) => {
      const file = path.join(folder, name);
      makeOwnFolder(path.dirname(file));
      await writeAtomically(file, onePiece(bytes));
    },
  };
}

/** Whether a path is the folder of an archive: it has a catalogue. */
export const isArchiveFolder = (folder: string): boolean => existsSync(path.join(folder, CATALOGUE_NAME));

async function readCatalogue(file: string): Promise<StoredCatalogue | undefined> {
  try {
    const text = await readFile(file, 'utf8');
    return { text, tag: tagOf(text) };
  } catch (cause) {
    if (isMissingFile(cause)) return undefined;
    throw new ArchiveError(file, ioProblem(cause), { cause });
  }
}

async function readBytes(file: string, start: number, end: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(end - start);
  let length = 0;
  try {
    const handle = await open(file);
    try {
      for (let read = -1; read !== 0 && length < bytes.length; length += read)
        read = (await handle.read(bytes, length, bytes.length - length, start + length)).bytesRead;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new ArchiveError(file, `which the archive's catalogue names, ${ioProblem(cause)}`, { cause });
  }
  if (length < bytes.length) throw new ArchiveError(file, tooShort(end));
  return bytes;
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function makeOwnFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new ArchiveError(folder, ioProblem(cause), { cause });
  }
}

/**
 * Holds the archive's lock, a file with the holder's process id; that of a process that is gone is taken over. The file
 * gets its name with its content (a link to a draft): a holder that is killed never leaves a lock that names nobody.
 */
async function lock(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, LOCK_NAME);
  const draft = `${file}.${process.pid}`;
  for (let waits = 0; waits < LOCK_WAITS_MAX; waits++) {
    if (await isTaken(draft, file)) return () => rm(file, { force: true });
    if (await isAbandoned(file)) await rm(file, { force: true });
    else await sleep(LOCK_WAIT_MS);
  }
  throw new ArchiveError(file, 'is held by another import: if none is running, remove this file');
}

async function isTaken(draft: string, file: string): Promise<boolean> {
  try {
    await writeFile(draft, String(process.pid));
    await link(draft, file);
    return true;
  } catch (cause) {
    if (ioCode(cause) === 'EEXIST') return false;
    throw new ArchiveError(file, ioProblem(cause), { cause });
  } finally {
    await rm(draft, { force: true });
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const holder = Number(text);
  if (text === '' || !Number.isSafeInteger(holder)) return false;
  try {
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return ioCode(error) === 'ESRCH';
  }
}
