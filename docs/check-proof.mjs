// Checks that a message stood in a recording when its block was signed: node check-proof.mjs PROOF.json PUBLIC-KEY
// Needs Node 16 or later and nothing else. What each step means is in proof.md.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [file, publicKey] = process.argv.slice(2);
const { message, index, path, anchor } = JSON.parse(readFileSync(file, 'utf8'));
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const require = (holds, why) => {
  if (!holds) throw new Error(`${file} proves nothing: ${why}`);
};

// 1. The leaf: SHA-256 of a zero byte, the lines of the head, an empty line, and the payload.
const lines = [`${message.seq}`, message.subject, ...message.headers.map(([name, value]) => `${name}: ${value}`)];
require(!lines.some((line) => /[\r\n]/.test(line)), 'a line of the head has a line break in it');
const payload = Buffer.from(message.payload, 'base64');
let hash = sha256(Buffer.of(0), Buffer.from(`${lines.join('\n')}\n\n`), payload);

// 2. The way up: SHA-256 of a one byte, the left and the right neighbour (RFC 9162, 2.1.3.2).
require(message.seq === anchor.first + index && index < anchor.messages, 'the message is not of this block');
let [at, last] = [index, anchor.messages - 1];
for (const beside of path.map((hex) => Buffer.from(hex, 'hex'))) {
  require(last > 0, 'the path is too long');
  const isLeft = at % 2 === 0 && at !== last;
  hash = isLeft ? sha256(Buffer.of(1), hash, beside) : sha256(Buffer.of(1), beside, hash);
  while (!isLeft && at % 2 === 0 && at > 0) [at, last] = [at / 2, Math.floor(last / 2)];
  [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
}
require(last === 0 && hash.toString('hex') === anchor.root, 'the message does not lead to the root');

// 3. The signature: Ed25519 over what the anchor says, a field a line, by the published key.
require(anchor.key === publicKey, `it is signed by ${anchor.key}, not by the key that was given`);
const fields = ['run', 'block', 'first', 'last', 'messages', 'root', 'before', 'at', 'key'];
const statement = `aitrader anchor 1\n${fields.map((field) => `${field} ${anchor[field]}\n`).join('')}`;
const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
const isSigned = verify(null, Buffer.from(statement), key, Buffer.from(anchor.signature, 'base64url'));
require(isSigned, 'the signature is not that of this anchor');

console.log(`message ${message.seq} of ${anchor.run} on ${message.subject}, signed at ${anchor.at}:\n${payload.toString()}`);
