import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { keptKey, keyFileOf, keyFolderOf, makeFolder, writeAtomically } from '@aitrader/runtime-storage';
import { newPrivateKey, signerOf, SigningKeyError, type Signer } from './ed25519.ts';
import { anchorFileIn, operatorFileIn, readAnchorKeys, readPublicKeys, readTrustedKeys, riskFileIn } from './trusted-keys.ts';

/*
 * The signing keys of a home: made when they are first asked for, readable by their owner alone. Where the parts of the product run apart,
 * each is given its own key by reference, and the folder of trusted ones as one that it cannot write.
 */

/** Where a home keeps them. */
export interface SigningKeyFiles {
  /** the key that orders are signed with */
  readonly risk: string;
  /** the key that anchors of recordings are signed with */
  readonly anchors: string;
  /** the folder that {@link readTrustedKeys} reads */
  readonly trusted: string;
}

const ACTOR_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}$/;

export const signingKeysOf = (home: string): SigningKeyFiles => ({
  risk: keyFileOf(home, 'risk.key'),
  anchors: keyFileOf(home, 'anchors.key'),
  trusted: path.join(keyFolderOf(home), 'trusted'),
});

/** Makes risk's key, and trusts it, where there is none. @throws Error naming the file */
export async function makeSigningKeys(home: string): Promise<SigningKeyFiles> {
  const files = signingKeysOf(home);
  const { publicKey } = await riskSigner(home);
  const list = riskFileIn(files.trusted);
  await trustAtFirst(list, publicKey);
  if (!readTrustedKeys(files.trusted).risk.includes(publicKey))
    throw new SigningKeyError(`${list}: does not hold ${publicKey}, the key of ${files.risk}`);
  return files;
}

/** Who signs the orders of this home. @throws SigningKeyError, KeyFileError */
export const riskSigner = (home: string): Promise<Signer> => signerIn(signingKeysOf(home).risk);

/**
 * Who signs the anchors of this home: the key that is given, or else the one that the home keeps. Its public key is published beside the trusted ones where
 * there is none yet. @throws SigningKeyError, KeyFileError
 */
export async function anchorSigner(home: string, given?: Signer): Promise<Signer> {
  const { anchors, trusted } = signingKeysOf(home);
  const signer = given ?? (await signerIn(anchors));
  const list = anchorFileIn(trusted);
  await trustAtFirst(list, signer.publicKey);
  if (!readAnchorKeys(trusted).includes(signer.publicKey))
    throw new SigningKeyError(`${list}: does not hold ${signer.publicKey}, the key that anchors are signed with here`);
  return signer;
}

/**
 * The signer of an operator of this home, who is trusted from then on: whoever may write here may be anyone here.
 * @throws SigningKeyError for a name that no file can have, or Error naming the file
 */
export async function actorSigner(home: string, actor: string): Promise<Signer> {
  const { trusted } = signingKeysOf(home);
  const signer = await signerIn(keyFileOf(home, path.join('operators', `${nameOfFile(actor)}.key`)));
  const list = operatorFileIn(trusted, actor);
  await trustAtFirst(list, signer.publicKey);
  if (readTrustedKeys(trusted).operators.get(actor)?.includes(signer.publicKey) !== true)
    throw new SigningKeyError(`${list}: does not hold ${signer.publicKey}, the key of ${actor}`);
  return signer;
}

/** A key that lies in a folder of its own, to be given to one program alone. */
export interface KeyApart {
  /** what the folder and the file are called */
  readonly of: string;
  readonly file: string;
  readonly publicKey: string;
}

/**
 * Makes the keys of a home whose programs see one another's files in no other way than by these folders: `risk`, `anchors`, and one for each
 * program that commands, with the actor that it commands as. A new key is trusted beside those that are; of one that is there already only a list
 * that is missing is made, so that whose line was taken away stays away. @throws SigningKeyError naming the file, KeyFileError
 */
export async function makeKeysApart(home: string, actors: ReadonlyMap<string, string>): Promise<readonly KeyApart[]> {
  const { trusted } = signingKeysOf(home);
  const wanted = [
    { of: 'risk', list: riskFileIn(trusted) },
    { of: 'anchors', list: anchorFileIn(trusted) },
    ...[...actors].map(([of, actor]) => ({ of: nameOfFile(of), list: operatorFileIn(trusted, nameOfFile(actor)) })),
  ];
  const made: KeyApart[] = [];
  // one after the other: two programs may command as one actor
  for (const { of, list } of wanted) {
    const file = keyFileOf(home, path.join(of, `${of}.key`));
    made.push({ of, file, publicKey: await keptAndTrusted(file, list) });
  }
  return made;
}

/** The public key of a file that is made where it is missing, and that a list of trusted ones holds. */
async function keptAndTrusted(file: string, list: string): Promise<string> {
  const key = existsSync(file) ? undefined : newPrivateKey();
  // trusted before it is there: whoever is killed in between leaves a public key that nobody has
  if (key !== undefined) await trustAsWell(list, signerOf(key, file).publicKey);
  const { publicKey } = signerOf(await keptKey(file, () => key ?? newPrivateKey()), file);
  await trustAtFirst(list, publicKey);
  if (!readPublicKeys(list).includes(publicKey))
    throw new SigningKeyError(`${list}: does not hold ${publicKey}, the key of ${file}`);
  return publicKey;
}

async function trustAsWell(list: string, publicKey: string): Promise<void> {
  makeFolder(path.dirname(list));
  const known = existsSync(list) ? `${readFileSync(list, 'utf8').trimEnd()}\n` : '';
  await writeAtomically(list, `${known}${publicKey}\n`);
}

function nameOfFile(name: string): string {
  if (ACTOR_NAME.test(name)) return name;
  throw new SigningKeyError(`"${name}" cannot sign: a name is 1 to 64 letters, digits, dots, hyphens, @ and _`);
}

const signerIn = async (file: string): Promise<Signer> => signerOf(await keptKey(file, newPrivateKey), file);

/** Makes a list of trusted keys where there is none. One that is there is its owner's to change. */
async function trustAtFirst(list: string, publicKey: string): Promise<void> {
  if (!existsSync(list)) await keptKey(list, () => publicKey);
}
