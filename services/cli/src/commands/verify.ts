import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { codeText, isSameCode, recordingNamed, verifyRecording, type Verdict } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { readTrustedKeys, signingKeysOf, type TrustedKeys } from '@aitrader/runtime-signing';
import { runId } from '@aitrader/model';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { count, progressBar } from '../terminal.ts';

/** Exit code of a recording that does not verify. */
const DIFFERS = 1;

export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .summary('prove that a recording is what the stages made of its inputs')
    .description(
      "Feeds a recording's own inputs to the stages again and compares every output with the recorded one, byte for byte. Names the first message that differs.",
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string, options: BusOptions & { json: boolean }) => {
    await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus, home }) => {
      await recordingNamed(bus, name);
      const run = runId(name);
      const progress = progressBar('verifying');
      const verdict = await verifyRecording(bus, run, progress.at, trustedIn(home)).finally(progress.done);
      const { difference, writtenBy, verifiedBy } = verdict;
      const by = isSameCode(writtenBy, verifiedBy)
        ? `by ${codeText(writtenBy)}, the code at hand`
        : `by ${codeText(writtenBy)}; the code at hand is ${codeText(verifiedBy)}`;
      const chain = chainText(verdict) + signatureText(verdict);
      if (options.json)
        printJson({
          ...verdict,
          verified: difference === undefined,
          difference: difference ?? null,
          follows: verdict.follows ?? null,
        });
      else if (difference === undefined)
        printText(
          `${run} verified: ${count(verdict.compared)} outputs of ${count(verdict.intervals)} intervals are what the stages make of its inputs${verdict.unfinished > 0 ? `; ${count(verdict.unfinished)} messages of intervals that the run left unfinished were not compared` : ''}${chain}\nwritten ${by}`,
        );
      else
        printText(
          `${run} DIFFERS: message ${difference.seq} on ${difference.subject} (interval ${new Date(difference.t).toISOString()}) ${difference.problem}${chain}\nwritten ${by}`,
        );
      if (difference !== undefined) process.exitCode = DIFFERS;
    });
  });
}

/** The keys that this home trusts, or that the environment names; undefined where there are none. @throws TrustedKeysError for those that cannot be read */
function trustedIn(home: string): TrustedKeys | undefined {
  const folder = process.env['AITRADER_TRUSTED_KEYS'] ?? signingKeysOf(home).trusted;
  if (!existsSync(folder)) return undefined;
  return readTrustedKeys(folder);
}

/** What was signed, and by whom. */
function signatureText({ signatures: { checked, unsigned, unjudged } }: Verdict): string {
  const by = checked.map(({ key, who, orders, commands }) =>
    orders > 0
      ? `\n${count(orders)} orders are signed by risk, ${key}`
      : `\n${count(commands)} commands are signed by ${who}, ${key}`,
  );
  const notHere =
    unjudged === 0 ? '' : `\n${count(unjudged)} orders and commands are signed, and this home trusts no key to hold that against`;
  const bare = unsigned === 0 ? '' : `\n${count(unsigned)} orders and commands are not signed`;
  const why =
    unsigned > 0 && checked.length === 0 && unjudged === 0 ? ': none of a run in one process is, nor of before they were' : '';
  return `${by.join('')}${notHere}${bare}${why}`;
}

/** Where a run goes on from. */
const chainText = ({ follows }: Verdict): string =>
  follows === undefined
    ? ''
    : follows.isHere
      ? `\nit goes on from what ${follows.run} left: npx aitrader verify ${follows.run} proves that`
      : `\nit goes on from what ${follows.run} left, which is not here: what that came to is taken as it was recorded`;
