import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { codeText, isSameCode, recordingNamed, verifyRecording, type Verdict } from '@aitrader/application-recordings';
import { checkChain } from '@aitrader/application-proof';
import { withHome, type OpenHome } from '@aitrader/application-supervision';
import { readTrustedKeys, type TrustedKeys } from '@aitrader/runtime-signing';
import { runId, type RunId } from '@aitrader/model';
import { chainMeans } from '../chain-means.ts';
import { chainLines, holds } from '../chain-text.ts';
import { trustedFolder } from '../trusted-folder.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { count, progressBar } from '../terminal.ts';

/** Exit code of a recording that does not verify. */
const DIFFERS = 1;

interface VerifyOptions extends BusOptions {
  readonly chain: boolean;
  readonly json: boolean;
}

export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .summary('prove that a recording is what the stages made of its inputs')
    .description(
      "Feeds a recording's own inputs to the stages again and compares every output with the recorded one, byte for byte. Names the first message that differs.",
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .option(
      '--chain',
      'hold every message against the anchors that were signed while it was recorded, instead: of any version, also where everything was rewritten to fit',
      false,
    )
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string, options: VerifyOptions) => {
    await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus, home }) => {
      await recordingNamed(bus, name);
      const run = runId(name);
      if (options.chain) {
        await verifyChain({ bus, home }, run, options.json);
        return;
      }
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

/** Holds a recording against its anchors. */
async function verifyChain(open: Pick<OpenHome, 'bus' | 'home'>, run: RunId, json: boolean): Promise<void> {
  const means = await chainMeans(open);
  const progress = progressBar('verifying');
  const verdict = await checkChain(means, run, progress.at).finally(progress.done);
  if (json)
    printJson({ ...verdict, verified: holds(verdict), problem: verdict.problem ?? null, outside: verdict.outside ?? null });
  else for (const line of chainLines(verdict)) printText(line);
  if (!holds(verdict)) process.exitCode = DIFFERS;
}

/** The keys that this home trusts, or that the environment names; undefined where there are none. @throws TrustedKeysError for those that cannot be read */
function trustedIn(home: string): TrustedKeys | undefined {
  const folder = trustedFolder(home);
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
