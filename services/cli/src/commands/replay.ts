import { Option, type Command } from 'commander';
import { runId } from '@aitrader/model';
import { UnknownRunError, listRecordings, manifestOf, type Bus } from '@aitrader/runtime-bus';
import { loadRunConfig } from '@aitrader/runtime-configuration';
import { PARAMETERS_OPTION, integer } from '../bar-options.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { withHome } from '../home.ts';
import { printReport } from '../print.ts';
import { newRunId } from '../run-id.ts';
import { busHost, memoryHost } from '../run-hosts.ts';

interface ReplayOptions extends BusOptions {
  readonly host: 'memory' | 'bus';
  readonly shards?: number;
  readonly config?: string;
  readonly parameters?: string;
  readonly json: boolean;
}

export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .summary("run a recording's bars again, perhaps with another configuration")
    .description(
      'Feeds the bars of a recording to the stages and the simulated broker again. The same configuration gives the same digests on either host, with any number of shards.',
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .addOption(new Option('--host <host>', 'where the stages run').choices(['memory', 'bus']).default('memory'))
    .option('--shards <n>', 'shards (default: as recorded)', integer(1, 1024))
    .option('--config <file>', 'JSON file with what is to differ from the recorded configuration')
    .option(...PARAMETERS_OPTION)
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string, options: ReplayOptions) => {
    await withHome(homeOptions(options), async (open) => {
      const { config: recorded, shards } = await manifestOrFail(open.bus, name);
      const config = await loadRunConfig(options.config, recorded);
      const { parameters } = options;
      const source = { kind: 'recording', run: name, ...(parameters === undefined ? {} : { parameters }) } as const;
      const request = { run: newRunId('replay'), kind: 'replay', source, shards: options.shards ?? shards, config } as const;
      const report = options.host === 'memory' ? await memoryHost(request, open, false) : await busHost(request, open);
      printReport(report, options.host === 'bus', options.json);
    });
  });
}

/** The manifest of a run that a user named. @throws UnknownRunError, also for a name that can be no run's */
export async function manifestOrFail(bus: Bus, name: string): ReturnType<typeof knownManifest> {
  const known = (): Promise<string[]> => listRecordings(bus).then((recordings) => recordings.map(({ run }) => run));
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) throw new UnknownRunError(name, await known());
  return knownManifest(bus, name);
}

async function knownManifest(bus: Bus, name: string): Promise<NonNullable<Awaited<ReturnType<typeof manifestOf>>>> {
  const manifest = await manifestOf(bus, runId(name));
  if (manifest === undefined) throw new UnknownRunError(name, []);
  return manifest;
}
