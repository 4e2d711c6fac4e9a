import { styleText } from 'node:util';
import {
  changeOn,
  COVERAGE_LEVELS,
  coverageTarget,
  gainOnEwma,
  groupName,
  LAWS,
  signed,
  targetText,
  whole,
  type AccountCalibration,
  type AccountCoverage,
  type CalibrationReport,
  type ForecastGroup,
  type HorizonReport,
  type Law,
  type SeriesReport,
  type TradedAccount,
} from '@aitrader/application-calibration';

/** A cell of the table: its text, and whether its target is met, where it has one. */
interface Cell {
  readonly text: string;
  readonly met?: boolean;
}

const mark = (met: boolean): string => (met ? '✓' : '✗');

/** The report for people: a line per series, its misses spelt out below. */
export function calibrationText(report: CalibrationReport): string {
  const { series, skipped, timeframe } = report;
  return [
    `model      ${report.model}`,
    `bars       ${whole(report.bars)} of ${timeframe}, ${report.from} to ${report.to}; the first ${whole(report.burnIn)} of each series are burn-in`,
    '',
    ...groupTable(series),
    '',
    ...tableOf(series, timeframe === '1d'),
    '',
    'Coverage in per cent of the scored bars n; CRPS against the expanding Gaussian and against EWMA 0.94, in per cent of theirs;',
    'nats gained on the log score of EWMA; KS: distance of the randomised PIT from the uniform law.',
    '',
    ...series.flatMap(verdictOf),
    ...horizonTable(series),
    ...skipped.map(({ symbol, reason }) => `${symbol} skipped: ${reason}`),
  ].join('\n');
}

/** How the forecasts of an account fared, a line per horizon. */
export function accountCalibrationText(
  { symbols, bars, from, to, horizons }: AccountCalibration,
  { orders, fills, horizons: ofTraded }: TradedAccount,
): string {
  return [
    `account    the same money in each of ${symbols.length} symbols, kept; ${whole(bars)} bars, ${from} to ${to}`,
    '',
    ...coverageTable(horizons),
    '',
    `traded     by the configuration, over the same bars: ${whole(orders)} orders, ${whole(fills)} fills`,
    '',
    ...coverageTable(ofTraded),
    '',
    "Forecasts of the change of the account's equity, at every half hour of regular hours and at the close, the first ones too; in per cent of them,",
    'how often it came to lie inside the central interval. What is entered later is neither in the forecast nor in what it came to.',
  ].join('\n');
}

function coverageTable(horizons: readonly AccountCoverage[]): string[] {
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(11))).join('');
  return [
    line(['to the', 'forecasts', 'in 50 %', 'in 80 %', 'in 95 %']),
    ...horizons.map(({ horizon, forecasts, coverage }) =>
      line([
        horizon === 'close' ? 'close' : 'next close',
        whole(forecasts),
        ...[coverage[50], coverage[80], coverage[95]].map((share) => (forecasts === 0 ? '–' : share.toFixed(1))),
      ]),
    ),
  ];
}

function tableOf(series: readonly SeriesReport[], daily: boolean): string[] {
  const levels = COVERAGE_LEVELS.map((level) => ({ text: String(level) }));
  const header: Cell[] = [
    { text: 'series' },
    { text: 'n' },
    ...levels.map(({ text }) => ({ text: `raw ${text}` })),
    ...levels.map(({ text }) => ({ text: `adp ${text}` })),
    { text: 'CRPS' },
    { text: 'vs exp' },
    { text: 'vs EWMA' },
    { text: 'log gain' },
    { text: 'KS' },
  ];
  const rows = [header, ...series.map((one) => rowOf(one, daily))];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.text.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0, column === 0)).join(' '));
}

function padded({ text, met }: Cell, width: number, left: boolean): string {
  const filled = left ? text.padEnd(width) : text.padStart(width);
  return filled + (met === undefined ? ' ' : styleText(met ? 'green' : 'red', mark(met)));
}

function rowOf({ symbol, n, coverage, crps, logScore, pitKs, targets }: SeriesReport, daily: boolean): Cell[] {
  const met = (name: string): { readonly met?: boolean } => {
    const target = targets.checks.find((check) => check.name.startsWith(name));
    return target === undefined ? {} : { met: target.met };
  };
  const expanding = signed(changeOn(crps.model, crps.expandingGaussian), 2);
  return [
    { text: symbol },
    { text: whole(n) },
    ...LAWS.flatMap((law) =>
      COVERAGE_LEVELS.map((level) => ({ text: coverage[law][level].toFixed(2), ...met(coverageTarget(law, level)) })),
    ),
    { text: crps.model.toFixed(5) },
    { text: expanding, ...(daily ? met('CRPS against expanding') : {}) },
    { text: signed(changeOn(crps.model, crps.ewma94), 2), ...met('CRPS against EWMA') },
    { text: signed(gainOnEwma(logScore), 3), ...met('log score') },
    { text: pitKs.toFixed(4) },
  ];
}

/** Coverage by the part of the day and the regime that forecasts were made in: a line per series and group. */
function groupTable(series: readonly SeriesReport[]): string[] {
  const levels = [50, 80, 95] as const;
  const share = ({ coverage, off }: ForecastGroup, law: Law, level: (typeof levels)[number]): Cell => ({
    text: coverage === null ? '–' : coverage[law][level].toFixed(1),
    met: !off.some((each) => each.law === law && each.level === level),
  });
  const header: Cell[] = [
    ...['series', 'forecast in', 'n'].map((text) => ({ text })),
    ...LAWS.flatMap((law) => levels.map((level) => ({ text: `${law === 'raw' ? 'raw' : 'adp'} ${level}` }))),
  ];
  const rows = series.flatMap(({ symbol, groups }) =>
    groups.map((group): Cell[] => [
      ...[symbol, groupName(group), whole(group.n)].map((text) => ({ text })),
      ...LAWS.flatMap((law) => levels.map((level) => share(group, law, level))),
    ]),
  );
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.text.length ?? 0)));
  return [
    ...[header, ...rows].map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0, column < 2)).join(' ')),
    '',
    'By what is known of a forecast: the part of the day that it is made in (CLOSE: at the close, for what comes next) and the regime then.',
    '✗ where it is off by more than two points and three standard errors.',
  ];
}

/** A line per series and horizon, where horizons were asked for. */
function horizonTable(series: readonly SeriesReport[]): string[] {
  const rows = series.flatMap(({ symbol, horizons = [] }) => horizons.map((one) => horizonRow(symbol, one)));
  if (rows.length === 0) return [];
  const header = ['series', 'over', 'n', 'raw 50/80/95', 'adapted', 'CRPS', 'vs scaled', 'n', 'where a strategy spoke'];
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return [
    '',
    line(header),
    ...rows.map(line),
    '',
    'From every bar of regular hours; CRPS against the one-bar law stretched by the root of the bars, in per cent of its.',
  ];
}

function horizonRow(symbol: string, { horizon, n, coverage, crps, groups: { signals } }: HorizonReport): string[] {
  const shares = (of: HorizonReport['coverage'], law: Law): string =>
    of === null ? '–' : [of[law][50], of[law][80], of[law][95]].map((share) => share.toFixed(1)).join('/');
  return [
    ...[symbol, horizon, whole(n), shares(coverage, 'raw'), shares(coverage, 'adapted')],
    ...(crps === null ? ['–', '–'] : [crps.model.toFixed(5), signed(changeOn(crps.model, crps.scaled), 2)]),
    ...[whole(signals.n), shares(signals.coverage, 'raw')],
  ];
}

/** Whether the targets are met, and which are not. */
function verdictOf({ symbol, n, targets }: SeriesReport): string[] {
  const { met, of, applicable, barsMin, checks } = targets;
  const caution = applicable ? '' : ` (meant for ${whole(barsMin)} bars or more; here are ${whole(n)})`;
  const summary = `${symbol} ${mark(met === of)} ${met} of ${of} targets met${caution}`;
  return [summary, ...checks.filter((check) => !check.met).map((check) => `  ✗ ${targetText(check)}`)];
}
