import { momentAt, newCalendarCursor, newYorkDate, newYorkInstant, type CalendarCursor } from '@aitrader/core-sessions';
import { applyFill, equityOf, markToMarket, newLedger, unrealisedOf, type Ledger } from '@aitrader/core-portfolio';
import {
  BAR_FLAG,
  dollarsOf,
  dollarsOfPrice,
  item,
  priceFromDollars,
  read,
  readUint32,
  sharesOf,
  type Denial,
  type EpochMs,
  type Fill,
  type Manifest,
  type Signal,
} from '@aitrader/model';
import { signalsInOrder, type Interval } from '@aitrader/runtime-engine';
import { figure } from './figures.ts';
import { money, percent, signedMoney } from './terminal.ts';

const ROWS_SHOWN = 6;
const MINUTE_MS = 60_000;
const SUSPECT_FLAGS = BAR_FLAG.OHLC_INCONSISTENT | BAR_FLAG.WIDE_RANGE | BAR_FLAG.PRICE_JUMP | BAR_FLAG.SPLIT_LIKE;

/** What a person watching a run sees, folded from its facts. */
export interface PaperView {
  readonly manifest: Manifest;
  readonly cursor: CalendarCursor;
  readonly ledger: Ledger;
  t: EpochMs;
  bars: number;
  slices: number;
  signals: Signal[];
  denials: Denial[];
  fills: Fill[];
  counts: { signals: number; orders: number; denials: number; fills: number };
  drawdownPpm: number;
  tradingState: string;
}

export const newPaperView = (manifest: Manifest): PaperView => ({
  manifest,
  cursor: newCalendarCursor(),
  ledger: newLedger(manifest.config.risk.startingCash),
  t: manifest.from,
  bars: 0,
  slices: 0,
  signals: [],
  denials: [],
  fills: [],
  counts: { signals: 0, orders: 0, denials: 0, fills: 0 },
  drawdownPpm: 0,
  tradingState: 'active',
});

/** Folds one interval into the view. */
export function watchInterval(view: PaperView, interval: Interval): void {
  const { t, bars, report, decision } = interval;
  view.t = t;
  view.slices += 1;
  for (const fill of report.fills) applyFill(view.ledger, fill);
  for (const slice of bars) {
    view.bars += slice.count;
    for (let i = 0; i < slice.count; i++) {
      if ((readUint32(slice.flags, i) & SUSPECT_FLAGS) === 0)
        markToMarket(view.ledger, item(slice.symbols, i), priceFromDollars(read(slice.close, i)));
    }
  }
  const signals = signalsInOrder(interval);
  view.signals = [...view.signals, ...signals].slice(-ROWS_SHOWN);
  view.denials = [...view.denials, ...decision.denials].slice(-ROWS_SHOWN);
  view.fills = [...view.fills, ...report.fills].slice(-ROWS_SHOWN);
  view.counts.signals += signals.length;
  view.counts.orders += decision.orders.length;
  view.counts.denials += decision.denials.length;
  view.counts.fills += report.fills.length;
  view.drawdownPpm = decision.account.drawdownPpm;
  view.tradingState = decision.account.tradingState;
}

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
export function headline(view: PaperView): string {
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
export function screen(view: PaperView): string {
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
    ...section(`Positions (${ledger.positions.size})`, positions.slice(0, ROWS_SHOWN * 2)),
    ...section('Last fills', view.fills.map(fillLine)),
    ...section('Last signals', view.signals.map(signalLine)),
    ...section('Last denials', view.denials.map(denialLine)),
    '',
    'Ctrl-C drains the services and ends the run.',
  ].join('\n');
}
