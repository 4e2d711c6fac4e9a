import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';

/*
 * Ed25519 (RFC 8032) as Node has it. A private key is PKCS 8 in base64, one line, as `openssl genpkey -algorithm ed25519 -outform DER |
 * base64` makes it; a public key and a signature are their 32 and 64 bytes in base64url.
 */

/** A text is no key of this kind. What it holds is not in the message. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
}

/** Who can sign. */
export interface Signer {
  /** base64url, 43 characters */
  readonly publicKey: string;
  /** base64url, 86 characters; the same text has the same signature */
  readonly sign: (text: string) => string;
}

const PUBLIC_KEY = /^[A-Za-z0-9_-]{43}$/;
const SIGNATURE = /^[A-Za-z0-9_-]{86}$/;
const publicKeys = new Map<string, KeyObject>();

/** A new private key, as a text. */
export const newPrivateKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');

/** @throws SigningKeyError when the text is no private Ed25519 key; `name` says whose it was to be */
export function signerOf(text: string, name: string): Signer {
  const key = privateKeyOf(text, name);
  const { x: publicKey } = createPublicKey(key).export({ format: 'jwk' });
  if (publicKey === undefined) throw new SigningKeyError(`${name}: has no public key`);
  return { publicKey, sign: (message) => sign(null, Buffer.from(message), key).toString('base64url') };
}

function privateKeyOf(text: string, name: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
  } catch {
    // Node's own words may quote what they were given
    throw new SigningKeyError(`${name}: is no private key (PKCS 8 in base64)`);
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new SigningKeyError(`${name}: is a key of ${key.asymmetricKeyType ?? 'another kind'}, not of ed25519`);
  return key;
}

/** Whether a text is written as a public key is. */
export const isPublicKey = (text: string): boolean => PUBLIC_KEY.test(text);

/** Whether `signature` is `publicKey`'s under `text`. What is not written as they are is not. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  if (!isPublicKey(publicKey) || !SIGNATURE.test(signature)) return false;
  const key = publicKeys.get(publicKey) ?? publicKeyOf(publicKey);
  return key !== undefined && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
}

function publicKeyOf(publicKey: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    publicKeys.set(publicKey, key);
    return key;
  } catch {
    return undefined;
  }
}
