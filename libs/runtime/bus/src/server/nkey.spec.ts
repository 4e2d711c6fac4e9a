import { nkeys } from '@nats-io/transport-node';
import { describe, expect, it } from '@jest/globals';
import { Nkey, newSeed } from './nkey.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a key to the bus', () => {
  it("is what nats' own library makes of its seed, and signs alike", () => {
    for (let i = 0; i < 5; i++) {
      const seed = newSeed();
      const theirs = nkeys.fromSeed(bytesOf(seed));
      const ours = new Nkey(seed);
      expect(seed).toMatch(/^SU[A-Z2-7]{56}$/);
      expect(ours.publicKey).toBe(theirs.getPublicKey());
      expect(Buffer.from(ours.sign('nonce'), 'base64url')).toEqual(Buffer.from(theirs.sign(bytesOf('nonce'))));
    }
  });

  it("takes a seed that nats' own tools made", () => {
    const made = nkeys.createUser();
    expect(new Nkey(new TextDecoder().decode(made.getSeed())).publicKey).toBe(made.getPublicKey());
  });

  it('is no key of anybody but a user, and none with a letter that is not its own', () => {
    const seed = newSeed();
    const account = new TextDecoder().decode(nkeys.createAccount().getSeed());
    const changed = seed.replace(/.(.{10})$/, (end, rest: string) => `${end.startsWith('A') ? 'B' : 'A'}${rest}`);
    for (const text of [
      '',
      'SU',
      'secret',
      account,
      changed,
      seed.slice(1),
      `${seed}A`,
      seed.toLowerCase(),
      new Nkey(seed).publicKey,
    ])
      expect(() => new Nkey(text)).toThrow(RangeError);
  });
});
