import { InvalidArgumentError, Option, type Command } from 'commander';
import { openLiveVendor } from '@aitrader/application-live-market';
import { keyVariablesOf, loadNamedActions } from '@aitrader/application-markets';
import { compareText, ticker } from '@aitrader/model';
import {
  LIVE_VENDORS,
  loadModelParameters,
  wallClock,
  withKeys,
  type LiveSourceSpec,
  type LiveVendorName,
} from '@aitrader/runtime-configuration';
import { integer, type BarOptions } from './bar-options.ts';

export interface LiveOptions {
  /** the first one first, then those that take over */
  readonly vendor?: readonly LiveVendorName[];
  readonly feed: string;
  readonly history: number;
  readonly graceMs: number;
  readonly cleanMinutes: number;
  readonly clockOffMs: number;
  readonly lookAgainMinutes: number;
  readonly downMs: number;
  readonly silentMinutes: number;
  readonly returnMinutes: number;
  readonly apartBps: number;
}

/** Vendors of a list, each once. @throws InvalidArgumentError */
function vendorsOf(text: string): readonly LiveVendorName[] {
  const names = text.split(',').map((name) => LIVE_VENDORS.find((vendor) => vendor === name.trim()));
  const known = names.filter((name) => name !== undefined);
  if (known.length < names.length || new Set(known).size < known.length)
    throw new InvalidArgumentError(`must be one or several of ${LIVE_VENDORS.join(', ')}, each once.`);
  return known;
}

/** Options that follow a market as it happens, in place of bars that are played. */
export const liveOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--vendor <vendors>',
        `follow the live market of a vendor, in place of playing bars: ${LIVE_VENDORS.join(', ')}; several, comma-separated, take over from one another`,
      ).argParser(vendorsOf),
    )
    .option('--feed <feed>', "the vendor's feed", 'iex')
    .option('--history <sessions>', 'sessions whose bars are fetched first, for the filters to warm up on', integer(0, 30), 1)
    .option('--grace-ms <ms>', 'how long after its close a minute is waited for', integer(0, 30_000), 1_500)
    .option('--clean-minutes <n>', 'minutes in a row that must be well before there are entries', integer(1, 60), 3)
    .option(
      '--clock-off-ms <ms>',
      "how far the clock may be off the vendor's while there are entries",
      integer(100, 60_000),
      2_000,
    )
    .option('--down-ms <ms>', 'how long a vendor is down before the next one takes over', integer(1_000, 3_600_000), 30_000)
    .option(
      '--silent-minutes <n>',
      'minutes without a bar after which a vendor that is connected is taken for down',
      integer(1, 120),
      5,
    )
    .option('--return-minutes <n>', 'whole minutes after which the first vendor gives the bars again', integer(1, 120), 5)
    .option(
      '--apart-bps <n>',
      "how far two vendors' prices may be apart while entries are allowed, 1/100 %",
      integer(1, 10_000),
      100,
    )
    .option('--look-again-minutes <n>', 'how often the last minutes are fetched again', integer(1, 15), 5);

/** Options of a live market alone, beside the vendor. */
export const OF_LIVE_MARKETS: readonly string[] = [
  'feed',
  'history',
  'graceMs',
  'cleanMinutes',
  'clockOffMs',
  'lookAgainMinutes',
  'downMs',
  'silentMinutes',
  'returnMinutes',
  'apartBps',
];
/** Options that a live market has no use for. */
const OF_PLAYED_BARS = [
  'bars',
  'asOf',
  'speed',
  'from',
  'to',
  'timeframe',
  'symbol',
  'timeZone',
  'stamp',
  'adjustment',
  'dates',
  'columns',
];

/**
 * The live market that the options name; undefined when they name none. Keys, feed and parameters are checked.
 * @throws Error for options that contradict one another, ConfigurationError, VendorKeysError
 */
export async function liveSourceOf(command: Command, options: LiveOptions & BarOptions): Promise<LiveSourceSpec | undefined> {
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const {
    vendor,
    feed,
    history,
    graceMs,
    cleanMinutes,
    clockOffMs,
    lookAgainMinutes,
    downMs,
    silentMinutes,
    returnMinutes,
    apartBps,
    symbols,
    parameters,
    actions,
  } = options;
  const [first, ...backups] = vendor ?? [];
  if (first === undefined) {
    const stray = OF_LIVE_MARKETS.find(isGiven);
    if (stray !== undefined) throw new Error(`${longOf(command, stray)} is of a live market: say which with --vendor`);
    return undefined;
  }
  const played = OF_PLAYED_BARS.find(isGiven);
  if (played !== undefined)
    throw new Error(`${longOf(command, played)} is of bars that are played, and --vendor follows a live market`);
  if (symbols === undefined)
    throw new Error('--vendor needs --symbols: a live market is followed for the symbols that are named');
  const named = [...new Set(symbols)].map(ticker).sort(compareText);
  const source: LiveSourceSpec = {
    kind: 'live',
    vendor: first,
    backups,
    feed,
    symbols: named,
    history,
    graceMs,
    cleanMinutes,
    clockOffMs,
    lookAgainMinutes,
    downMs,
    silentMinutes,
    returnMinutes,
    apartBps,
    ...(parameters === undefined ? {} : { parameters }),
    ...(actions === undefined ? {} : { actions }),
  };
  const names = [first, ...backups];
  const env = await withKeys(process.env, keyVariablesOf(names));
  const host = { env, clock: wallClock(process.env), problem: () => undefined };
  for (const name of names) openLiveVendor(name, feed, named, host);
  if (parameters !== undefined) await loadModelParameters(parameters);
  if (actions !== undefined) await loadNamedActions(actions);
  return source;
}

/** What somebody should know who follows these vendors. */
export function liveRemarks({ vendor, backups }: LiveSourceSpec): readonly string[] {
  const remarks: string[] = [];
  if (vendor === 'yahoo')
    remarks.push(
      'Yahoo is a last resort: its bars are asked for minute by minute, come late, and are good enough for the simulated broker alone; no order of a real one may rest on them',
    );
  if (backups.includes('yahoo'))
    remarks.push(
      'Yahoo fills in when the others are down or silent, and then there are no entries: only exits; until then it is asked for ten symbols a minute, to hold its prices against theirs',
    );
  if ([vendor, ...backups].includes('finnhub'))
    remarks.push(
      "Finnhub's minutes are made of its trades; what a lost connection costs can be fetched on a paid plan alone, and stays missing on a free one",
    );
  return remarks;
}

const longOf = (command: Command, name: string): string =>
  command.options.find((option) => option.attributeName() === name)?.long ?? name;
