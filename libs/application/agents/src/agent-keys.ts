import { createHash, randomBytes } from 'node:crypto';
import { appendFile, rm } from 'node:fs/promises';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { CannotCommand, makeHome } from '@aitrader/application-supervision';
import { isMissingFile, makeFolder } from '@aitrader/runtime-storage';
import { NAME } from './proposals.ts';

/*
 * Keys by which agents come in over HTTP: a folder of the home, `agents/<name>.keys`, a line a key.
 *
 * 1. A key is shown once, to who makes it. What is kept is its hash: a random key of 256 bits is found from it by nobody.
 * 2. A key is its agent's while its line is there: what is taken away lets in nobody any more, from the next request on.
 * 3. A file that cannot be understood lets in nobody.
 */

const SUFFIX = '.keys';
const PREFIX = 'aitrader-agent-';
const KEY_BYTES = 32;

const folderOf = (home: string): string => path.join(home, 'agents');
const fileOf = (home: string, name: string): string => path.join(folderOf(home), `${name}${SUFFIX}`);
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** @throws CannotCommand for what is no name of an agent */
function requireName(name: string): void {
  if (!NAME.test(name))
    throw new CannotCommand(`${JSON.stringify(name)}: has to be 1 to 64 letters, digits, dots, hyphens, @ and _`);
}

/** Makes a key of an agent's, beside those that it has. Returns it: it is kept nowhere. @throws CannotCommand for what is no name */
export async function newAgentKey(home: string, name: string, now: number): Promise<string> {
  requireName(name);
  makeHome(home);
  makeFolder(folderOf(home));
  const key = `${PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`;
  await appendFile(fileOf(home, name), `${hashOf(key)} # of ${new Date(now).toISOString()}\n`, { mode: 0o600 });
  return key;
}

/** Takes away all keys of an agent's; returns how many there were. @throws CannotCommand for what is no name */
export async function revokeAgentKeys(home: string, name: string): Promise<number> {
  requireName(name);
  const { length } = keysOf(home, name);
  await rm(fileOf(home, name), { force: true });
  return length;
}

/** Whose key it is; undefined of nobody's. @throws Error naming a file and a line that is no key's */
export function agentOf(home: string, key: string): string | undefined {
  const hash = hashOf(key);
  return namesIn(home).find((name) => keysOf(home, name).includes(hash));
}

function namesIn(home: string): readonly string[] {
  try {
    return readdirSync(folderOf(home)).flatMap((file) => (file.endsWith(SUFFIX) ? [file.slice(0, -SUFFIX.length)] : []));
  } catch (error) {
    if (isMissingFile(error)) return [];
    throw error;
  }
}

function keysOf(home: string, name: string): readonly string[] {
  const file = fileOf(home, name);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissingFile(error)) return [];
    throw error;
  }
  return text.split('\n').flatMap((line, at) => {
    const [hash = ''] = line.split('#');
    if (hash.trim() === '') return [];
    if (!/^[0-9a-f]{64}$/.test(hash.trim())) throw new Error(`${file}: line ${at + 1} is no hash of a key`);
    return [hash.trim()];
  });
}
