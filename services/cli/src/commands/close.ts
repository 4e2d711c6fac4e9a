import type { Command } from 'commander';
import { leftByRun, manifestOrFail } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { closeAndAnchor } from '../close-run.ts';
import { closingLines } from '../closing-text.ts';
import { printJson, printText } from '../print.ts';

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
    await withHome(homeOptions(options), async (open) => {
      const { run } = await manifestOrFail(open.bus, name);
      await closeAndAnchor(open, run);
      const left = await leftByRun(open.bus, run);
      if (options.json) printJson(left);
      else for (const line of closingLines(left)) printText(line);
    });
  });
}
