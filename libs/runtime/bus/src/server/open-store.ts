import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { OWNER_ACCOUNT } from '@aitrader/contracts';

/** The account of whoever connects to a server that has none. */
const NO_ACCOUNT = '$G';

/**
 * Gives the recordings of a store that was made by a server without accounts to their owner's account: no other would list them. The server
 * must not be running. What was moved by a call that was cut short stays moved. @throws Error naming a stream that is in both
 */
export async function adoptOpenStore(store: string): Promise<void> {
  const folderOf = (account: string): string => path.join(store, 'jetstream', account, 'streams');
  const [from, to] = [folderOf(NO_ACCOUNT), folderOf(OWNER_ACCOUNT)];
  const streams = await readdir(from).catch(() => []);
  if (streams.length === 0) return;
  const twice = streams.find((stream) => existsSync(path.join(to, stream)));
  if (twice !== undefined)
    throw new Error(`${path.join(from, twice)} is in ${to} already: which of both is the recording? Move the other one away`);
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const stream of streams) await rename(path.join(from, stream), path.join(to, stream));
  for (const emptied of [from, path.dirname(from)]) await rmdir(emptied).catch(() => undefined);
}
