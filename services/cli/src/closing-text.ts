import type { LeftByRun } from '@aitrader/application-recordings';
import { cashText, money, tripWords } from '@aitrader/application-wording';
import { newYorkDate } from '@aitrader/core-sessions';
import { dollarsOfPrice, sharesOf, type ClosingOrder, type ClosingPosition, type Trip } from '@aitrader/model';
import { followLine } from './kept-run.ts';
import { clockOf } from './paper-view.ts';
import { printable } from './printable.ts';

const SHOWN_DIGITS = 12;

/** What a run has left, for people. */
export function closingLines({ run, digest, t, account, positions, orders, trips, closing }: LeftByRun): readonly string[] {
  return [
    `${run} closed after ${newYorkDate(t)} ${clockOf(t)} ET: digest ${digest.slice(0, SHOWN_DIGITS)}…, closing ${closing.slice(0, SHOWN_DIGITS)}…`,
    `  equity ${cashText(account.equity)}, cash ${cashText(account.cash)}, highest equity ${cashText(account.equityPeak)}`,
    ...trips.map(tripLine),
    ...positions.map(positionLine),
    ...orders.map(orderLine),
    followLine(run),
  ];
}

const tripLine = (trip: Trip): string =>
  `  ${trip.id}: ${printable(tripWords(trip))}, since ${newYorkDate(trip.t)} ${clockOf(trip.t)} ET`;

const positionLine = ({ symbol, quantity, mark }: ClosingPosition): string =>
  `  holds ${sharesOf(quantity)} ${symbol} at ${money(dollarsOfPrice(mark))}`;

const orderLine = ({ orderId, symbol, held, stop, target, exitAt }: ClosingOrder): string =>
  `  order ${orderId}: ${held === 0 ? 'entry at work' : `holds ${sharesOf(held)} ${symbol}`}, stop ${money(dollarsOfPrice(stop))}, target ${money(dollarsOfPrice(target))}, until ${newYorkDate(exitAt)} ${clockOf(exitAt)} ET`;
