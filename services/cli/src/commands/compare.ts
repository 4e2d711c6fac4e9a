import type { Command } from 'commander';
import { recordingNamed } from '@aitrader/application-recordings';
import { compareRuns, readHistory, reportOfHistory } from '@aitrader/application-reports';
import { withHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { comparisonText } from '../comparison-text.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { progressBar } from '../terminal.ts';

export function addCompare(program: Command): void {
  const command = program
    .command('compare')
    .summary('hold two runs against each other: where and why they parted')
    .description(
      'Shows what two runs came to side by side, the first interval at which each of what they are made of differs, and at the first decision that differs which gate found what.',
    )
    .argument('<run>', 'a recording, as "aitrader runs" lists it')
    .argument('<other>', 'another one')
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (first: string, second: string, options: BusOptions & { readonly json: boolean }) => {
    await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus }) => {
      for (const name of [first, second]) await recordingNamed(bus, name);
      const progress = progressBar('comparing');
      const parting = await compareRuns(bus, runId(first), runId(second), progress.at).finally(progress.done);
      const [one, other] = [await readHistory(bus, runId(first)), await readHistory(bus, runId(second))].map(reportOfHistory);
      if (one === undefined || other === undefined) return;
      if (options.json) printJson({ parting, first: one, second: other });
      else printText(comparisonText(parting, one, other));
    });
  });
}
