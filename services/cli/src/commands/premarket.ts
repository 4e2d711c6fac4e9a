import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  fetchBars,
  keyVariablesOf,
  premarketOf,
  VENDORS,
  vendorSymbols,
  type FetchRequest,
  type PremarketSymbol,
} from '@aitrader/application-markets';
import { homeOf } from '@aitrader/application-supervision';
import { dateProblem, newYorkDate, sessionOn, sessionsBetween } from '@aitrader/core-sessions';
import { epochMs, type Ticker } from '@aitrader/model';
import { wallClock, withKeys } from '@aitrader/runtime-configuration';
import { makeFolder, writeAtomically } from '@aitrader/runtime-storage';
import { integer } from '../bar-options.ts';
import { printJson, printText } from '../print.ts';
import { count, progressBar } from '../terminal.ts';

interface PremarketOptions extends Pick<FetchRequest, 'vendor' | 'symbols' | 'feed'> {
  readonly date: string;
  readonly traded: boolean;
  readonly top?: number;
  readonly out?: string;
  readonly json: boolean;
}

/** What a premarket scan came to. */
interface PremarketReport {
  readonly date: string;
  readonly before: string;
  readonly vendor: string;
  readonly feed: string;
  /** what the vendor could be asked for, epoch ms */
  readonly upTo: number;
  readonly symbols: readonly PremarketSymbol[];
}

function date(text: string): string {
  const problem = dateProblem(text) ?? (sessionOn(text) === undefined ? 'is no trading date' : undefined);
  if (problem !== undefined) throw new InvalidArgumentError(`It ${problem}.`);
  return text;
}

function symbols(text: string): readonly Ticker[] {
  try {
    return vendorSymbols(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

export function addPremarket(program: Command): void {
  program
    .command('premarket')
    .summary('what symbols have done before the open of a date, by a vendor: gaps and volumes')
    .description(
      "Asks a vendor for the minutes of a date before its open, and for those of the trading date before, and says of each symbol how far it is from that date's close and how much of it has traded, the widest gap first. With --out it is kept as files, for people and for programs.",
    )
    .addOption(new Option('--vendor <vendor>', 'who is asked').choices(VENDORS).makeOptionMandatory())
    .requiredOption('--symbols <list>', 'these symbols, comma-separated', symbols)
    .requiredOption('--date <date>', 'the trading date, YYYY-MM-DD', date)
    .option('--feed <feed>', "where prices come from: one of the vendor's feeds")
    .option('--traded', 'only what has traded before the open', false)
    .option('--top <n>', 'at most so many', integer(1))
    .option('--out <folder>', 'write premarket.json and premarket.txt there, too')
    .option('--json', 'print one JSON document on standard output', false)
    .action(async (options: PremarketOptions) => {
      const report = await reportOf(options);
      const text = premarketText(report, options.symbols.length);
      const { out, json } = options;
      if (out !== undefined) {
        makeFolder(out);
        await writeAtomically(path.join(out, 'premarket.json'), `${JSON.stringify(report, null, 2)}\n`);
        await writeAtomically(path.join(out, 'premarket.txt'), `${text}\n`);
      }
      if (json) printJson(report);
      else printText(text);
    });
}

async function reportOf({ vendor, symbols: wanted, date: of, feed, traded, top }: PremarketOptions): Promise<PremarketReport> {
  const clock = wallClock(process.env);
  const before = dateBefore(of);
  const progress = progressBar('asking');
  const outside = {
    env: await withKeys(process.env, keyVariablesOf([vendor])),
    ...{ now: clock.now, sleep: async (ms: number) => sleep(ms), random: Math.random },
    rawFolder: path.join(homeOf(process.env), 'raw'),
  };
  const request: FetchRequest = { vendor, symbols: wanted, from: before, to: of, timeframe: '1m', feed };
  const fetched = await fetchBars(request, outside, progress.at).finally(progress.done);
  const all = premarketOf(fetched.table, of, before).filter(({ bars }) => !traded || bars > 0);
  const upTo = fetched.upTo ?? Math.floor(clock.now());
  return { date: of, before, vendor, feed: fetched.feed, upTo, symbols: all.slice(0, top) };
}

const WEEKS_MS = 14 * 86_400_000;

/** The trading date before one. @throws Error where the calendar begins */
function dateBefore(of: string): string {
  const from = newYorkDate(epochMs(Date.parse(`${of}T12:00:00Z`) - WEEKS_MS));
  const before = sessionsBetween(from, of).at(-2);
  if (before === undefined) throw new Error(`${of}: no trading date before it is known`);
  return before.date;
}

const timeOf = (t: number): string =>
  new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    t,
  );
const WIDTHS = { symbol: 8, gap: 9, volume: 12 } as const;
const CENTS = 2;

function premarketText({ date: of, before, vendor, feed, upTo, symbols: told }: PremarketReport, asked: number): string {
  const lines = told.map(({ symbol, gapPercent, volume, last, lastAt, closeBefore }) => {
    const gap = gapPercent === null ? '-' : `${gapPercent < 0 ? '' : '+'}${gapPercent.toFixed(CENTS)} %`;
    const at = last === null || lastAt === null ? 'did not trade' : `${last.toFixed(CENTS)} at ${timeOf(lastAt)}`;
    const was = closeBefore === null ? '' : `, ${closeBefore.toFixed(CENTS)} at the close of ${before}`;
    return `${symbol.padEnd(WIDTHS.symbol)} ${gap.padStart(WIDTHS.gap)} ${count(volume).padStart(WIDTHS.volume)} shares  ${at}${was}`;
  });
  const traded = told.filter(({ bars }) => bars > 0).length;
  const head = `${of} before the open, up to ${timeOf(upTo)} in New York, by ${vendor} ${feed}: ${count(traded)} of ${count(asked)} symbols traded`;
  return [head, ...lines].join('\n');
}
