import type { Command } from 'commander';
import { closeRun, leftByRun, manifestOrFail } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { closingLines } from '../closing-text.ts';
import { printJson, printText } from '../print.ts';
import { progressBar } from '../terminal.ts';

export function addClose(program: Command): void {
  const command = program
    .command('close')
    .summary('prove a run that has ended, and record what it leaves to the one that follows it')
    .description(
      'Verifies a run that has come to its end and records what another one goes on from with paper --follow: cash, positions, exits, halts, and what the filters learned. A market that is followed is closed by itself each day.',
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string, options: BusOptions & { json: boolean }) => {
    await withHome(homeOptions(options), async ({ bus }) => {
      const { run } = await manifestOrFail(bus, name);
      const progress = progressBar('verifying');
      await closeRun(bus, run, progress.at).finally(progress.done);
      const left = await leftByRun(bus, run);
      if (options.json) printJson(left);
      else for (const line of closingLines(left)) printText(line);
    });
  });
}
