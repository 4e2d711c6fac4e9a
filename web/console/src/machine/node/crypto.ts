import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** What the engine takes of `node:crypto`, where there is no Node: SHA-256 that goes on after it was asked. */
interface Hash {
  readonly update: (content: Uint8Array | string) => Hash;
  readonly copy: () => Hash;
  readonly digest: (encoding: 'hex') => string;
}

export function createHash(algorithm: string): Hash {
  if (algorithm !== 'sha256') throw new Error(`${algorithm} is not here: only sha256 is`);
  return hashOf(sha256.create());
}

function hashOf(state: ReturnType<typeof sha256.create>): Hash {
  const hash: Hash = {
    update: (content) => {
      state.update(typeof content === 'string' ? utf8ToBytes(content) : content);
      return hash;
    },
    copy: () => hashOf(state.clone()),
    digest: () => bytesToHex(state.digest()),
  };
  return hash;
}
