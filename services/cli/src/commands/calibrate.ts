import { loadConfiguration } from '@aitrader/application-pipeline';
import { InvalidArgumentError, type Command } from 'commander';
import type { Timeframe } from '@aitrader/model';
import {
  BASELINE_RETURNS_MIN,
  calibrationPage,
  calibrationReportOf,
  runAccountCalibration,
  runCalibration,
  runTradedAccount,
  type CalibrationResult,
} from '@aitrader/application-calibration';
import { playedConfig } from '@aitrader/runtime-configuration';
import { requireWritable, writeAtomically } from '@aitrader/runtime-storage';
import {
  ACTIONS_OPTION,
  AS_OF_OPTION,
  BARS_FLAGS,
  BARS_TEXT,
  CONFIG_OPTION,
  integer,
  PARAMETERS_OPTION,
  selectionOptions,
  sourceOf,
  type BarOptions,
} from '../bar-options.ts';
import { readingOptions } from '../reading-options.ts';
import { accountCalibrationText, calibrationText } from '../calibration-text.ts';
import { loadMarket } from '../load-market.ts';
import { printJson, printText } from '../print.ts';
import { progressBar, remark } from '../terminal.ts';

interface CalibrateOptions extends BarOptions {
  readonly bars: readonly string[];
  readonly config?: string;
  readonly burnIn: number;
  readonly account: boolean;
  readonly horizon?: readonly number[];
  readonly out?: string;
  readonly json: boolean;
}

const BURN_IN_BARS = 500;
const BURN_IN_BARS_MIN = BASELINE_RETURNS_MIN + 1;
const BURN_IN_BARS_MAX = 1_000_000;
/** Series that an error names. */
const NAMED_MAX = 5;

export function addCalibrate(program: Command): void {
  const command = program
    .command('calibrate')
    .summary('measure how well the forecasts were calibrated')
    .description(
      'Runs bars through the probability stage and holds every bar against the forecast emitted with the bar before it: coverage of the intervals, PIT, CRPS and log score, beside two baselines.',
    )
    .requiredOption(BARS_FLAGS, BARS_TEXT)
    .option(...CONFIG_OPTION)
    .option(...PARAMETERS_OPTION)
    .option(...ACTIONS_OPTION)
    .option(...AS_OF_OPTION)
    .option(
      '--burn-in <bars>',
      'bars of each series that are learned from and not scored',
      integer(BURN_IN_BARS_MIN, BURN_IN_BARS_MAX),
      BURN_IN_BARS,
    )
    .option(
      '--account',
      'hold the forecasts of an account with the same money in every symbol, and of the one that the configuration trades, against what they came to, in place of those of single bars',
      false,
    )
    .option(
      '--horizon <list>',
      'hold the laws over such horizons against what came as well, with commas between them: 15m, 60m, 1d',
      horizons,
    )
    .option('--out <file>', 'write the report as one HTML page, too')
    .option('--json', 'print one JSON document on standard output', false);
  readingOptions(selectionOptions(command)).action(calibrate);
}

async function calibrate(options: CalibrateOptions): Promise<void> {
  const { burnIn, out } = options;
  const config = await loadConfiguration(options.config);
  if (options.account && options.horizon !== undefined)
    throw new Error('--horizon is about single symbols: --account forecasts to the close and to the next one');
  if (out !== undefined && options.account) throw new Error('--out is a page of single bars: --account has none');
  if (out !== undefined) await requireWritable(out);
  const market = await loadMarket(sourceOf(options));
  const progress = progressBar('scoring');
  const run = {
    table: market.table,
    parameters: market.parameters,
    ...(market.actions === undefined ? {} : { actions: market.actions }),
    config: config.probability,
    onProgress: progress.at,
  };
  if (options.account) {
    const account = await runAccountCalibration(run).finally(progress.done);
    const trading = progressBar('trading');
    const traded = await runTradedAccount({ ...run, config: playedConfig(config), onProgress: trading.at }).finally(trading.done);
    if (options.json) printJson({ ...account, traded });
    else printText(accountCalibrationText(account, traded));
    return;
  }
  const { horizon } = options;
  if (horizon !== undefined) requireWholeBars(horizon, market.table.timeframe);
  const ahead = horizon === undefined ? {} : { horizons: { minutes: horizon, strategies: config.strategies } };
  const result = await runCalibration({ ...run, ...ahead, burnIn }).finally(progress.done);
  if (result.tracks.length === 0)
    throw nothingToScore(
      market.sources.map(({ name }) => name),
      result,
    );
  const report = calibrationReportOf(market, burnIn, result);
  if (out !== undefined) {
    await writeAtomically(out, calibrationPage(report, result.tracks));
    remark(`wrote ${out}`);
  }
  if (options.json) printJson(report);
  else printText(calibrationText(report));
}

const MINUTES_OF_UNIT = { m: 1, h: 60, d: 390 } as const;
const HORIZON_DAYS_MAX = 60;

/** Minutes of regular hours, of a list such as `15m,1d`. */
function horizons(text: string): number[] {
  const minutes = text.split(',').map((one) => {
    const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(one.trim()) ?? [];
    const value = Number(count) * (MINUTES_OF_UNIT[unit as keyof typeof MINUTES_OF_UNIT] ?? NaN);
    if (!(value >= 1 && value <= HORIZON_DAYS_MAX * MINUTES_OF_UNIT.d))
      throw new InvalidArgumentError(
        `"${one.trim()}" is no horizon: minutes, hours or days of regular hours such as 15m, 2h or 5d, up to ${HORIZON_DAYS_MAX}d`,
      );
    return value;
  });
  return [...new Set(minutes)];
}

/** Of daily bars a horizon is whole days. */
function requireWholeBars(minutes: readonly number[], timeframe: Timeframe): void {
  const shorter = minutes.find((one) => timeframe === '1d' && one % MINUTES_OF_UNIT.d !== 0);
  if (shorter !== undefined)
    throw new Error(`--horizon ${shorter}m: the bars are daily, so that a horizon is whole days, such as 5d`);
}

function nothingToScore(files: readonly string[], { skipped }: CalibrationResult): Error {
  const named = skipped.slice(0, NAMED_MAX).map(({ symbol, reason }) => `${symbol}: ${reason}`);
  const more = skipped.length > NAMED_MAX ? `; and ${skipped.length - NAMED_MAX} more series` : '';
  return new Error(`no series of ${files.slice(0, NAMED_MAX).join(', ')} can be scored. ${named.join('; ')}${more}`);
}
