import type { Command } from 'commander';
import { listRuns, type RunEntry } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { count } from '../terminal.ts';

export function addRuns(program: Command): void {
  const command = program
    .command('runs')
    .summary('list the recordings')
    .description('Lists the recordings that the nats-server of this folder holds.')
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (options: BusOptions & { json: boolean }) => {
    await withHome(homeOptions(options), async ({ bus }) => {
      const runs = await listRuns(bus);
      if (options.json) printJson(runs);
      else printText(runs.length === 0 ? 'no recordings yet; "aitrader paper" makes one' : runs.map(line).join('\n'));
    });
  });
}

const line = (entry: RunEntry): string =>
  entry.problem === null ? told(entry) : `${entry.run.padEnd(32)} cannot be read: ${entry.problem}`;

const told = (entry: RunEntry): string =>
  `${entry.run.padEnd(32)} ${entry.from}…${entry.to}  ${String(entry.symbols).padStart(5)} symbols  ${String(entry.shards).padStart(2)} shards  ` +
  `${count(entry.messages).padStart(11)} messages  ${(entry.bytes / 1e6).toFixed(1).padStart(8)} MB  ${entry.complete ? 'complete' : 'unfinished'}`;
