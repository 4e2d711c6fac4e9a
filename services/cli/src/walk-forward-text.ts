import type { DateRange, SweepReport, WalkForwardReport } from '@aitrader/application-sweep';
import { fixed, money } from '@aitrader/application-wording';
import { setsText, tableText } from './sweep-text.ts';
import { count, percent } from './terminal.ts';

const HEADS = ['test', 'dates', 'chosen on', 'trial', 'score', 'return', 'sharpe', 'rank', 'sets'];

/** What people read of a walk: what was chosen when, and what following it came to. */
export function walkForwardText(report: WalkForwardReport, { seconds }: SweepReport): string {
  const { plan, folds, equity, trials, hindsight } = report;
  const score = (value: number): string => (plan.by === 'sharpe' ? fixed(value, 2) : percent(value));
  const rows = folds.map(({ test, chosenOn, trial, sets, ...fold }) => [
    ...[rangeText(test), count(test.dates), rangeText(chosenOn), String(trial), score(fold.score)],
    ...[percent(fold.totalReturn), fixed(fold.sharpe, 2), `${count(fold.rank)} of ${count(trials)}`, setsText(sets)],
  ]);
  return [
    `walk       ${count(folds.length)} tests, each by the best of ${count(trials)} trials in the time before it (${plan.by}), embargo ${count(plan.embargo)} trade dates, ${seconds.toFixed(2)} s`,
    '',
    ...tableText(HEADS, rows),
    '',
    `equity     ${money((equity[0] ?? 0) / (1 + (report.returns[0] ?? 0)))} → ${money(equity.at(-1) ?? 0)} (${percent(report.totalReturn)}), deepest drawdown ${percent(report.maxDrawdown)}`,
    `sharpe     ${fixed(report.sharpe, 2)} a year${probabilityText(report)}`,
    `hindsight  trial ${hindsight.trial} would have had ${percent(hindsight.totalReturn)}, sharpe ${fixed(hindsight.sharpe, 2)}`,
    `digest     ${report.digest}`,
  ].join('\n');
}

const rangeText = ({ first, last }: DateRange): string => `${first} to ${last}`;

function probabilityText({ probabilistic, trackRecordMin }: WalkForwardReport): string {
  if (probabilistic === null) return ': nothing was traded';
  const record =
    trackRecordMin === null ? 'which no length would make 0.95' : `0.95 after ${count(Math.ceil(trackRecordMin))} trade dates`;
  return `, above 0 with probability ${probabilistic.toFixed(3)}, ${record}`;
}
