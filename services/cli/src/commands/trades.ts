import { Option, type Command } from 'commander';
import { recordingNamed } from '@aitrader/application-recordings';
import {
  arrowOf,
  csvOf,
  dailyAccountOf,
  dailyTable,
  equityTable,
  objectsOf,
  parquetOf,
  readHistory,
  rowsOf,
  tradesTable,
  type AccountHistory,
  type Table,
} from '@aitrader/application-reports';
import { withHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { requireWritable, writeAtomically } from '@aitrader/runtime-storage';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { dailyText, tradesText } from '../account-text.ts';
import { printJson, printText } from '../print.ts';
import { count, progressBar, remark } from '../terminal.ts';

interface TableOptions extends BusOptions {
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly arrow?: string;
  readonly parquet?: string;
}

const FORMATS = ['csv', 'json', 'arrow', 'parquet'] as const;

/** The ways in which a table can be had, one at a time. */
function tableOptions(command: Command): Command {
  const others = (own: string): string[] => FORMATS.filter((format) => format !== own);
  command.addOption(new Option('--csv', 'print it as CSV').conflicts(others('csv')));
  command.addOption(new Option('--json', 'print one JSON document on standard output').conflicts(others('json')));
  command.addOption(new Option('--arrow <file>', 'write it as a file of Apache Arrow').conflicts(others('arrow')));
  command.addOption(new Option('--parquet <file>', 'write it as a file of Parquet').conflicts(others('parquet')));
  return busOptions(command);
}

export function addTrades(program: Command): void {
  const command = program
    .command('trades')
    .summary('list the trades of a run, from entry to exit')
    .description(
      'Lists what each order of a run came to, from its entry to its exit, those of the runs that it follows among them: prices, fees, profit, and what left it.',
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it');
  tableOptions(command).action(async (name: string, options: TableOptions) => {
    const history = await historyOf(name, options);
    await put(tradesTable(history.trips), options, () => tradesText(history.trips));
  });
}

export function addEquity(program: Command): void {
  const command = program
    .command('equity')
    .summary('show the equity of a run, by trade date or by interval')
    .description('Shows what the account of a run was worth, those of the runs that it follows before it.')
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .option('--daily', 'by trade date, also where it is printed or written as data', false);
  tableOptions(command).action(async (name: string, options: TableOptions & { readonly daily: boolean }) => {
    const { curve, startEquity } = await historyOf(name, options);
    const daily = dailyAccountOf(curve, startEquity);
    await put(options.daily ? dailyTable(daily) : equityTable(curve), options, () => dailyText(daily, startEquity));
  });
}

async function historyOf(name: string, options: TableOptions): Promise<AccountHistory> {
  for (const file of [options.arrow, options.parquet]) if (file !== undefined) await requireWritable(file);
  return withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus }) => {
    await recordingNamed(bus, name);
    const progress = progressBar('reading');
    const history = await readHistory(bus, runId(name), progress.at).finally(progress.done);
    if (history.unfinished > 0) remark(`${count(history.unfinished)} intervals are not complete, and left out`);
    return history;
  });
}

async function put(table: Table, { csv, json, arrow, parquet }: TableOptions, text: () => string): Promise<void> {
  const file = arrow ?? parquet;
  if (csv === true) process.stdout.write(csvOf(table));
  else if (json === true) printJson(objectsOf(table));
  else if (file === undefined) printText(text());
  else {
    const bytes = arrow === undefined ? parquetOf(table) : await arrowOf(table);
    await writeAtomically(file, inOnePiece(bytes));
    remark(`${count(rowsOf(table))} rows written to ${file}`);
  }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
