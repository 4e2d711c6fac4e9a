import { loadConfiguration } from '@aitrader/application-pipeline';
import { Option, type Command } from 'commander';
import { busHost, memoryHost, newRunId } from '@aitrader/application-backtest';
import { checkSource } from '@aitrader/application-markets';
import { manifestOrFail } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { playedConfig } from '@aitrader/runtime-configuration';
import { PARAMETERS_OPTION, integer } from '../bar-options.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printReport } from '../print.ts';
import { terminal } from '../terminal.ts';

interface ReplayOptions extends BusOptions {
  readonly host: 'memory' | 'bus';
  readonly shards?: number;
  readonly config?: string;
  readonly parameters?: string;
  readonly record: boolean;
  readonly json: boolean;
}

export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .summary("run a recording's bars again, perhaps with another configuration")
    .description(
      'Feeds the bars of a recording to the stages and the simulated broker again; for a broker with a market of its own a paper exchange stands in, by its rules. The same configuration gives the same digests on either host, with any number of shards.',
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .addOption(new Option('--host <host>', 'where the stages run').choices(['memory', 'bus']).default('memory'))
    .option('--shards <n>', 'shards (default: as recorded)', integer(1, 1024))
    .option('--config <file>', 'JSON file with what is to differ from the recorded configuration')
    .option(...PARAMETERS_OPTION)
    .option('--record', 'leave a recording of an in-process replay, too (the bus host always does)', false)
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string, options: ReplayOptions) => {
    const { parameters } = options;
    const source = { kind: 'recording', run: name, ...(parameters === undefined ? {} : { parameters }) } as const;
    await checkSource(source);
    // over the defaults at first: what is wrong with the file itself is said before anything is started
    await loadConfiguration(options.config);
    await withHome(homeOptions(options), async (open) => {
      const { config: recorded, shards } = await manifestOrFail(open.bus, name);
      const config = playedConfig(await loadConfiguration(options.config, recorded));
      const request = {
        run: newRunId('replay'),
        kind: 'replay',
        source,
        shards: options.shards ?? shards,
        config,
        listener: terminal,
      } as const;
      const isBus = options.host === 'bus';
      const report = isBus ? await busHost(request, open) : await memoryHost(request, open, options.record);
      printReport(report, isBus || options.record, options.json);
    });
  });
}
