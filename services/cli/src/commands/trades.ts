import { Option, type Command } from 'commander';
import {
  arrowOf,
  csvOf,
  dailyAccountOf,
  dailyTable,
  equityTable,
  inOnePiece,
  objectsOf,
  parquetOf,
  rowsOf,
  tradesTable,
  type Table,
} from '@aitrader/application-reports';
import { requireWritable, writeAtomically } from '@aitrader/runtime-storage';
import { accountHistory } from '../account-history.ts';
import { busOptions, type BusOptions } from '../bus-options.ts';
import { dailyText, tradesText } from '../account-text.ts';
import { printJson, printText } from '../print.ts';
import { count, remark } from '../terminal.ts';

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
    for (const file of [options.arrow, options.parquet]) if (file !== undefined) await requireWritable(file);
    const history = await accountHistory(name, options);
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
    for (const file of [options.arrow, options.parquet]) if (file !== undefined) await requireWritable(file);
    const { curve, startEquity } = await accountHistory(name, options);
    const daily = dailyAccountOf(curve, startEquity);
    await put(options.daily ? dailyTable(daily) : equityTable(curve), options, () => dailyText(daily, startEquity));
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
