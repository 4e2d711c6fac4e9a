import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSignedBy, newPrivateKey, signerOf } from './ed25519.ts';

/** A private key of Ed25519 in PKCS 8 is this and its seed (RFC 8410). */
const PKCS8_HEAD = '302e020100300506032b657004220420';
const fromSeed = (seed: string): string => Buffer.from(PKCS8_HEAD + seed, 'hex').toString('base64');
const hex = (text: string): string => Buffer.from(text, 'base64url').toString('hex');

describe('Ed25519', () => {
  it('signs as RFC 8032 does (7.1, tests 1 and 2)', () => {
    const one = signerOf(fromSeed('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'), 'test 1');
    expect(hex(one.publicKey)).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    expect(hex(one.sign(''))).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
    const two = signerOf(fromSeed('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'), 'test 2');
    expect(hex(two.publicKey)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    expect(hex(two.sign('\u0072'))).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
  });

  it('knows its own signatures, and no other text, key or signature', () => {
    const mine = signerOf(newPrivateKey(), 'mine');
    const other = signerOf(newPrivateKey(), 'other');
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, another) => {
        const signature = mine.sign(text);
        expect(mine.sign(text)).toBe(signature);
        expect(isSignedBy(mine.publicKey, text, signature)).toBe(true);
        expect(isSignedBy(other.publicKey, text, signature)).toBe(false);
        expect(isSignedBy(mine.publicKey, text, other.sign(text))).toBe(false);
        expect(isSignedBy(mine.publicKey, another, signature)).toBe(another === text);
      }),
    );
  });

  it.each(['', 'x', '='.repeat(86), 'A'.repeat(85), `${'A'.repeat(86)}=`])('takes %j for no signature, nor for a key', (text) => {
    const { publicKey } = signerOf(newPrivateKey(), 'mine');
    expect(isSignedBy(publicKey, 'text', text)).toBe(false);
    expect(isSignedBy(text, 'text', 'A'.repeat(86))).toBe(false);
  });

  it('names whose key is none, and never what it holds', () => {
    expect(() => signerOf('secret words', 'AITRADER_RISK_KEY')).toThrow(
      /^AITRADER_RISK_KEY: is no private key \(PKCS 8 in base64\)$/,
    );
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'der' });
    expect(() => signerOf(rsa.toString('base64'), 'risk.key')).toThrow(/^risk\.key: is a key of rsa, not of ed25519$/);
  });
});
