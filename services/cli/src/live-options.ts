import { Option, type Command } from 'commander';
import { openLiveVendor } from '@aitrader/application-live-market';
import { compareText, ticker } from '@aitrader/model';
import { LIVE_VENDORS, loadModelParameters, wallClock, type LiveSourceSpec } from '@aitrader/runtime-configuration';
import { integer, type BarOptions } from './bar-options.ts';

export interface LiveOptions {
  readonly vendor?: LiveSourceSpec['vendor'];
  readonly feed: string;
  readonly history: number;
  readonly graceMs: number;
  readonly cleanMinutes: number;
  readonly clockOffMs: number;
  readonly lookAgainMinutes: number;
}

/** Options that follow a market as it happens, in place of bars that are played. */
export const liveOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--vendor <vendor>', 'follow the live market of this vendor, in place of playing bars').choices([
        ...LIVE_VENDORS,
      ]),
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
    .option('--look-again-minutes <n>', 'how often the last minutes are fetched again', integer(1, 15), 5);

const OF_LIVE_MARKETS = ['feed', 'history', 'graceMs', 'cleanMinutes', 'clockOffMs', 'lookAgainMinutes'];
/** Options that a live market has no use for. */
const OF_PLAYED_BARS = [
  'bars',
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
  const { vendor, feed, history, graceMs, cleanMinutes, clockOffMs, lookAgainMinutes, symbols, parameters } = options;
  if (vendor === undefined) {
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
    vendor,
    feed,
    symbols: named,
    history,
    graceMs,
    cleanMinutes,
    clockOffMs,
    lookAgainMinutes,
    ...(parameters === undefined ? {} : { parameters }),
  };
  openLiveVendor(source, named, process.env, wallClock(process.env));
  if (parameters !== undefined) await loadModelParameters(parameters);
  return source;
}

const longOf = (command: Command, name: string): string =>
  command.options.find((option) => option.attributeName() === name)?.long ?? name;
