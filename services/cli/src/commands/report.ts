import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import {
  COMPARISON_FILES,
  REPORT_FILES,
  sensitivityOf,
  writeComparison,
  writeReport,
  type TriedTrials,
} from '@aitrader/application-reports';
import { readSweep, triedIn } from '@aitrader/application-sweep';
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
  readonly trials?: number | string;
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
      'how many configurations were tried before this one, or the sweep that they were tried in: the Sharpe ratio beside the luck of the best',
      trialsOption,
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
    const tried = await triedOf(options);
    const { history, sensitivity } = await replayedHistory(name, options);
    const report = await writeReport(folder, history, { tried: tried?.trials, sensitivity });
    if (options.json) printJson(report);
    else printText(reportLines(report));
    remark(`written to ${folder}: ${REPORT_FILES.join(', ')}`);
    if (tried?.configurations?.has(report.configHash) === false) remark(OF_NO_TRIAL);
  });
}

const OF_NO_TRIAL = "no trial of the sweep has this run's configuration: what else was tried is not counted";
const NUMBER = /^\d+$/;

/** A number, or what is read as the file or folder of a sweep. */
function trialsOption(text: string): number | string {
  if (text.trim() === '') throw new InvalidArgumentError('must be a whole number from 1 on, or a sweep');
  return NUMBER.test(text) ? integer(1)(text) : text;
}

/** What was tried, and of a sweep by which configurations. @throws ConfigurationError for what is no sweep */
async function triedOf({
  trials,
}: ReportOptions): Promise<{ readonly trials: TriedTrials; readonly configurations?: ReadonlySet<string> } | undefined> {
  if (trials === undefined) return undefined;
  if (typeof trials === 'number') return { trials: { trials, sharpeVariance: null } };
  const { sweep } = await readSweep(trials);
  return { trials: triedIn(sweep), configurations: new Set(sweep.trials.map(({ configHash }) => configHash)) };
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
