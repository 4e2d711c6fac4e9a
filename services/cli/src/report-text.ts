import type { RunReport } from '@aitrader/application-backtest';
import { actionCountWords, money, writeOffWords } from '@aitrader/application-wording';
import { FORECAST_COVERAGES } from '@aitrader/model';
import { count, percent, signedMoney } from './terminal.ts';

/** Symbols whose spreads are shown; `--json` has them all. */
const SPREADS_MAX = 6;

/** What people read of a run. */
export function reportText(report: RunReport, recorded: boolean): string {
  const { counts, equity, digest } = report;
  return [
    `run        ${report.run}${recorded ? '' : ' (not recorded; --record keeps it)'}`,
    `host       ${report.host}, ${report.shards} shard${report.shards === 1 ? '' : 's'}`,
    `bars       ${count(report.bars)} in ${count(report.slices)} slices, ${report.seconds.toFixed(2)} s` +
      ` (${count(report.barsPerSecond)} bars/s, ${count(report.slicesPerSecond)} slices/s)`,
    `decisions  ${count(counts.signals)} signals → ${count(counts.orders)} orders, ${count(counts.denials)} denials → ${count(counts.fills)} fills`,
    ...gateLines(report.gates),
    ...report.edges.map(edgeLine),
    `equity     ${money(equity.start)} → ${money(equity.end)} (${signedMoney(equity.end - equity.start)}), deepest drawdown ${percent(report.maxDrawdown)}`,
    ...costLines(report),
    ...report.forecasts.map(forecastLine),
    ...(report.actions.length === 0 ? [] : [`actions    ${actionCountWords(report.actions)}, applied`]),
    ...report.writeOffs.map((command) => `books      ${writeOffWords(command)}`),
    `digest     ${digest.all}`,
  ].join('\n');
}

/** What a strategy's claims have come to, and how surely that is known. */
function edgeLine({ strategy, scored, slope, error }: RunReport['edges'][number]): string {
  return `edge       ${strategy}: ${count(scored)} claims came to ${slope.toFixed(2).replace('-', '−')} ± ${error.toFixed(2)} of what they claimed`;
}

/** How often the account's forecasts of itself held. */
function forecastLine({ horizon, scored, within }: RunReport['forecasts'][number]): string {
  const shares = within.map((count) => percent(count / scored)).join(', ');
  const levels = FORECAST_COVERAGES.map((level) => `${level} %`).join(', ');
  return `forecasts  the account's to the ${horizon === 'close' ? 'close' : 'next close'}: of ${count(scored)} the central ${levels} held ${shares}`;
}

/** Which gates refused: each as the reason of so many denials, and of how many it would have been one. */
export function gateLines(gates: RunReport['gates']): string[] {
  if (gates.length === 0) return [];
  const width = Math.max(...gates.map(({ gate }) => gate.length));
  const rows = gates.map(({ gate, denials, refusals }) => {
    return `  ${gate.padEnd(width)}  ${count(denials).padStart(GATE_COUNT_WIDTH)}  ${count(refusals).padStart(GATE_COUNT_WIDTH)}`;
  });
  return [
    `gates      ${''.padEnd(Math.max(0, width - GATE_COLUMN))}${'denials'.padStart(GATE_COUNT_WIDTH)}  ${'refused'.padStart(GATE_COUNT_WIDTH)}`,
    ...rows,
  ];
}
const GATE_COUNT_WIDTH = 9;
/** The label of the lines is nine columns wider than their indent. */
const GATE_COLUMN = 7;

/** What the fills cost, and what of it is an assumption: where they happened inside their bars, fees of unknown dates, spreads. */
function costLines({ counts, costs }: RunReport): string[] {
  const { pessimisticFills, pessimisticShare, fees, feesNotKnownFills, spreads } = costs;
  if (counts.fills === 0) return [];
  const byOtherRates = feesNotKnownFills === 0 ? '' : `, of ${count(feesNotKnownFills)} fills by the rates of another date`;
  const inside = `${count(pessimisticFills)} fills (${percent(pessimisticShare)}) took the worse of two inside their bar`;
  const told = spreads.slice(0, SPREADS_MAX).map(({ symbol, meanBp }) => `${symbol} ${meanBp.toFixed(2)} bp`);
  const more = spreads.length > SPREADS_MAX ? `, and ${count(spreads.length - SPREADS_MAX)} more` : '';
  return [
    `costs      fees ${money(fees)}${byOtherRates}; ${inside}`,
    ...(told.length === 0 ? [] : [`spreads    half of them, as told by bars: ${told.join(', ')}${more}`]),
  ];
}
