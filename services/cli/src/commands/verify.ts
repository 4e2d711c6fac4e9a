import type { Command } from 'commander';
import { codeText, isSameCode, recordingNamed, verifyRecording, type Verdict } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
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
    await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus }) => {
      await recordingNamed(bus, name);
      const run = runId(name);
      const progress = progressBar('verifying');
      const verdict = await verifyRecording(bus, run, progress.at).finally(progress.done);
      const { difference, writtenBy, verifiedBy } = verdict;
      const by = isSameCode(writtenBy, verifiedBy)
        ? `by ${codeText(writtenBy)}, the code at hand`
        : `by ${codeText(writtenBy)}; the code at hand is ${codeText(verifiedBy)}`;
      const chain = chainText(verdict);
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

/** Where a run goes on from. */
const chainText = ({ follows }: Verdict): string =>
  follows === undefined
    ? ''
    : follows.isHere
      ? `\nit goes on from what ${follows.run} left: npx aitrader verify ${follows.run} proves that`
      : `\nit goes on from what ${follows.run} left, which is not here: what that came to is taken as it was recorded`;
