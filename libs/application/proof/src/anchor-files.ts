import { existsSync } from 'node:fs';
import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isMissingFile, makeFolder } from '@aitrader/runtime-storage';
import { anchorIn, anchorLine, whyNotNext, whyNotSigned, type Anchor } from './anchor.ts';
import { HASH_BYTES } from './merkle.ts';

/*
 * The anchors of a run in its home: a file of one line of JSON each, which only grows, and beside it the leaves of all anchored messages, 32 bytes each, by
 * which the very message is found that was changed. The leaves prove nothing by themselves: they count as far as they have the roots that are signed.
 *
 * 1. An anchor counts once its line has come to the disk, whole and with its end. A line without is what a crash has left of one, and is written anew.
 * 2. Leaves are there before the line that rests on them, so that a block which was about to be signed is signed as the same block after a crash.
 */

/** Where a home keeps them. */
export interface AnchorFiles {
  readonly lines: string;
  readonly leaves: string;
  /** held while something is signed or written */
  readonly lock: string;
}

export function anchorFilesOf(home: string, run: string): AnchorFiles {
  const at = path.join(home, 'anchors', run);
  return { lines: `${at}.jsonl`, leaves: `${at}.leaves`, lock: `${at}.lock` };
}

/** What is wrong with a chain of anchors, or with a recording by it: the first place. */
export interface ChainProblem {
  readonly block: number;
  /** the message that is at fault, or the first one of the block */
  readonly seq: number;
  readonly problem: string;
}

/** The anchors of a run, as far as they are sound. */
export interface AnchorChain {
  readonly anchors: readonly Anchor[];
  /** where they are not; undefined when all are */
  readonly problem: ChainProblem | undefined;
  /** bytes of the lines that are whole */
  readonly bytes: number;
  /** the last line has no end: a crash cut it off */
  readonly isTorn: boolean;
}

/** Reads the anchors of a run and holds them against the keys and against one another, up to the first that is not sound. @throws Error of the file system */
export async function readAnchors(file: string, run: string, keys: readonly string[]): Promise<AnchorChain> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissingFile(error)) return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const chain = { bytes: Buffer.byteLength(whole), isTorn: whole.length < text.length };
  const anchors: Anchor[] = [];
  for (const [i, line] of whole.split('\n').slice(0, -1).entries()) {
    const before = anchors.at(-1);
    const said = anchorIn(line);
    const problem = 'problem' in said ? said.problem : (whyNotNext(said, run, before) ?? whyNotSigned(said, keys));
    if (problem !== undefined || 'problem' in said) {
      const place = { block: (before?.block ?? 0) + 1, seq: (before?.last ?? 0) + 1 };
      return {
        ...chain,
        anchors,
        problem: { ...place, problem: `${file}, line ${i + 1}: block ${place.block} ${problem ?? ''}` },
      };
    }
    anchors.push(said);
  }
  return { ...chain, anchors, problem: undefined };
}

/** The leaves that are kept of messages `first` … `last`, fewer where the file ends before. @throws Error of the file system */
export async function readLeaves(file: string, first: number, last: number): Promise<Uint8Array> {
  const wanted = Buffer.alloc((last - first + 1) * HASH_BYTES);
  if (!existsSync(file)) return wanted.subarray(0, 0);
  const handle = await open(file, 'r');
  try {
    let length = 0;
    while (length < wanted.length) {
      const { bytesRead } = await handle.read(wanted, length, wanted.length - length, (first - 1) * HASH_BYTES + length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return wanted.subarray(0, length - (length % HASH_BYTES));
  } finally {
    await handle.close();
  }
}

/** How many messages there are whole leaves of. */
export async function keptLeaves(file: string): Promise<number> {
  const { size } = await stat(file).catch((error: unknown) => {
    if (isMissingFile(error)) return { size: 0 };
    throw error;
  });
  return Math.floor(size / HASH_BYTES);
}

/** Puts the leaves of messages from `first` on, the last ones that there are, on the disk. @throws Error of the file system */
export async function writeLeaves(file: string, first: number, leaves: Uint8Array): Promise<void> {
  const start = (first - 1) * HASH_BYTES;
  await written(file, 'r+', async (handle) => {
    for (let done = 0; done < leaves.length;)
      done += (await handle.write(leaves, done, leaves.length - done, start + done)).bytesWritten;
    await handle.truncate(start + leaves.length);
  });
}

/** Puts an anchor on the disk, behind the lines that are whole. Returns the bytes of these and its own. @throws Error of the file system */
export async function appendAnchor(
  file: string,
  anchor: Anchor,
  { bytes, isTorn }: Pick<AnchorChain, 'bytes' | 'isTorn'>,
): Promise<number> {
  const line = Buffer.from(`${anchorLine(anchor)}\n`);
  await written(file, 'a', async (handle) => {
    if (isTorn) await handle.truncate(bytes);
    await handle.appendFile(line);
  });
  return bytes + line.length;
}

/** Does something to a file, which is made where there is none, and waits until that is on the disk. */
async function written(file: string, flags: 'r+' | 'a', work: (handle: FileHandle) => Promise<void>): Promise<void> {
  const isNew = !existsSync(file);
  if (isNew) makeFolder(path.dirname(file));
  const handle = await open(file, isNew && flags === 'r+' ? 'w' : flags);
  try {
    await work(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (isNew) await syncFolder(path.dirname(file));
}

/** A new file is there after a power cut once its folder is on the disk; not all systems let a folder be opened for that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
