import path from 'node:path';
import type { Command } from 'commander';
import { REPORT_FILES, writeReport } from '@aitrader/application-reports';
import { accountHistory } from '../account-history.ts';
import { reportLines } from '../account-text.ts';
import { busOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { remark } from '../terminal.ts';

interface ReportOptions extends BusOptions {
  readonly out?: string;
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
    .option('--out <folder>', 'where to write it (default: a folder of the name report-RUN)')
    .option('--json', 'print the figures as one JSON document on standard output, too', false);
  busOptions(command).action(async (name: string, options: ReportOptions) => {
    const folder = path.resolve(options.out ?? `report-${name}`);
    const history = await accountHistory(name, options);
    const report = await writeReport(folder, history);
    if (options.json) printJson(report);
    else printText(reportLines(report));
    remark(`written to ${folder}: ${REPORT_FILES.join(', ')}`);
  });
}
