import path from 'node:path';
import type { Command } from 'commander';
import { isArchive, openBars, type OpenMarket } from '@aitrader/application-markets';
import { PARITY_FILES, parityOf, writeParity, type Parity } from '@aitrader/application-parity';
import { loadConfiguration } from '@aitrader/application-pipeline';
import { manifestOrFail, recordingNamed } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { newYorkDate } from '@aitrader/core-sessions';
import { runId, type Manifest } from '@aitrader/model';
import {
  ACTIONS_OPTION,
  AS_OF_OPTION,
  BARS_FLAGS,
  BARS_TEXT,
  CONFIG_OPTION,
  checkedSourceOf,
  selectionOptions,
  type BarOptions,
} from '../bar-options.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { parityText } from '../parity-text.ts';
import { printJson, printText } from '../print.ts';
import { readingFlag, readingOptions } from '../reading-options.ts';
import { progressBar, remark } from '../terminal.ts';

interface ParityOptions extends BusOptions, BarOptions {
  readonly config?: string;
  readonly out?: string;
  readonly journal: boolean;
  readonly json: boolean;
}

/** Exit code of a run with differences that nothing explains. */
const UNEXPLAINED = 1;

export function addParity(program: Command): void {
  const command = program
    .command('parity')
    .summary('hold a run against its replay, and lay every difference to its cause')
    .description(
      'Decides a run again with the code at hand, one interval ahead of what was recorded, fills it with the simulated broker, and lays every difference to data, latency, price, size, fee, rule or code. Ends with 1 when anything is left that nothing explains.',
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .option(BARS_FLAGS, `hold its bars against these: ${BARS_TEXT}`)
    .option(CONFIG_OPTION[0], `what the replay is to do otherwise: ${CONFIG_OPTION[1]}`)
    .option('--out <folder>', 'where to write the page (default: a folder of the name parity-RUN)')
    .option('--journal', 'write what each cause comes to into Postgres, too: analytics.daily_parity', false)
    .option('--json', 'print the report as one JSON document on standard output, too', false);
  selectionOptions(readingOptions(command.option(...ACTIONS_OPTION).option(...AS_OF_OPTION)));
  busOptions(command).action(async (name: string, options: ParityOptions) => {
    requireBars(options);
    requireOwnRules(options);
    const folder = path.resolve(options.out ?? `parity-${name}`);
    const parity = await parityFor(name, options);
    await writeParity(folder, parity);
    if (options.json) printJson(parity);
    else printText(parityText(parity));
    remark(`written to ${folder}: ${PARITY_FILES.join(', ')}`);
    if (options.journal) await journal(parity, options);
    if ((parity.bins.at(-1)?.lines ?? 0) > 0) process.exitCode = UNEXPLAINED;
  });
}

function parityFor(name: string, options: ParityOptions): Promise<Parity> {
  return withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus }) => {
    await recordingNamed(bus, name);
    const run = runId(name);
    const manifest = await manifestOrFail(bus, run);
    const config = options.config === undefined ? {} : { config: await loadConfiguration(options.config, manifest.config) };
    const market = options.bars === undefined ? {} : { market: await marketOf(options, manifest) };
    const progress = progressBar('replaying');
    return parityOf(bus, { run, ...config, ...market, onProgress: progress.at }).finally(progress.done);
  });
}

const NOT_OF_BARS: ReadonlySet<string> = new Set(['bars', 'config', 'out', 'journal', 'json', 'natsPort', 'storeMax']);

/** What else is said of bars is about those of `--bars`. @throws Error */
function requireBars(options: ParityOptions): void {
  const said = Object.keys(options).find((option) => !NOT_OF_BARS.has(option));
  if (options.bars === undefined && said !== undefined)
    throw new Error(`${readingFlag(said)} is about the bars that the recording is held against: name them with --bars`);
}

/** What the tables say of a run is by its own rules. @throws Error */
function requireOwnRules({ config, journal }: ParityOptions): void {
  if (journal && config !== undefined)
    throw new Error('--journal keeps what a run differs in by its own configuration: leave --config out, or --journal');
}

/** Last, so that a database that fails costs nobody the report. */
async function journal(parity: Parity, options: ParityOptions): Promise<void> {
  // large, and of use to this option alone
  const [{ journalParity }, { openDatabase }] = await Promise.all([
    import('@aitrader/application-journal'),
    import('@aitrader/runtime-database'),
  ]);
  await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus, home }) => {
    const database = await openDatabase({ home, onProgress: remark });
    try {
      await journalParity(bus, database, parity);
    } finally {
      await database.close();
    }
  });
  remark('written to Postgres: analytics.daily_parity');
}

/** The bars of the run's dates, unless others are asked for. */
async function marketOf(options: ParityOptions, { from, to, timeframe }: Manifest): Promise<OpenMarket> {
  const isOfMany = options.bars?.some(isArchive) === true;
  const dates = { from: newYorkDate(from), to: newYorkDate(to), ...(isOfMany ? { timeframe } : {}) };
  const source = await checkedSourceOf({ ...dates, ...options });
  return openBars(source, () => Promise.reject(new Error('these bars need no bus')));
}
