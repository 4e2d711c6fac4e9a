import { momentAt, newYorkDate, newYorkInstant } from '@aitrader/core-sessions';
import { equityOf, unrealisedOf } from '@aitrader/core-portfolio';
import { dollarsOf, dollarsOfPrice, sharesOf, type Denial, type EpochMs, type Fill, type Signal } from '@aitrader/model';
import type { RunView } from '@aitrader/application-recordings';
import { figure } from './figures.ts';
import { money, percent, signedMoney } from './terminal.ts';

const POSITIONS_SHOWN = 12;
const MINUTE_MS = 60_000;

/** New York wall-clock time of an instant, `HH:MM`. */
export function clockOf(t: EpochMs): string {
  const minute = Math.round((t - newYorkInstant(newYorkDate(t), 0)) / MINUTE_MS);
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

export const fillLine = (fill: Fill): string =>
  `${clockOf(fill.t)}  ${fill.side.padEnd(4)} ${String(sharesOf(fill.quantity)).padStart(6)} ${fill.symbol.padEnd(7)} at ${dollarsOfPrice(fill.price).toFixed(2).padStart(9)}  ${fill.leg}`;
export const denialLine = (denial: Denial): string =>
  `${clockOf(denial.t)}  ${denial.symbol.padEnd(7)} ${denial.gate}  ${figure(denial)}, limit ${figure({ value: denial.limit, unit: denial.unit })}`;
const signalLine = (signal: Signal): string =>
  `${clockOf(signal.t)}  ${signal.direction > 0 ? '▲' : '▼'} ${signal.symbol.padEnd(7)} from ${dollarsOfPrice(signal.reference).toFixed(2).padStart(9)}` +
  `  P(up) ${(signal.velocityUpPpm / 1e4).toFixed(0)} %  mean ${(signal.forward.meanE8 / 1e4).toFixed(1)} bp  sd ${(signal.forward.sdE8 / 1e4).toFixed(1)} bp`;

const section = (title: string, lines: readonly string[]): string[] => [
  title,
  ...(lines.length === 0 ? ['  –'] : lines.map((line) => `  ${line}`)),
];

/** One line on where the market and the account are. */
export function headline(view: RunView): string {
  const { phase, session } = momentAt(view.cursor, view.t);
  const { ledger } = view;
  const equity = dollarsOf(equityOf(ledger));
  const start = dollarsOf(view.manifest.config.risk.startingCash);
  const closing = session === undefined ? '' : `, closes ${clockOf(session.close)}`;
  return (
    `${newYorkDate(view.t)} ${clockOf(view.t)} ET ${phase}${closing}   equity ${money(equity)} (${signedMoney(equity - start)})` +
    `   realised ${signedMoney(dollarsOf(ledger.realised))}   unrealised ${signedMoney(dollarsOf(unrealisedOf(ledger)))}` +
    `   drawdown ${percent(view.drawdownPpm / 1e6)}${view.tradingState === 'active' ? '' : `   ${view.tradingState.toUpperCase()}`}`
  );
}

/** The whole screen. */
export function screen(view: RunView): string {
  const { ledger, counts } = view;
  const positions = [...ledger.positions.values()].map(
    ({ symbol, quantity, mark, cost, marketValue }) =>
      `${symbol.padEnd(7)} ${String(sharesOf(quantity)).padStart(7)} at ${dollarsOfPrice(mark).toFixed(2).padStart(9)}   ${signedMoney(dollarsOf(marketValue) - dollarsOf(cost))}`,
  );
  return [
    `AI Trader   ${view.manifest.run}   ${view.manifest.sources
      .map(({ name }) => name)
      .join(', ')
      .slice(0, 60)}`,
    headline(view),
    `${view.bars} bars in ${view.slices} slices → ${counts.signals} signals → ${counts.orders} orders, ${counts.denials} denials → ${counts.fills} fills`,
    '',
    ...section(`Positions (${ledger.positions.size})`, positions.slice(0, POSITIONS_SHOWN)),
    ...section('Last fills', view.fills.map(fillLine)),
    ...section('Last signals', view.signals.map(signalLine)),
    ...section('Last denials', view.denials.map(denialLine)),
    '',
    'Ctrl-C drains the services and ends the run.',
  ].join('\n');
}
