import { randomBytes } from 'node:crypto';
import { access, constants, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ioProblem, isMissingFile } from './io-problem.ts';

/** What a file is to hold: a text, or pieces that are written as they come. */
export type FileContent = string | AsyncIterable<Uint8Array>;

const unwritable = (file: string, problem: string, cause?: unknown): Error =>
  new Error(`${file}: cannot be written: ${problem}`, cause === undefined ? undefined : { cause });

/** What is wrong with a folder that a file was to be written to. */
const folderProblem = (folder: string, error: unknown): string => `the folder ${folder} ${ioProblem(error)}`;

/**
 * Writes a file so that its path holds the old content or all of the new one, whatever happens on the way. @throws Error naming the
 * file when it cannot be written
 */
export async function writeAtomically(file: string, content: FileContent): Promise<void> {
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
    throw unwritable(
      file,
      isMissingFile(cause) ? folderProblem(path.dirname(path.resolve(file)), cause) : ioProblem(cause),
      cause,
    );
  }
}

/** Checks before a long piece of work that a file can be written when it is done. @throws Error naming the file */
export async function requireWritable(file: string): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw unwritable(file, folderProblem(folder, cause), cause);
  }
  const existing = await stat(file).catch(() => undefined);
  if (existing?.isDirectory() === true) throw unwritable(file, 'it is a folder');
}

/** Checks that writing a file would replace nothing. @throws Error naming the file, with `problem` when it is there */
export async function requireNew(file: string, problem: string): Promise<void> {
  const existing = await stat(file).catch(() => undefined);
  if (existing !== undefined) throw unwritable(file, problem);
}
