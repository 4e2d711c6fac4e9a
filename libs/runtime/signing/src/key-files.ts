import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { ioProblem } from '@aitrader/runtime-storage';
import { newPrivateKey, signerOf, SigningKeyError, type Signer } from './ed25519.ts';
import { operatorFileIn, readTrustedKeys, riskFileIn } from './trusted-keys.ts';

/*
 * The signing keys of a home: made when they are first asked for, readable by their owner alone. Where the parts of the product run apart,
 * each is given its own key by reference, and the folder of trusted ones as one that it cannot write.
 */

/** Where a home keeps them. */
export interface SigningKeyFiles {
  /** the key that orders are signed with */
  readonly risk: string;
  /** the folder that {@link readTrustedKeys} reads */
  readonly trusted: string;
}

const ACTOR_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}$/;
const OWNER_ALONE = 0o600;
const FOLDER_OF_OWNER = 0o700;

const folderOf = (home: string): string => path.join(home, 'keys');

export const signingKeysOf = (home: string): SigningKeyFiles => ({
  risk: path.join(folderOf(home), 'risk.pem'),
  trusted: path.join(folderOf(home), 'trusted'),
});

/** Makes risk's key, and trusts it, where there is none. @throws Error naming the file */
export function makeSigningKeys(home: string): SigningKeyFiles {
  const files = signingKeysOf(home);
  const { publicKey } = riskSigner(home);
  make(riskFileIn(files.trusted), `${publicKey}\n`);
  if (!readTrustedKeys(files.trusted).risk.includes(publicKey))
    throw new Error(`${riskFileIn(files.trusted)}: does not hold ${publicKey}, the key of ${files.risk}`);
  return files;
}

/** Who signs the orders of this home. @throws SigningKeyError, or Error naming the file */
export const riskSigner = (home: string): Signer => signerIn(signingKeysOf(home).risk);

/**
 * The signer of an operator of this home, who is trusted from then on: whoever may write here may be anyone here.
 * @throws SigningKeyError for a name that no file can have, or Error naming the file
 */
export function actorSigner(home: string, actor: string): Signer {
  if (!ACTOR_NAME.test(actor))
    throw new SigningKeyError(`"${actor}" cannot sign: a name is 1 to 64 letters, digits, dots, hyphens, @ and _`);
  const { trusted } = signingKeysOf(home);
  const signer = signerIn(path.join(folderOf(home), 'operators', `${actor}.pem`));
  const file = operatorFileIn(trusted, actor);
  make(file, `${signer.publicKey}\n`);
  if (!(readTrustedKeys(trusted).operators.get(actor) ?? []).includes(signer.publicKey))
    throw new SigningKeyError(`${file}: does not hold ${signer.publicKey}, the key of ${actor}`);
  return signer;
}

function signerIn(file: string): Signer {
  make(file, newPrivateKey);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} ${ioProblem(cause)}`, { cause });
  }
  return signerOf(text, file);
}

/** Makes a file whole where there is none; one that somebody else makes meanwhile stays. */
function make(file: string, content: string | (() => string)): void {
  if (existsSync(file)) return;
  const draft = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: FOLDER_OF_OWNER });
    writeFileSync(draft, typeof content === 'string' ? content : content(), { mode: OWNER_ALONE, flag: 'wx', flush: true });
    linkSync(draft, file);
  } catch (cause) {
    if (!existsSync(file)) throw new Error(`${file} cannot be made: ${ioProblem(cause)}`, { cause });
  } finally {
    rmSync(draft, { force: true });
  }
}
