import type { AccountForecast, Denial, ExitSignal, Fill, Order, OrderEvent, OrderExit, Signal, Watchlist } from '@aitrader/model';
import {
  barRow,
  decodeDenials,
  decodeFills,
  decodeForecast,
  decodeOrderEvents,
  decodeOrders,
  decodeSignals,
  decodeWatchlist,
  denialRow,
  fillRow,
  flushRows,
  forecastRows,
  gapRow,
  newRowBuffer,
  orderEventRow,
  orderExitRow,
  orderRow,
  revisionRow,
  exitSignalRow,
  signalRow,
  stateRow,
  watchlistRows,
  type Fact,
  type RowBuffer,
} from '../src/index.ts';
import { decodedBars, decodedStates } from './codec-of.ts';

export type Write = (rows: RowBuffer) => void;
/** A row to write, and all that it says, as text. */
export interface Row {
  readonly write: Write;
  readonly says: string;
}

/** The rows of a message, by the facts that have any. */
export const KINDS = {
  bars: (payload: Uint8Array): Row[] => {
    const bars = decodedBars(payload);
    const says = (i: number): unknown[] => [
      bars.t,
      bars.symbols[i],
      ...[bars.open, bars.high, bars.low, bars.close, bars.volume, bars.flags].map((column) => column[i]),
    ];
    const own: Row[] = bars.symbols.map((_, i) => ({
      write: (rows) => barRow(rows, bars, i),
      says: JSON.stringify(says(i)),
    }));
    const gaps = rowsOf(bars.gaps, (rows, gap) => gapRow(rows, bars.t, gap), bars.t);
    return [...own, ...gaps, ...rowsOf(bars.revisions, (rows, revision) => revisionRow(rows, bars.t, revision), bars.t)];
  },
  states: (payload: Uint8Array): Row[] => {
    const states = decodedStates(payload);
    const width = states.rows.length / Math.max(1, states.count);
    const says = (i: number): unknown[] => [states.t, states.symbols[i], ...states.rows.subarray(i * width, (i + 1) * width)];
    return states.symbols.map((_, i) => ({ write: (rows) => stateRow(rows, states, i), says: JSON.stringify(says(i)) }));
  },
  signals: (payload: Uint8Array): Row[] => {
    const { signals, exits } = decodeSignals(payload);
    return [...rowsOf<Signal>(signals, signalRow), ...rowsOf<ExitSignal>(exits, exitSignalRow)];
  },
  orders: (payload: Uint8Array): Row[] => {
    const { orders, exits } = decodeOrders(payload);
    return [...rowsOf<Order>(orders, orderRow), ...rowsOf<OrderExit>(exits, orderExitRow)];
  },
  denials: (payload: Uint8Array): Row[] => rowsOf<Denial>(decodeDenials(payload).denials, denialRow),
  'order-events': (payload: Uint8Array): Row[] => rowsOf<OrderEvent>(decodeOrderEvents(payload).events, orderEventRow),
  fills: (payload: Uint8Array): Row[] => rowsOf<Fill>(decodeFills(payload).fills, fillRow),
  watchlists: (payload: Uint8Array): Row[] => rowsOf<Watchlist>([decodeWatchlist(payload)], watchlistRows),
  forecasts: (payload: Uint8Array): Row[] => rowsOf<AccountForecast>([decodeForecast(payload)], forecastRows),
} as const satisfies Partial<Record<Fact, (payload: Uint8Array) => Row[]>>;

const rowsOf = <T>(said: readonly T[], row: (rows: RowBuffer, one: T) => void, at: number | '' = ''): Row[] =>
  said.map((one) => ({ write: (rows) => row(rows, one), says: `${at}${JSON.stringify(one)}` }));

export type Kind = keyof typeof KINDS;
export const KIND_NAMES: readonly Kind[] = [
  'bars',
  'states',
  'signals',
  'orders',
  'denials',
  'order-events',
  'fills',
  'watchlists',
  'forecasts',
];

/** Bytes of rows that are written one after the other; `flushAfter` says after which the buffer is emptied. */
export function written(rows: readonly Row[], flushAfter: (i: number) => boolean = () => false): string {
  const pieces: Buffer[] = [];
  const buffer = newRowBuffer((bytes) => pieces.push(Buffer.from(bytes)));
  rows.forEach(({ write }, i) => {
    write(buffer);
    if (flushAfter(i)) flushRows(buffer);
  });
  flushRows(buffer);
  return Buffer.concat(pieces).toString('latin1');
}
