import path from 'node:path';
import type { Command } from 'commander';
import { RunExport } from '@aitrader/application-reports';
import { accountHistory } from '../account-history.ts';
import { busOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { count } from '../terminal.ts';

interface ExportOptions extends BusOptions {
  readonly into: string;
  readonly json: boolean;
}

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .summary('write a run as tables, for research in other languages')
    .description(
      'Writes what a run and those that it follows recorded into a new folder, a file of Parquet a table: bars, states, signals, orders, denials, gates, order events, fills, trades and equity, with a page that says what each column is.',
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .requiredOption('--into <folder>', 'where to write it; it must not be there, or be empty')
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string, options: ExportOptions) => {
    const into = await RunExport.into(path.resolve(options.into));
    try {
      const history = await accountHistory(name, options, (interval) => into.add(interval));
      const exported = await into.end(history);
      if (options.json) printJson(exported);
      else printText(linesOf(exported.tables));
    } finally {
      await into.drop();
    }
  });
}

const linesOf = (tables: Readonly<Record<string, number>>): string =>
  Object.entries(tables)
    .map(([name, rows]) => `${`${name}.parquet`.padEnd(FILE_WIDTH)} ${count(rows).padStart(ROWS_WIDTH)} rows`)
    .join('\n');

const FILE_WIDTH = 22;
const ROWS_WIDTH = 12;
