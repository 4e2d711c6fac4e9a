import { InvalidArgumentError, type Command } from 'commander';
import { checkSource, isArchive, type AsOf } from '@aitrader/application-markets';
import { dayBounds } from '@aitrader/core-market';
import { dateProblem } from '@aitrader/core-sessions';
import { TIMEFRAMES, type Timeframe } from '@aitrader/model';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';
import { readingFlag, readingOf, type ReadingFlags } from './reading-options.ts';
import { remark } from './terminal.ts';

/** A whole number of at least `min`, for an option. */
export const integer =
  (min: number, max = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}`);
    return value;
  };

function date(text: string): string {
  const problem = dateProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(`It ${problem}.`);
  return text;
}

function timeframe(text: string): Timeframe {
  const known = TIMEFRAMES.find((each) => each === text);
  if (known === undefined) throw new InvalidArgumentError(`must be one of ${TIMEFRAMES.join(', ')}`);
  return known;
}

/** Symbols separated by commas; the option given again adds to them. */
function symbols(text: string, before: readonly string[] = []): readonly string[] {
  const named = text.split(',').map((symbol) => symbol.trim());
  if (named.includes('')) throw new InvalidArgumentError('must be symbols separated by commas');
  return [...before, ...named];
}

/** The end of a New York date, an instant, or a version. */
export function asOf(text: string): AsOf {
  const [, version] = /^v(-?\d{1,9})$/.exec(text) ?? [];
  if (version !== undefined) return { version: Number(version) };
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return { at: dayBounds(date(text)).last };
  const at = /T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!(at >= 0)) throw new InvalidArgumentError('must be a date, an instant with its zone, or a version such as v2');
  return { at };
}

/** Which bars of a market are wanted. */
export interface SelectionOptions {
  readonly timeframe?: Timeframe;
  readonly from?: string;
  readonly to?: string;
  readonly symbols?: readonly string[];
}

export interface BarOptions extends SelectionOptions, ReadingFlags {
  readonly bars?: readonly string[];
  readonly parameters?: string;
  readonly actions?: string;
  readonly asOf?: AsOf;
}

export const BARS_FLAGS = '--bars <files...>';
export const BARS_TEXT =
  'files of bars as vendors write them, recognised by their content (docs/bar-files.md); an archive (its folder, or azure://account/container); or "sample" for the built-in synthetic market';

const SELECTION_TEXT = {
  timeframe: 'believe this timeframe instead of recognising it',
  symbols: 'only these symbols, comma-separated',
};

/** Options of every command that takes bars, beside `--bars`. */
export const selectionOptions = (command: Command, says: Partial<typeof SELECTION_TEXT> = {}): Command =>
  command
    .option('--timeframe <timeframe>', says.timeframe ?? SELECTION_TEXT.timeframe, timeframe)
    .option('--from <date>', 'first New York date, YYYY-MM-DD', date)
    .option('--to <date>', 'last New York date, YYYY-MM-DD', date)
    .option('--symbols <list>', says.symbols ?? SELECTION_TEXT.symbols, symbols);

/** Of every command that runs a market: what was fitted to its symbols. */
export const PARAMETERS_OPTION = ['--parameters <file>', 'fitted parameters, as "aitrader fit --into" writes them'] as const;
/** Of every command that runs a market: what companies did to their shares. */
export const ACTIONS_OPTION = [
  '--actions <file>',
  'splits, dividends, spin-offs and changes of symbol, as CSV or JSON, or an archive that keeps them (docs/corporate-actions.md)',
] as const;
/** Of every command that reads an archive. */
export const AS_OF_OPTION = [
  '--as-of <when>',
  'archive: as it was known then: a New York date (to its end), an instant such as 2024-07-03T20:00:00Z, or a version as "bars list" has them: v2',
  asOf,
] as const;
/** Of every command that runs stages. */
/** What claims came to on earlier bars. */
export const EDGES_OPTION = [
  '--edges <file>',
  'what strategies showed on earlier bars, as "aitrader edge --into" writes it',
] as const;
export const CONFIG_OPTION = ['--config <file>', 'JSON file with any part of the run configuration'] as const;

const SAMPLE = 'sample';
const SAMPLE_TIMEFRAME = '1m';

/** @throws Error for a first date after the last */
export function requireInOrder({ from, to }: SelectionOptions): void {
  if (from !== undefined && to !== undefined && from > to)
    throw new Error(`--from ${from} comes after --to ${to}: the first date is to be the earlier one`);
}

/**
 * The source that `--bars` and its companions name; the built-in sample for `sample` or nothing.
 * @throws Error for options that contradict one another
 */
export function sourceOf({ bars = [SAMPLE], parameters, actions, asOf: then, ...selection }: BarOptions): BarSourceSpec {
  const { from, to, timeframe: believed, symbols: wanted } = selection;
  requireInOrder(selection);
  const companions = {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(wanted === undefined ? {} : { symbols: [...wanted] }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(actions === undefined ? {} : { actions }),
  };
  const timeframe = believed === undefined ? {} : { timeframe: believed };
  const reading = readingOf(selection);
  const archive = bars.find(isArchive);
  // an archive may have been made of files that did not say what they are adjusted for
  const [said] = Object.keys(reading).filter((option) => archive === undefined || option !== 'adjustment');
  const { adjustment } = reading;
  if (then !== undefined && archive === undefined)
    throw new Error('--as-of is about archives: files and the sample have one version');
  if (archive !== undefined && bars.length > 1)
    throw new Error(`--bars: ${archive} is an archive, and goes with no other files: import them into it`);
  if (said !== undefined && (archive !== undefined || bars.includes(SAMPLE)))
    throw new Error(`${readingFlag(said)} is about files: an archive and the sample say it themselves`);
  if (archive !== undefined)
    return {
      ...{ kind: 'archive', path: archive, ...companions, ...timeframe },
      ...(adjustment === undefined ? {} : { adjustment }),
      ...(then === undefined ? {} : { asOf: then }),
    };
  if (!bars.includes(SAMPLE)) return { kind: 'files', paths: [...bars], ...companions, ...reading, ...timeframe };
  if (bars.length > 1)
    throw new Error('--bars: "sample" is the built-in market, and goes with no files; a file of that name is ./sample');
  if (believed !== undefined && believed !== SAMPLE_TIMEFRAME)
    throw new Error(`--timeframe ${believed}: the sample market has ${SAMPLE_TIMEFRAME} bars`);
  return { kind: 'sample', ...companions };
}

/**
 * The source, checked before anything is started for it; what is wrong further down in a large file is found when that is loaded.
 * @throws Error, BarFileError, ConfigurationError
 */
export async function checkedSourceOf(options: BarOptions): Promise<BarSourceSpec> {
  const source = sourceOf(options);
  for (const reading of await checkSource(source)) remark(reading);
  return source;
}
