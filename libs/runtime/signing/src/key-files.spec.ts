import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isSignedBy, newPrivateKey, signerOf } from './ed25519.ts';
import { actorSigner, anchorSigner, makeKeysApart, makeSigningKeys, riskSigner, signingKeysOf } from './key-files.ts';
import { readAnchorKeys, readTrustedKeys } from './trusted-keys.ts';

const RIGHTS = 0o777;

describe('the signing keys of a home', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'keys-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('are made once, for their owner alone, and trusted', async () => {
    const { risk, trusted } = await makeSigningKeys(home);
    const { publicKey } = await riskSigner(home);
    await makeSigningKeys(home);
    expect((await riskSigner(home)).publicKey).toBe(publicKey);
    expect(statSync(risk).mode & RIGHTS).toBe(0o600);
    expect(readTrustedKeys(trusted)).toEqual({ risk: [publicKey], operators: new Map() });
  });

  it('have one for anchors, made once and published beside the others, unless another one is given', async () => {
    const { trusted, anchors, risk } = await makeSigningKeys(home);
    expect(readAnchorKeys(trusted)).toEqual([]);
    const { publicKey } = await anchorSigner(home);
    expect((await anchorSigner(home)).publicKey).toBe(publicKey);
    expect(statSync(anchors).mode & RIGHTS).toBe(0o600);
    expect(readFileSync(anchors, 'utf8')).not.toBe(readFileSync(risk, 'utf8'));
    expect(readAnchorKeys(trusted)).toEqual([publicKey]);
    const given = signerOf(newPrivateKey(), 'given');
    await expect(anchorSigner(home, given)).rejects.toThrow(
      `anchors.pub: does not hold ${given.publicKey}, the key that anchors`,
    );
    appendFileSync(path.join(trusted, 'anchors.pub'), `${given.publicKey}\n`);
    expect((await anchorSigner(home, given)).publicKey).toBe(given.publicKey);
  });

  it("have an operator's from the first command on, under that name alone", async () => {
    const { trusted } = await makeSigningKeys(home);
    const ada = await actorSigner(home, 'ada');
    const bob = await actorSigner(home, 'bob');
    expect((await actorSigner(home, 'ada')).publicKey).toBe(ada.publicKey);
    expect(readTrustedKeys(trusted).operators).toEqual(
      new Map([
        ['ada', [ada.publicKey]],
        ['bob', [bob.publicKey]],
      ]),
    );
    expect(isSignedBy(ada.publicKey, 'x', bob.sign('x'))).toBe(false);
  });

  it.each(['', '../risk', 'a b', '.hidden', 'a'.repeat(65), 'é'])('have none for an actor named %j', async (actor) => {
    await expect(actorSigner(home, actor)).rejects.toThrow(`"${actor}" cannot sign`);
  });

  it('may be changed for others: a second line is trusted too, and what follows a # is a note', async () => {
    const { trusted } = await makeSigningKeys(home);
    const first = (await riskSigner(home)).publicKey;
    const second = signerOf(newPrivateKey(), 'second').publicKey;
    appendFileSync(path.join(trusted, 'risk.pub'), `\n${second} # from March on\n`);
    expect(readTrustedKeys(trusted).risk).toEqual([first, second]);
  });

  it('lie apart where programs are given them one by one, each trusted, and the same ever after', async () => {
    const programs = new Map([
      ['console', 'ada'],
      ['scheduler', 'schedule'],
    ]);
    const made = await makeKeysApart(home, programs);
    const { risk: inHome, trusted } = signingKeysOf(home);
    expect(made.map(({ of, file }) => [of, path.relative(home, file)])).toEqual(
      ['risk', 'anchors', 'console', 'scheduler'].map((of) => [of, `keys/${of}/${of}.key`]),
    );
    for (const { file } of made) expect(statSync(file).mode & RIGHTS).toBe(0o600);
    expect(existsSync(inHome)).toBe(false);
    const [risk, anchors, console, scheduler] = made.map(({ publicKey }) => publicKey);
    expect(new Set([risk, anchors, console, scheduler]).size).toBe(4);
    expect(readTrustedKeys(trusted)).toEqual({
      risk: [risk],
      operators: new Map([
        ['ada', [console]],
        ['schedule', [scheduler]],
      ]),
    });
    expect(readAnchorKeys(trusted)).toEqual([anchors]);
    expect(await makeKeysApart(home, programs)).toEqual(made);
  });

  it('that are made apart beside older ones are trusted as well, and one that was taken away is not trusted again', async () => {
    const { trusted } = await makeSigningKeys(home);
    const ada = await actorSigner(home, 'ada');
    const programs = new Map([['console', 'ada']]);
    const [risk, , console] = await makeKeysApart(home, programs);
    expect(readTrustedKeys(trusted)).toEqual({
      risk: [(await riskSigner(home)).publicKey, risk?.publicKey],
      operators: new Map([['ada', [ada.publicKey, console?.publicKey]]]),
    });
    writeFileSync(path.join(trusted, 'operators', 'ada.pub'), `${ada.publicKey}\n`);
    await expect(makeKeysApart(home, programs)).rejects.toThrow(/ada\.pub: does not hold .*console\.key$/);
    expect(readTrustedKeys(trusted).operators.get('ada')).toEqual([ada.publicKey]);
    await expect(makeKeysApart(home, new Map([['../risk', 'ada']]))).rejects.toThrow('"../risk" cannot sign');
  });

  it('are refused where the trusted ones do not hold their own', async () => {
    const { trusted, risk } = await makeSigningKeys(home);
    rmSync(risk);
    await expect(makeSigningKeys(home)).rejects.toThrow(`${path.join(trusted, 'risk.pub')}: does not hold`);
    await actorSigner(home, 'ada');
    writeFileSync(path.join(trusted, 'operators', 'ada.pub'), '# gone\n');
    await expect(actorSigner(home, 'ada')).rejects.toThrow(/ada\.pub: does not hold .* the key of ada$/);
  });

  it('say which file, line and value is wrong', async () => {
    const { trusted } = await makeSigningKeys(home);
    const file = path.join(trusted, 'risk.pub');
    writeFileSync(file, `${readFileSync(file, 'utf8')}nonsense\n`);
    expect(() => readTrustedKeys(trusted)).toThrow(`${file}: line 2: "nonsense" is no public key`);
    rmSync(file);
    expect(() => readTrustedKeys(trusted)).toThrow(file);
    writeFileSync(signingKeysOf(home).risk, 'x');
    await expect(makeSigningKeys(home)).rejects.toThrow(`${signingKeysOf(home).risk}: is no private key`);
  });
});
