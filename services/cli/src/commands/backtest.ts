import { Option, type Command } from 'commander';
import { busHost, memoryHost, newRunId } from '@aitrader/application-backtest';
import { refusePlayedInMarket, withHome } from '@aitrader/application-supervision';

import {
  BARS_FLAGS,
  BARS_TEXT,
  checkedSourceOf,
  CONFIG_OPTION,
  EDGES_OPTION,
  integer,
  ACTIONS_OPTION,
  AS_OF_OPTION,
  PARAMETERS_OPTION,
  selectionOptions,
  sourceOf,
  type BarOptions,
} from '../bar-options.ts';
import { readingOptions } from '../reading-options.ts';
import { printReport } from '../print.ts';
import { configured } from '../configured.ts';
import { terminal } from '../terminal.ts';
import { runBrokerOptions, withBroker, type RunBrokerOptions } from '../run-broker.ts';
import { busOptions, homeOptions, refuseBusOptions, type BusOptions } from '../bus-options.ts';

interface BacktestOptions extends BarOptions, BusOptions, RunBrokerOptions {
  readonly host: 'memory' | 'bus';
  readonly shards: number;
  readonly config?: string;
  readonly edges?: string;
  readonly record: boolean;
  readonly json: boolean;
}

export function addBacktest(program: Command): void {
  const command = program
    .command('backtest')
    .summary('run bars through the stages with the simulated broker')
    .description(
      'Runs bars through all stages with the simulated broker. The memory host does it in this process; the bus host by the five services over JetStream. Both give the same digests.',
    )
    .requiredOption(BARS_FLAGS, BARS_TEXT)
    .addOption(new Option('--host <host>', 'where the stages run').choices(['memory', 'bus']).default('memory'))
    .option('--shards <n>', 'shards of ingest, probability and strategy', integer(1, 1024), 1)
    .option(...CONFIG_OPTION)
    .option(...EDGES_OPTION)
    .option(...PARAMETERS_OPTION)
    .option(...ACTIONS_OPTION)
    .option(...AS_OF_OPTION)
    .option('--record', 'leave a recording of an in-process run, too (the bus host always does)', false)
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(runBrokerOptions(readingOptions(selectionOptions(command)), ['simulated', 'exchange'])).action(
    async (options: BacktestOptions) => {
      const isServed = options.host === 'bus' || options.record;
      if (!isServed) refuseBusOptions(command, '--host bus and --record');
      const config = withBroker(await configured(options), options);
      const request = {
        run: newRunId('backtest'),
        kind: 'backtest',
        source: isServed ? await checkedSourceOf(options) : sourceOf(options),
        shards: options.shards,
        config,
        listener: terminal,
      } as const;
      if (!isServed) {
        printReport(await memoryHost(request, undefined, false), false, options.json);
        return;
      }
      refusePlayedInMarket(request);
      await withHome(homeOptions(options), async (open) => {
        const report = options.host === 'memory' ? await memoryHost(request, open, true) : await busHost(request, open);
        printReport(report, true, options.json);
      });
    },
  );
}
