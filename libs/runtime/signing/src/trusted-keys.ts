import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ioProblem, isMissingFile } from '@aitrader/runtime-storage';
import { isPublicKey } from './ed25519.ts';

/*
 * Whose signatures count, as a folder of public keys: `risk.pub`, `operators/<name>.pub` of each operator, and `anchors.pub`. A file holds a key a line,
 * several while one is changed for another; what follows a # is a note. A file of its own for each, so that nobody's is lost when two are
 * added at once.
 */

/** Public keys of risk, and of each operator by name. */
export interface TrustedKeys {
  readonly risk: readonly string[];
  readonly operators: ReadonlyMap<string, readonly string[]>;
}

/** Trusted keys cannot be read: nothing is trusted then. */
export class TrustedKeysError extends Error {
  override readonly name = 'TrustedKeysError';
}

const SUFFIX = '.pub';

export const riskFileIn = (folder: string): string => path.join(folder, `risk${SUFFIX}`);
export const anchorFileIn = (folder: string): string => path.join(folder, `anchors${SUFFIX}`);
export const operatorFileIn = (folder: string, actor: string): string => path.join(folder, 'operators', `${actor}${SUFFIX}`);

/** @throws TrustedKeysError naming the file, line and value */
export function readTrustedKeys(folder: string): TrustedKeys {
  const names = namesIn(path.join(folder, 'operators'));
  return {
    risk: readPublicKeys(riskFileIn(folder)),
    operators: new Map(names.map((name) => [name, readPublicKeys(operatorFileIn(folder, name))])),
  };
}

/** The public keys that anchors of recordings are signed with; none where nothing was anchored yet. @throws TrustedKeysError naming the file, line and value */
export const readAnchorKeys = (folder: string): readonly string[] => {
  const file = anchorFileIn(folder);
  return existsSync(file) ? readPublicKeys(file) : [];
};

/** Operators who have a file; none where there is no such folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).flatMap((file) => (file.endsWith(SUFFIX) ? [file.slice(0, -SUFFIX.length)] : []));
  } catch (cause) {
    if (isMissingFile(cause)) return [];
    throw new TrustedKeysError(`${folder} ${ioProblem(cause)}`, { cause });
  }
}

/** The public keys that a file lists, one a line. @throws TrustedKeysError naming the file, line and value */
export function readPublicKeys(file: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TrustedKeysError(`${file} ${ioProblem(cause)}`, { cause });
  }
  return text.split('\n').flatMap((line, i) => {
    const key = line.replace(/#.*/, '').trim();
    if (key === '') return [];
    if (isPublicKey(key)) return [key];
    throw new TrustedKeysError(`${file}: line ${i + 1}: ${JSON.stringify(key)} is no public key of Ed25519 in base64url`);
  });
}
