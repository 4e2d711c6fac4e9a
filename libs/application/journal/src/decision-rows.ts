import { decodeDenials, decodeOrders, decodeSignals } from '@aitrader/contracts';
import type { GateFigure } from '@aitrader/model';
import type { Rows } from './rows.ts';

/** What strategies believed, and what they believe in no longer. */
export function signalRows(seq: number, payload: Uint8Array, rows: Rows): void {
  const { signals, exits } = decodeSignals(payload);
  for (const [place, { id, forward, regimePpm: _, scored: __, ...signal }] of signals.entries())
    rows.add('signals', { seq, place, signalId: id, ...signal, ...forward });
  for (const [place, exit] of exits.entries()) rows.add('exits', { seq, place, orderId: null, ...exit });
}

/** What risk approved and on which account, the halts that stand, and the orders that are to be left. */
export function orderRows(seq: number, payload: Uint8Array, rows: Rows): void {
  const { t, account, trips, orders, exits } = decodeOrders(payload);
  rows.add('equity', { t, seq, ...account });
  for (const { id, by, limit, ...trip } of trips)
    rows.add('halts', { tripId: id, byWhom: by, limitValue: limit, ...trip, lastT: t, lastSeq: seq });
  for (const [place, { id, gates, ...order }] of orders.entries()) {
    rows.add('orders', { seq, place, orderId: id, ...order });
    gateRows('orderGates', { seq, place }, gates, rows);
  }
  for (const [place, exit] of exits.entries()) rows.add('exits', { seq, place, strategy: null, direction: null, ...exit });
}

/** What risk refused. */
export function denialRows(seq: number, payload: Uint8Array, rows: Rows): void {
  for (const [place, { gates, limit, trip, ...denial }] of decodeDenials(payload).denials.entries()) {
    rows.add('denials', { seq, place, limitValue: limit, tripId: trip, ...denial });
    gateRows('denialGates', { seq, place }, gates, rows);
  }
}

interface Of {
  readonly seq: number;
  readonly place: number;
}

function gateRows(table: 'orderGates' | 'denialGates', of: Of, gates: readonly GateFigure[], rows: Rows): void {
  for (const [gatePlace, { limit, ...figure }] of gates.entries())
    rows.add(table, { ...of, gatePlace, limitValue: limit, ...figure });
}
