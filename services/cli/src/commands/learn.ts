import { userInfo } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import type { Challenge, Decision, DriftFigure } from '@aitrader/application-learning';
import { loadConfiguration } from '@aitrader/application-pipeline';
import { homeOf, makeHome, withRecords } from '@aitrader/application-supervision';
import { dateProblem, sessionsBetween, newYorkDate } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';
import { playedConfig, wallClock } from '@aitrader/runtime-configuration';
import {
  ACTIONS_OPTION,
  AS_OF_OPTION,
  BARS_FLAGS,
  BARS_TEXT,
  CONFIG_OPTION,
  integer,
  selectionOptions,
  sourceOf,
  type BarOptions,
} from '../bar-options.ts';
import { loadMarket } from '../load-market.ts';
import { modelOf, observedOf, type ModelOptions } from '../model-options.ts';
import { printJson, printText } from '../print.ts';
import { readingOptions } from '../reading-options.ts';
import { count, remark, stepCounter, terminal } from '../terminal.ts';

interface LearnOptions extends BarOptions, DecideOptions {
  readonly date?: string;
  readonly models: readonly LearnedName[];
  readonly heldOut: number;
  readonly window: number;
  readonly promote: boolean;
  readonly config?: string;
}
interface DecideOptions {
  readonly reason?: string;
  readonly actor?: string;
  readonly json: boolean;
}

/** Models of which the forecasts take something up. */
const LEARNED = ['garch', 'gjr', 'egarch', 'hmm'] as const;
type LearnedName = (typeof LEARNED)[number];
/** As `fit` has them. */
const FITTED: Omit<ModelOptions, 'model'> = {
  ...{ distribution: 't', mean: 'constant', presample: 'sample', diffuseConstant: 'kfas' },
  ...{ order: 1, switchingVariance: false, emissions: 'gaussian', plain: false, start: 'first-observation' },
};
/** Dates of a month and a half, and the bars that a fit takes. */
const HELD_OUT_DATES = 30;
const WINDOW_BARS = 2_000;

function date(text: string): string {
  const problem = dateProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(`It ${problem}.`);
  return text;
}

function modelNames(text: string): readonly LearnedName[] {
  const names = text.split(',').map((name) => LEARNED.find((one) => one === name.trim()));
  const known = names.filter((name) => name !== undefined);
  if (known.length < names.length || new Set(known).size < known.length)
    throw new InvalidArgumentError(`must be one or several of ${LEARNED.join(', ')}, each once.`);
  return known;
}

/** Challengers, and who puts them in force. */
export function addLearn(program: Command): void {
  const command = program
    .command('learn')
    .summary('fit a challenger, and hold it against the parameters in force')
    .description(
      'Fits models to bars up to some dates before the last one, and holds what comes of it against the parameters in force on those dates, which neither was fitted to: by log score, CRPS and QLIKE, with a test of the differences, and by the coverage of intervals. Says how far calibration, edges and features have moved. Puts nothing in force unless --promote is given and the challenger is better.',
    )
    .usage('--bars <files...> [options]')
    .enablePositionalOptions()
    .option(BARS_FLAGS, BARS_TEXT)
    .option('--date <date>', 'the last trading date that is looked at (default: the last one that is over)', date)
    .option('--models <list>', `what is fitted, comma-separated: ${LEARNED.join(', ')}`, modelNames, ['gjr', 'egarch'])
    .option('--held-out <dates>', 'trading dates that the challenger is judged on', integer(10, 1_000), HELD_OUT_DATES)
    .option('--window <bars>', 'the last observations before those, to fit to', integer(100), WINDOW_BARS)
    .option('--promote', 'put the challenger in force where it is better', false)
    .option('--reason <text>', 'with --promote: why; it is kept', 'better on dates that it was not fitted to')
    .option('--actor <name>', 'with --promote: who decides; it is kept (default: the user of the system)')
    .option(...CONFIG_OPTION)
    .option(...ACTIONS_OPTION)
    .option(...AS_OF_OPTION)
    .option('--json', 'print one JSON document on standard output', false);
  readingOptions(selectionOptions(command)).action(async (options: LearnOptions) => {
    // required here, and not by the commands below
    if (options.bars === undefined) command.error(`error: required option '${BARS_FLAGS}' not specified`);
    const { learn, promote } = await import('@aitrader/application-learning');
    const home = homeOf(process.env);
    makeHome(home);
    const now = wallClock(process.env).now();
    const last = options.date ?? lastDate(now);
    const market = await loadMarket(sourceOf({ to: last, ...options }));
    const isDaily = market.table.timeframe === '1d';
    const models = options.models.map((name) => {
      const of: ModelOptions = { ...FITTED, model: name, ...(name === 'hmm' || isDaily ? {} : { observe: 'innovations' }) };
      return { name, model: modelOf(of, true, true), observed: observedOf(of) };
    });
    const config = playedConfig(await loadConfiguration(options.config));
    const { heldOut, window } = options;
    const request = {
      home,
      market,
      config,
      models,
      date: last,
      heldOut,
      window,
      now,
      counter: stepCounter(),
      listener: terminal,
    };
    const { challenge, decision } = await withRecords(home, async () => {
      const made = await learn(request);
      const isPromoted = options.promote && made.comparison.verdict === 'better' && made.challenger !== made.champion;
      return { challenge: made, decision: isPromoted ? await promote(home, last, decidedBy(options, now)) : null };
    });
    if (options.json) printJson({ ...challenge, decision });
    else printText(challengeText(challenge));
    if (decision !== null) remark(decisionText(decision));
  });
  addDecisions(command);
}

const decidedBy = ({ actor, reason = '' }: DecideOptions, at: number) => ({
  by: actor ?? userInfo().username,
  reason,
  at: Math.floor(at),
});

/** The last trading date whose session is over. */
function lastDate(now: number): string {
  const month = 40 * 86_400_000;
  const sessions = sessionsBetween(newYorkDate(epochMs(Math.floor(now) - month)), newYorkDate(epochMs(Math.floor(now))));
  const over = sessions.findLast(({ postClose }) => postClose <= now);
  if (over === undefined) throw new Error('no trading date is over: say which one by --date');
  return over.date;
}

function addDecisions(learning: Command): void {
  const decide = (command: Command): Command =>
    command
      .requiredOption('--reason <text>', 'why; it is kept')
      .option('--actor <name>', 'who decides; it is kept (default: the user of the system)')
      .option('--json', 'print one JSON document on standard output', false);
  const print = (decision: Decision, json: boolean): void => (json ? printJson(decision) : printText(decisionText(decision)));
  decide(
    learning
      .command('promote')
      .summary('put the challenger of a date in force')
      .description(
        'Puts the challenger of a date in force, from the next run on that takes learned parameters. One that is not better is refused.',
      )
      .requiredOption('--date <date>', 'the trading date that it was made for', date),
  ).action(async (options: DecideOptions & { readonly date: string }) => {
    const { promote } = await import('@aitrader/application-learning');
    const home = homeOf(process.env);
    const word = decidedBy(options, wallClock(process.env).now());
    print(await withRecords(home, () => promote(home, options.date, word)), options.json);
  });
  decide(
    learning
      .command('rollback')
      .summary('put the parameters in force again that were before the last promotion')
      .description(
        'Puts those parameters in force again that were before the ones that are, from the next run on that takes learned parameters.',
      ),
  ).action(async (options: DecideOptions) => {
    const { rollBack } = await import('@aitrader/application-learning');
    const home = homeOf(process.env);
    const word = decidedBy(options, wallClock(process.env).now());
    print(await withRecords(home, () => rollBack(home, word)), options.json);
  });
  learning
    .command('list')
    .summary('who put which parameters in force')
    .option('--json', 'print one JSON document on standard output', false)
    .action(async ({ json }: { readonly json: boolean }) => {
      const { decisions } = await import('@aitrader/application-learning');
      const home = homeOf(process.env);
      const made = await withRecords(home, () => decisions(home));
      if (json) printJson(made);
      else
        printText(
          made.length === 0 ? 'nothing was decided: no learned parameters are in force' : made.map(decisionText).join('\n'),
        );
    });
}

const SHOWN_DIGITS = 12;
const DIGITS = 4;
const short = (sha: string | null): string => (sha === null ? 'none' : `${sha.slice(0, SHOWN_DIGITS)}…`);

const decisionText = ({ kind, at, by, reason, from, to, date: of }: Decision): string =>
  `${new Date(at).toISOString()}  ${kind}${of === null ? '' : ` of ${of}`}: ${short(to)} in place of ${short(from)}, by ${by}: ${reason}`;

function challengeText({ date: of, champion, challenger, comparison, drift }: Challenge): string {
  const { verdict, reasons, bars, dates, from, to, scores, coverage } = comparison;
  const figure = (value: number): string => value.toFixed(DIGITS).padStart(10);
  return [
    `${of}: challenger ${short(challenger)} beside ${short(champion)}: ${verdict}`,
    ...(dates === 0 ? [] : [`  ${count(bars)} bars of ${dates} dates, ${from ?? ''} to ${to ?? ''}`]),
    ...scores.map(
      ({ name, ...both }) =>
        `  ${name.padEnd(12)}${figure(both.challenger)} beside ${figure(both.champion)}, p = ${both.pBetter.toFixed(DIGITS)}`,
    ),
    ...coverage.map(
      ({ level, ...both }) => `  ${`${level} %`.padEnd(12)}${figure(both.challenger)} beside ${figure(both.champion)}`,
    ),
    ...reasons.map((reason) => `  not better: ${reason}`),
    ...drift.map(driftText),
  ].join('\n');
}

const driftText = ({ metric, of, value, limit, isOff }: DriftFigure): string =>
  `  ${isOff ? 'ALARM' : 'well '}  ${metric} ${of}: ${value === null ? 'not known' : value.toFixed(DIGITS)}, limit ${limit.toFixed(DIGITS)}`;
