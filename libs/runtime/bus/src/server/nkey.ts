import { createPrivateKey, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto';

/** Characters of base32 (RFC 4648), as nkeys are spelled with them, without padding. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const [BITS_OF_CHARACTER, BITS_OF_BYTE] = [5, 8];
/** Prefixes by which a key begins with U, and the seed of one with SU. Source: github.com/nats-io/nkeys, doc.go. */
const USER = 20 << 3;
const SEED_OF_USER = [(18 << 3) | (USER >> 5), (USER & 31) << 3] as const;
const SEED_BYTES = 32;
const SEED_CHARACTERS = 58;
const CRC_BYTES = 2;
/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

function base32(bytes: Uint8Array): string {
  let text = '';
  let [held, bits] = [0, 0];
  for (const byte of bytes) {
    held = (held << BITS_OF_BYTE) | byte;
    for (bits += BITS_OF_BYTE; bits >= BITS_OF_CHARACTER;) {
      bits -= BITS_OF_CHARACTER;
      text += ALPHABET[held >> bits] ?? '';
      held &= (1 << bits) - 1;
    }
  }
  return bits === 0 ? text : text + (ALPHABET[held << (BITS_OF_CHARACTER - bits)] ?? '');
}

/** @throws RangeError for a character that is none of base32 */
function fromBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) throw new RangeError('not base32');
    held = (held << BITS_OF_CHARACTER) | value;
    bits += BITS_OF_CHARACTER;
    if (bits < BITS_OF_BYTE) continue;
    bits -= BITS_OF_BYTE;
    bytes.push(held >> bits);
    held &= (1 << bits) - 1;
  }
  return Uint8Array.from(bytes);
}

/** CRC-16/XMODEM, low byte first. */
function crcOf(bytes: Uint8Array): Uint8Array {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << BITS_OF_BYTE;
    for (let i = 0; i < BITS_OF_BYTE; i++) crc = (crc & 0x80_00 ? (crc << 1) ^ 0x10_21 : crc << 1) & 0xff_ff;
  }
  return Uint8Array.of(crc & 0xff, crc >> BITS_OF_BYTE);
}

const spelled = (prefix: readonly number[], bytes: Uint8Array): string => {
  const whole = Buffer.concat([Uint8Array.from(prefix), bytes]);
  return base32(Buffer.concat([whole, crcOf(whole)]));
};

/** The seed of a new user's nkey (Ed25519), as text that begins with SU. */
export const newSeed = (): string => spelled(SEED_OF_USER, randomBytes(SEED_BYTES));

/** A user's key to the bus. The operating system's library signs: in JavaScript a busy machine takes longer than the server waits. */
export class Nkey {
  /** begins with U; the server knows the user by it */
  readonly publicKey: string;
  readonly #key: KeyObject;

  /** @throws RangeError for text that is no seed of a user */
  constructor(seed: string) {
    if (seed.length !== SEED_CHARACTERS) throw new RangeError('not the seed of a user');
    const bytes = fromBase32(seed);
    const [whole, crc] = [bytes.subarray(0, -CRC_BYTES), bytes.subarray(-CRC_BYTES)];
    const isSeed = SEED_OF_USER.every((byte, i) => whole[i] === byte) && whole.length === SEED_OF_USER.length + SEED_BYTES;
    if (!isSeed || Buffer.compare(crcOf(whole), crc) !== 0) throw new RangeError('not the seed of a user');
    const secret = Buffer.concat([PKCS8_HEAD, whole.subarray(SEED_OF_USER.length)]);
    this.#key = createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' });
    const { x = '' } = createPublicKey(this.#key).export({ format: 'jwk' });
    this.publicKey = spelled([USER], Buffer.from(x, 'base64url'));
  }

  /** The signature of what the server says at a connection, in base64. */
  sign(nonce: string): string {
    return sign(null, Buffer.from(nonce), this.#key).toString('base64url');
  }
}
