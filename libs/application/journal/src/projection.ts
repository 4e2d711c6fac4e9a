import { addressOf, isOperatorSubject, readManifest, upcast, type Fact } from '@aitrader/contracts';
import { readingMessage, type LoggedMessage } from '@aitrader/runtime-bus';
import { controlRows, forecastRows } from './account-rows.ts';
import { denialRows, orderRows, signalRows } from './decision-rows.ts';
import { fillRows, orderEventRows, reportRows, requestRows } from './execution-rows.ts';
import { barRows, manifestRows, stateRows } from './market-rows.ts';
import type { Rows } from './rows.ts';

/*
 * What a message comes to in the tables: it follows from the message alone.
 *
 * 1. A row's key is the message's sequence and its place in it, or what the message says once for each symbol or interval.
 * 2. What cannot be decoded is an error, and is never passed over.
 */

type ToRows = (seq: number, payload: Uint8Array, rows: Rows, shard: number) => void;
const nothing: ToRows = () => undefined;

/** Facts whose messages come to no row: what a run goes on from and what it leaves, and lists of the scanner. */
const TO_ROWS: Readonly<Record<Exclude<Fact, 'manifest' | 'control'>, ToRows>> = {
  opening: nothing,
  bars: barRows,
  states: stateRows,
  signals: signalRows,
  orders: orderRows,
  denials: denialRows,
  requests: requestRows,
  reports: reportRows,
  'order-events': orderEventRows,
  fills: fillRows,
  watchlists: nothing,
  forecasts: forecastRows,
  closing: nothing,
};

/** Adds a stored message's rows, whichever version of its fact it is of. @throws BrokenRecordingError naming the message */
export function projectMessage(message: LoggedMessage, rows: Rows): void {
  readingMessage(message, () => {
    const { seq, subject, data } = message;
    const { fact, version, shard } = addressOf(subject);
    const payload = upcast(fact, version, data);
    if (fact === 'manifest') manifestRows(readManifest(payload), rows);
    else if (fact === 'control') controlRows(seq, payload, isOperatorSubject(subject), rows);
    else TO_ROWS[fact](seq, payload, rows, shard);
  });
}
