import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CannotProve, proofFrom, proofOf, whyNotProved } from '@aitrader/application-proof';
import { recordingNamed } from '@aitrader/application-recordings';
import { homeOf, withHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { readPublicKeys } from '@aitrader/runtime-signing';
import { ioCode, ioProblem, requireWritable, writeAtomically } from '@aitrader/runtime-storage';
import { integer } from '../bar-options.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { anchorKeys, chainMeans } from '../chain-means.ts';
import { printJson, printText } from '../print.ts';
import { count } from '../terminal.ts';

/** Exit code of a proof that proves nothing. */
const NOT_PROVED = 1;

interface ProofOptions extends BusOptions {
  readonly into?: string;
  readonly check?: string;
  readonly key?: string;
}

export function addProof(program: Command): void {
  const command = program
    .command('proof')
    .summary('prove to a stranger that a message stands in a recording, or check such a proof')
    .description(
      'Writes what proves that a message stood at its place in a recording when its block was signed: the message, its way up to the root of the block, and the signed anchor. With --check it holds such a proof against a public key; docs/check-proof.mjs does the same without this program.',
    )
    .argument('[run]', 'the recording, as "aitrader runs" lists it')
    .argument('[seq]', 'the message’s sequence, from 1', integer(1))
    .option('--into <file>', 'write the proof to a file instead of standard output')
    .option('--check <file>', 'check the proof of a file: asks nothing but the proof and the key')
    .option('--key <file>', 'with --check: public keys, one a line (default: those that this folder trusts for anchors)');
  busOptions(command).action(async (name: string | undefined, seq: number | undefined, options: ProofOptions) => {
    const { check, key } = options;
    if (check !== undefined) {
      if (name !== undefined || options.into !== undefined)
        throw new Error('--check takes no recording and no --into: it checks the proof of a file');
      await checkProof(check, key);
      return;
    }
    if (key !== undefined) throw new Error('--key is for --check alone');
    if (name === undefined || seq === undefined)
      throw new Error('name a recording and the sequence of a message, or a proof with --check');
    await writeProof(name, seq, options);
  });
}

async function writeProof(name: string, seq: number, options: ProofOptions): Promise<void> {
  const { into } = options;
  if (into !== undefined) await requireWritable(into);
  await withHome({ ...homeOptions(options), as: 'operator' }, async (open) => {
    await recordingNamed(open.bus, name);
    const proof = await proofOf(await chainMeans(open), runId(name), seq);
    if (into === undefined) {
      printJson(proof);
      return;
    }
    await writeAtomically(into, `${JSON.stringify(proof, null, 2)}\n`);
    printText(
      `${into} proves message ${count(seq)} of ${name}, signed with block ${proof.anchor.block} at ${proof.anchor.at} by ${proof.anchor.key}`,
    );
  });
}

async function checkProof(file: string, keyFile: string | undefined): Promise<void> {
  const keys = keyFile === undefined ? anchorKeys(homeOf(process.env)) : readPublicKeys(keyFile);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw ioCode(cause) === undefined ? cause : new Error(`${file} ${ioProblem(cause)}`, { cause });
  });
  const { message, anchor, ...path } = namedBy(file, () => proofFrom(text));
  const why = whyNotProved({ message, anchor, ...path }, keys);
  if (why !== undefined) {
    printText(`${file} PROVES NOTHING: ${why}`);
    process.exitCode = NOT_PROVED;
    return;
  }
  printText(
    `${file} proves message ${count(message.seq)} of ${anchor.run}, on ${message.subject}: it stood there when block ${anchor.block} was signed at ${anchor.at} by ${anchor.key}`,
  );
}

/** @throws CannotProve that names the file */
function namedBy<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof CannotProve ? new CannotProve(`${file} ${error.message}`) : error;
  }
}
