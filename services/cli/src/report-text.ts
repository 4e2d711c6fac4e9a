import type { RunReport } from '@aitrader/application-backtest';
import { actionCountWords, money } from '@aitrader/application-wording';
import { count, percent, signedMoney } from './terminal.ts';

/** What people read of a run. */
export function reportText(report: RunReport, recorded: boolean): string {
  const { counts, equity, digest } = report;
  return [
    `run        ${report.run}${recorded ? '' : ' (not recorded; --record keeps it)'}`,
    `host       ${report.host}, ${report.shards} shard${report.shards === 1 ? '' : 's'}`,
    `bars       ${count(report.bars)} in ${count(report.slices)} slices, ${report.seconds.toFixed(2)} s` +
      ` (${count(report.barsPerSecond)} bars/s, ${count(report.slicesPerSecond)} slices/s)`,
    `decisions  ${count(counts.signals)} signals → ${count(counts.orders)} orders, ${count(counts.denials)} denials → ${count(counts.fills)} fills`,
    `equity     ${money(equity.start)} → ${money(equity.end)} (${signedMoney(equity.end - equity.start)}), deepest drawdown ${percent(report.maxDrawdown)}`,
    ...(report.actions.length === 0 ? [] : [`actions    ${actionCountWords(report.actions)}, applied`]),
    `digest     ${digest.all}`,
  ].join('\n');
}
