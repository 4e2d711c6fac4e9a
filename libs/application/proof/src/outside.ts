import { randomBytes } from 'node:crypto';
import { chmod, link, open, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { isBlobAddress, writeOnceBlobs, type WriteOnceTexts } from '@aitrader/adapter-bar-archive';
import { ioCode, ioProblem, isMissingFile, makeFolder } from '@aitrader/runtime-storage';
import { anchorIn, anchorLine, type Anchor } from './anchor.ts';

/*
 * Anchors outside of the home: a text for each block, stored once and never replaced, with the anchor on its first line and the leaves of its messages on
 * the second. Who has the home and its key cannot change these, if the place is somebody else's.
 */

/** The variable that names the place: a folder, or `azure://account/container[/prefix]`. */
export const OUTSIDE_VARIABLE = 'AITRADER_ANCHORS';
const BLOCK_DIGITS = 8;

/** What stands outside of a block. */
export interface OutsideBlock {
  readonly anchor: Anchor;
  readonly leaves: Uint8Array;
}

export const outsideName = (run: string, block: number): string => `${run}/${String(block).padStart(BLOCK_DIGITS, '0')}.json`;

export const outsideText = ({ anchor, leaves }: OutsideBlock): string =>
  `${anchorLine(anchor)}\n${Buffer.from(leaves).toString('base64')}\n`;

/** What a text from outside says, or what is wrong with it. */
export function outsideBlock(text: string): OutsideBlock | { readonly problem: string } {
  const [line = '', leaves = ''] = text.split('\n');
  const anchor = anchorIn(line);
  return 'problem' in anchor ? anchor : { anchor, leaves: Buffer.from(leaves, 'base64') };
}

/** The numbers of a run's blocks that are outside, ascending. @throws Error of the place */
export async function outsideBlocks(place: WriteOnceTexts, run: string): Promise<readonly number[]> {
  const names = await place.names(`${run}/`);
  return names.map((name) => Number(path.posix.basename(name, '.json'))).filter((block) => Number.isSafeInteger(block));
}

/** The place that an address names. @throws ArchiveError for an address of Blob storage that is none */
export const outsidePlace = (address: string): Promise<WriteOnceTexts> =>
  isBlobAddress(address) ? writeOnceBlobs(address) : Promise.resolve(writeOnceFolder(path.resolve(address)));

/** A place outside cannot be used. */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';
  constructor(place: string, cause: unknown) {
    super(`${place}: ${ioProblem(cause)}`, { cause });
  }
}

const READ_ONLY = 0o444;

/** Texts in a folder, such as one of another disk or machine. */
export function writeOnceFolder(folder: string): WriteOnceTexts {
  const tried = async <T>(file: string, work: () => Promise<T>, none: T): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      if (isMissingFile(cause)) return none;
      throw new OutsideError(file, cause);
    }
  };
  return {
    name: folder,
    names: (prefix) =>
      tried(folder, async () => {
        const files = await readdir(path.join(folder, prefix));
        return files
          .filter((file) => file.endsWith('.json'))
          .map((file) => `${prefix}${file}`)
          .sort((a, b) => (a < b ? -1 : 1));
      }, []),
    read: (name) =>
      tried<string | undefined>(path.join(folder, name), () => readFile(path.join(folder, name), 'utf8'), undefined),
    put: (name, text) => putOnce(path.join(folder, name), text),
  };
}

/** A link never replaces what is there. */
async function putOnce(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    makeFolder(path.dirname(file));
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(draft, READ_ONLY);
    await link(draft, file);
    return true;
  } catch (cause) {
    if (ioCode(cause) === 'EEXIST') return false;
    throw new OutsideError(file, cause);
  } finally {
    await rm(draft, { force: true });
  }
}
