import type { Command } from 'commander';
import { busOptions, type BusOptions } from '../bus-options.ts';
import { comparedRuns } from '../compared-runs.ts';
import { comparisonText } from '../comparison-text.ts';
import { printJson, printText } from '../print.ts';

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
    const { parting, ...runs } = await comparedRuns(first, second, options);
    const [one, other] = [runs.first.report, runs.second.report];
    if (options.json) printJson({ parting, first: one, second: other });
    else printText(comparisonText(parting, one, other));
  });
}
