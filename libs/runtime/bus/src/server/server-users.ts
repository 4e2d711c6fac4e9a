import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commandLineOf, isAlive } from './process-handle.ts';
import type { ServerFiles } from './server-files.ts';

/*
 * Who uses a server that another process owns. The server ends with its owner, so that the owner waits for them.
 *
 * 1. A process that died uses nothing, whatever it left behind, nor does one that was given its id since.
 */

const fileOf = ({ users }: ServerFiles, pid: number): string => path.join(users, String(pid));

/** Writes down that this process uses the home's server. */
export async function noteUse(files: ServerFiles): Promise<void> {
  await mkdir(files.users, { recursive: true });
  await writeFile(fileOf(files, process.pid), commandLineOf(process.pid) ?? '');
}

export const endUse = (files: ServerFiles): Promise<void> => rm(fileOf(files, process.pid), { force: true });

/** The other processes that use it. */
export async function otherUsers(files: ServerFiles): Promise<readonly number[]> {
  const names = await readdir(files.users).catch(() => []);
  const users: number[] = [];
  for (const pid of names.map(Number).filter((id) => id !== process.pid)) {
    const written = await readFile(fileOf(files, pid), 'utf8').catch(() => undefined);
    if (written !== undefined && isAlive(pid) && (commandLineOf(pid) ?? '') === written) users.push(pid);
    else await rm(fileOf(files, pid), { force: true });
  }
  return users;
}
