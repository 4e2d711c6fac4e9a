import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ioCode, ioProblem, isMissingFile } from './io-problem.ts';

/** A key file cannot be used; the message names the file, never what is in it. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file}: ${problem}`, cause === undefined ? undefined : { cause });
  }
}

/** Where a home keeps its keys: a file each, named after who or what it is of. */
export const keyFolderOf = (home: string): string => path.join(home, 'keys');

/** The file of one key of a home. `name` has an ending, such as `risk.nk`. */
export const keyFileOf = (home: string, name: string): string => path.join(keyFolderOf(home), name);

/** Bits of a file's mode by which others than its owner's group read it, or any but the owner change it. */
const TOO_OPEN = 0o027;

/**
 * The key of a file: one line of text, made by `make` when there is none yet. Any number of processes may ask at once: all get the one that
 * came first. @throws KeyFileError
 */
export async function keptKey(file: string, make: () => string): Promise<string> {
  const kept = await keyIn(file);
  if (kept !== undefined) return kept;
  const draft = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeKey(draft, make());
    // a link never replaces what another process has put there meanwhile
    await link(draft, file).catch((error: unknown) => {
      if (ioCode(error) !== 'EEXIST') throw error;
    });
  } catch (cause) {
    throw new KeyFileError(file, `cannot be written: it ${ioProblem(cause)}`, cause);
  } finally {
    await rm(draft, { force: true });
  }
  return readKey(file);
}

async function writeKey(file: string, key: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(`${key}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // whatever the process takes away from what it makes
  await chmod(file, 0o600);
}

/** The key of a file that has to be there. @throws KeyFileError */
export async function readKey(file: string): Promise<string> {
  const key = await keyIn(file);
  if (key === undefined) throw new KeyFileError(file, 'does not exist');
  return key;
}

async function keyIn(file: string): Promise<string | undefined> {
  let text: string;
  try {
    const { mode } = await stat(file);
    if (process.platform !== 'win32' && (mode & TOO_OPEN) !== 0) throw new KeyFileError(file, tooOpen(mode));
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (isMissingFile(cause)) return undefined;
    throw cause instanceof KeyFileError ? cause : new KeyFileError(file, ioProblem(cause), cause);
  }
  const key = text.trim();
  if (key === '' || key.includes('\n')) throw new KeyFileError(file, 'must hold one line, the key');
  return key;
}

const tooOpen = (mode: number): string =>
  `is open to other users (mode ${(mode & 0o777).toString(8).padStart(4, '0')}): make it 0600, or a new key if they may have seen it`;
