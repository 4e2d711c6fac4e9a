import path from 'node:path';
import type { Command } from 'commander';
import { beginRecording, homeOf, withHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { busIdentities, keysApart, renderAccounts } from '@aitrader/runtime-bus';
import { keyFolderOf, writeAtomically } from '@aitrader/runtime-storage';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printText } from '../print.ts';
import { remark } from '../terminal.ts';

/** What a run may be called. */
const RUN_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

interface ConfigOptions {
  readonly keys?: string;
  readonly apart: boolean;
  readonly out?: string;
}

export function addBus(program: Command): void {
  const bus = program.command('bus').summary('prepare a nats-server that is not started here');
  addConfig(bus);
  addBegin(bus);
}

function addConfig(bus: Command): void {
  bus
    .command('config')
    .summary('make the keys of the bus, and print the accounts for the configuration of its nats-server')
    .description(
      'Prints what the configuration of a nats-server needs (include it): an account for each service, and who may publish what. Keys that are missing are made; the server is told public ones only, so that what is printed is no secret.',
    )
    .option('--keys <folder>', 'folder of the keys (default: keys in the home)')
    .option('--apart', 'each key in a folder of its own in it, to be given to its service alone', false)
    .option('--out <file>', 'write to a file instead of standard output')
    .action(async ({ keys = keyFolderOf(homeOf(process.env)), apart, out }: ConfigOptions) => {
      const folder = path.resolve(keys);
      const accounts = renderAccounts(await busIdentities(folder, apart ? keysApart : undefined));
      if (out === undefined) printText(accounts.trimEnd());
      else await writeAtomically(out, accounts);
      remark(`the keys are in ${folder}: name it by AITRADER_BUS_KEYS`);
    });
}

function addBegin(bus: Command): void {
  const command = bus
    .command('begin')
    .summary('make the recording of a run whose services are started by themselves')
    .description(
      'Makes the empty recording that services wait for which are started by hand or by docker compose: they may write into a recording, and not make one. Does nothing when it is there.',
    )
    .argument('<run>', 'the run, as the services are told it by AITRADER_RUN');
  busOptions(command).action(async (name: string, options: BusOptions) => {
    if (!RUN_NAME.test(name))
      throw new Error(`${JSON.stringify(name)} is no name of a run: lower case letters, digits and hyphens`);
    await withHome(homeOptions(options), ({ bus: open }) => beginRecording(open, runId(name)));
  });
}
