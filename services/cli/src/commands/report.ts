import path from 'node:path';
import type { Command } from 'commander';
import { COMPARISON_FILES, REPORT_FILES, sensitivityOf, writeComparison, writeReport } from '@aitrader/application-reports';
import { withHome } from '@aitrader/application-supervision';
import { historyOn } from '../account-history.ts';
import { reportLines } from '../account-text.ts';
import { comparedRuns } from '../compared-runs.ts';
import { comparisonText } from '../comparison-text.ts';
import { integer } from '../bar-options.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { progressBar, remark } from '../terminal.ts';

interface ReportOptions extends BusOptions {
  readonly out?: string;
  readonly compare: boolean;
  readonly trials?: number;
  readonly sensitivity: boolean;
  readonly json: boolean;
}

export function addReport(program: Command): void {
  const command = program
    .command('report')
    .summary('write what a run came to as a page, with its figures and tables')
    .description(
      'Writes a page of what the account of a run did, those of the runs that it follows before it: equity and drawdown, returns, trades on prices, what was refused and why, what claims came to, costs, and how its forecasts fared.',
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .argument('[other]', 'with --compare: another one')
    .option('--compare', 'a page of two runs side by side: where and why they parted, and what each came to', false)
    .option(
      '--trials <n>',
      'how many configurations were tried before this one: the Sharpe ratio beside the luck of the best',
      integer(1),
    )
    .option('--sensitivity', 'replay it with other assumptions of what trading costs, however long it is', false)
    .option('--out <folder>', 'where to write it (default: a folder of the name report-RUN, or compare-RUN)')
    .option('--json', 'print the figures as one JSON document on standard output, too', false);
  busOptions(command).action(async (name: string, other: string | undefined, options: ReportOptions) => {
    if (options.compare !== (other !== undefined))
      throw new Error(options.compare ? '--compare needs two runs' : 'a second run is for --compare: a report is of one');
    if (other !== undefined) {
      await writeComparedRuns(name, other, options);
      return;
    }
    const folder = path.resolve(options.out ?? `report-${name}`);
    const { history, sensitivity } = await replayedHistory(name, options);
    const report = await writeReport(folder, history, { trials: options.trials, sensitivity });
    if (options.json) printJson(report);
    else printText(reportLines(report));
    remark(`written to ${folder}: ${REPORT_FILES.join(', ')}`);
  });
}

/** The history of a run, and what it would have come to had trading cost otherwise. */
const replayedHistory = (name: string, options: ReportOptions) =>
  withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus }) => {
    const history = await historyOn(bus, name);
    const progress = progressBar('replaying');
    const how = { isAsked: options.sensitivity, onProgress: progress.at };
    const sensitivity = await sensitivityOf(bus, history.manifests, history.summary.bars, how).finally(progress.done);
    return { history, sensitivity };
  });

async function writeComparedRuns(first: string, second: string, options: ReportOptions): Promise<void> {
  const folder = path.resolve(options.out ?? `compare-${first}`);
  const compared = await comparedRuns(first, second, options);
  await writeComparison(folder, compared);
  const { parting } = compared;
  const [one, other] = [compared.first.report, compared.second.report];
  if (options.json) printJson({ parting, first: one, second: other });
  else printText(comparisonText(parting, one, other));
  remark(`written to ${folder}: ${COMPARISON_FILES.join(', ')}`);
}
