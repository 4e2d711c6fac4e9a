import type { ChoiceFigures, SweepReport, TrialReport } from '@aitrader/application-sweep';
import { fixed, money } from '@aitrader/application-wording';
import { count, percent } from './terminal.ts';

/** Trials that are shown; `--json` has them all. */
const SHOWN_MAX = 20;
const NOTHING = '–';

/** What people read of a sweep: the trials with the best Sharpe ratios, and how far choosing the best can be believed. */
export function sweepText({ dates, trials, choice, digest, seconds, resumed }: SweepReport): string {
  const shown = [...trials].sort((a, b) => b.sharpe - a.sharpe || a.trial - b.trial).slice(0, SHOWN_MAX);
  const more = trials.length - shown.length;
  return [
    `sweep      ${count(trials.length)} trials over ${count(dates.length)} trade dates, ${dates[0] ?? NOTHING} to ${dates.at(-1) ?? NOTHING}, ` +
      `${seconds.toFixed(2)} s${resumed === 0 ? '' : `, ${count(resumed)} trials were there already`}`,
    '',
    ...tableText(HEADS, shown.map(rowOf)),
    ...(more === 0 ? [] : [`and ${count(more)} more, which --json and --into have`]),
    '',
    ...choiceLines(choice),
    `digest     ${digest}`,
  ].join('\n');
}

const HEADS = ['trial', 'signals', 'orders', 'fills', 'end', 'return', 'drawdown', 'sharpe', 'psr', 'dsr', 'days', 'sets'];

const rowOf = (report: TrialReport): readonly string[] => [
  String(report.trial),
  count(report.counts.signals),
  count(report.counts.orders),
  count(report.counts.fills),
  money(report.equity.end),
  percent(report.totalReturn),
  percent(report.maxDrawdown),
  fixed(report.sharpe, 2),
  shareText(report.probabilistic),
  shareText(report.deflated),
  report.trackRecordMin === null ? NOTHING : count(Math.ceil(report.trackRecordMin)),
  setsText(report.sets),
];

const shareText = (share: number | null): string => (share === null ? NOTHING : share.toFixed(3));

/** What a trial set; of a path its last two words tell enough. */
export const setsText = (sets: TrialReport['sets']): string =>
  Object.entries(sets)
    .map(([path, value]) => `${nameOf(path)} ${JSON.stringify(value)}`)
    .join(', ');

/** `strategies.breakout.parameters.donchianBars` as `breakout donchianBars`, others as they are. */
function nameOf(path: string): string {
  const [first, name, part, ...rest] = path.split('.');
  return first === 'strategies' && part === 'parameters' ? `${name} ${rest.join('.')}` : path;
}

/** Columns of text, the last one to the left and the others to the right. */
export function tableText(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const last = heads.length - 1;
  return [heads, ...rows].map((row) => row.map((cell, at) => (at === last ? cell : cell.padStart(widths[at] ?? 0))).join('  '));
}

function choiceLines({ overfitting, superiority }: ChoiceFigures): readonly string[] {
  return [
    overfitting === null
      ? 'choice     too few trials or trade dates, or nothing traded: nothing to say of how choosing the best fares'
      : `choice     the best of one half of the time is below the median in the other half with probability ${overfitting.probability.toFixed(3)} ` +
        `(PBO, ${count(overfitting.splits)} splits of ${overfitting.blocks} blocks), loses with ${overfitting.lossProbability.toFixed(3)}; slope ${overfitting.slope === null ? NOTHING : fixed(overfitting.slope, 2)}`,
    superiority === null
      ? 'luck       too few trade dates, or nothing traded: nothing to test the best trial against'
      : `luck       that the best only beat cash by luck: p ${superiority.realityCheck.toFixed(3)} (reality check), ` +
        `${superiority.superiorAbility.consistent.toFixed(3)} (SPA, ${superiority.superiorAbility.lower.toFixed(3)} to ${superiority.superiorAbility.upper.toFixed(3)}), ` +
        `${count(superiority.samples)} samples of blocks of ${superiority.meanBlock.toFixed(1)} dates`,
  ];
}
