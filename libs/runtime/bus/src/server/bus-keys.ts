import path from 'node:path';
import { existsSync } from 'node:fs';
import { PRINCIPALS, type Principal } from '@aitrader/contracts';
import { KeyFileError, keptKey, readKey } from '@aitrader/runtime-storage';
import { Nkey, newSeed } from './nkey.ts';

/** The public keys by which the bus knows each of those who connect: one, or while a key is being replaced two. */
export type BusIdentities = Readonly<Record<Principal, readonly string[]>>;

/** The file of somebody's key to the bus, in the folder of all keys. */
export const busKeyFile = (folder: string, principal: Principal): string => path.join(folder, `${principal}.nk`);
/** The same where each has a folder of its own, that it can be given alone. */
export const keysApart = (folder: string, principal: Principal): string => busKeyFile(path.join(folder, principal), principal);
/** The key before one, which is good as long as it is there. */
const earlierThan = (file: string): string => file.replace(/nk$/, 'earlier.nk');

function keyOf(file: string, seed: string): Nkey {
  try {
    return new Nkey(seed);
  } catch {
    throw new KeyFileError(file, 'holds no nkey seed of a user');
  }
}

/** The public keys of everybody in a folder of keys; those that are missing are made. @throws KeyFileError */
export async function busIdentities(folder: string, fileOf = busKeyFile): Promise<BusIdentities> {
  const entries = PRINCIPALS.map(async (principal): Promise<[Principal, string[]]> => {
    const file = fileOf(folder, principal);
    const keys = [keyOf(file, await keptKey(file, newSeed)).publicKey];
    const earlier = earlierThan(file);
    if (existsSync(earlier)) keys.push(keyOf(earlier, await readKey(earlier)).publicKey);
    return [principal, keys];
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<Principal, string[]>;
}

/** The key in a file. @throws KeyFileError */
export const busKeyIn = async (file: string): Promise<Nkey> => keyOf(file, await readKey(file));
