import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServerFiles } from './server-files.ts';

/** Share of the disk's free space that recordings may take. */
const SHARE_OF_FREE = 0.75;
/** Room for what a start writes (configuration, record, lock, log) on a disk that has none left. */
const RESERVE_BYTES = 512 * 1024;
/** The reserve is put back only where it takes nothing away from anybody. */
const FREE_FOR_RESERVE_BYTES_MIN = 64 * 1024 * 1024;

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * The limit of a store that was given none, in bytes: what it holds and three quarters of the disk's free space. The server's own
 * default leaves out what it holds, and so refuses everything on a disk half full of recordings. The last of a disk is for reading.
 */
export async function storeLimitOf(store: string): Promise<number> {
  const free = Math.max(0, (await freeBytes(store)) - RESERVE_BYTES);
  return Math.max(1, Math.floor((await sizeOfFolder(store)) + SHARE_OF_FREE * free));
}

async function sizeOfFolder(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    // The server is not running yet, but a left-over file may be on its way out.
    if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}

/** Keeps some room aside while there is plenty, so that recordings can be looked at when the disk is full. */
export async function keepReserve({ reserve, folder }: ServerFiles): Promise<void> {
  if (existsSync(reserve) || (await freeBytes(folder)) < FREE_FOR_RESERVE_BYTES_MIN) return;
  // Random bytes: a file system that packs what it stores would keep no room for zeros.
  await writeFile(reserve, randomBytes(RESERVE_BYTES));
}

/** Gives the reserve away, when the disk is full. False when there was none, or the disk has as much room without it. */
export async function releaseReserve({ reserve, folder }: ServerFiles): Promise<boolean> {
  if (!existsSync(reserve) || (await freeBytes(folder)) >= RESERVE_BYTES) return false;
  await rm(reserve, { force: true });
  return true;
}
