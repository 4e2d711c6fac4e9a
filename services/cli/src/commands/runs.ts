import type { Command } from 'commander';
import { lastOf, listRecordings, manifestOf, type Bus } from '@aitrader/runtime-bus';
import { intervalOf } from '@aitrader/contracts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { withHome } from '../home.ts';
import { printJson, printText } from '../print.ts';
import { count } from '../terminal.ts';

interface RunEntry {
  readonly run: string;
  readonly kind: string;
  readonly created: string;
  readonly from: string;
  readonly to: string;
  readonly symbols: number;
  readonly shards: number;
  readonly messages: number;
  readonly bytes: number;
  readonly complete: boolean;
}

export function addRuns(program: Command): void {
  const command = program
    .command('runs')
    .summary('list the recordings')
    .description('Lists the recordings that the nats-server of this folder holds.')
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (options: BusOptions & { json: boolean }) => {
    await withHome(homeOptions(options), async ({ bus }) => {
      const runs = await entries(bus);
      if (options.json) printJson(runs);
      else printText(runs.length === 0 ? 'no recordings yet; "aitrader paper" makes one' : runs.map(line).join('\n'));
    });
  });
}

async function entries(bus: Bus): Promise<RunEntry[]> {
  const found: RunEntry[] = [];
  for (const { run, messages, bytes, created } of await listRecordings(bus)) {
    const manifest = await manifestOf(bus, run);
    const decided = await lastOf(bus, run, 'orders');
    found.push({
      run,
      messages,
      bytes,
      created,
      kind: manifest?.kind ?? 'unknown',
      from: day(manifest?.from),
      to: day(manifest?.to),
      symbols: manifest?.universe.length ?? 0,
      shards: manifest?.shards ?? 0,
      complete: manifest !== undefined && decided !== undefined && intervalOf('orders', decided.data) >= manifest.to,
    });
  }
  return found;
}

const day = (t: number | undefined): string => (t === undefined ? '' : new Date(t).toISOString().slice(0, 10));
const line = (entry: RunEntry): string =>
  `${entry.run.padEnd(32)} ${entry.from}…${entry.to}  ${String(entry.symbols).padStart(5)} symbols  ${String(entry.shards).padStart(2)} shards  ` +
  `${count(entry.messages).padStart(11)} messages  ${(entry.bytes / 1e6).toFixed(1).padStart(8)} MB  ${entry.complete ? 'complete' : 'unfinished'}`;
