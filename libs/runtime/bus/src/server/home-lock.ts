import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from './process-handle.ts';
import { hasErrorCode } from './thrown.ts';

/** Longer than fetching a server on a slow line and starting it takes. */
const LOCK_WAIT_MS_MAX = 300_000;
const POLL_MS = 50;

/**
 * Runs `work` while no other process (and no other call in this one) holds the lock file. Two nats-servers on one store would
 * both write to it: the server itself does not lock its store. A lock whose holder died is taken over.
 * @throws Error naming the holder when it keeps the lock for five minutes
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const content = `${process.pid} ${randomUUID()}`;
  const deadline = performance.now() + LOCK_WAIT_MS_MAX;
  while (!(await claim(file, content))) {
    const holder = await readFile(file, 'utf8').catch(() => undefined);
    if (holder !== undefined && (await isAbandoned(file, holder))) await discard(file, holder);
    else if (performance.now() > deadline)
      throw new Error(`${file} is held by process ${holder ?? '?'}; delete it if that is wrong`);
    else await wait(POLL_MS);
  }
  try {
    return await work();
  } finally {
    if ((await readFile(file, 'utf8').catch(() => undefined)) === content) await rm(file, { force: true });
  }
}

/** The lock appears with its content in one step, so nobody ever reads half of one. */
async function claim(file: string, content: string): Promise<boolean> {
  const fresh = `${file}.${randomUUID()}`;
  try {
    await writeFile(fresh, content);
    await link(fresh, file);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(fresh, { force: true });
  }
}

/** The holder's process is gone, or its id was given away: no lock is held for longer than the wait for one. */
async function isAbandoned(file: string, holder: string): Promise<boolean> {
  const pid = Number(holder.split(' ')[0]);
  if (!Number.isSafeInteger(pid) || pid < 1 || !isAlive(pid)) return true;
  const since = await stat(file).catch(() => undefined);
  return since !== undefined && Date.now() - since.mtimeMs > 2 * LOCK_WAIT_MS_MAX;
}

/** Moves an abandoned lock aside; should another process have replaced it meanwhile, that one is put back. */
async function discard(file: string, abandoned: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== abandoned) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}
