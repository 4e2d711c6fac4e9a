import { randomBytes } from 'node:crypto';
import { access, constants, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a file so that its path holds the old content or all of the new one, whatever happens on the way. @throws Error naming the
 * file when it cannot be written
 */
export async function writeAtomically(file: string, content: string): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(draft, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new Error(`${file}: cannot be written`, { cause });
  }
}

/** Checks before a long piece of work that a file can be written when it is done. @throws Error naming the file */
export async function requireWritable(file: string): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new Error(`${file}: cannot be written: there is no folder ${folder} that takes files`, { cause });
  }
  const existing = await stat(file).catch(() => undefined);
  if (existing?.isDirectory() === true) throw new Error(`${file}: cannot be written: it is a folder`);
}
