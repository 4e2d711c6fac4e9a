import { decodeFills, decodeOrderEvents, decodeReports, decodeRequests } from '@aitrader/contracts';
import type { BrokerWord, Request } from '@aitrader/model';
import type { RowOf } from '@aitrader/runtime-database';
import type { Rows } from './rows.ts';

/** What became of orders, and the breaks that are open. */
export function orderEventRows(seq: number, payload: Uint8Array, rows: Rows): void {
  const { t, events, doubt } = decodeOrderEvents(payload);
  for (const [place, event] of events.entries()) rows.add('orderEvents', { seq, place, ...event });
  for (const { id, run, ...found } of doubt?.breaks ?? [])
    rows.add('breaks', { breakId: id, ofRun: run, ...found, lastT: t, lastSeq: seq });
}

export function fillRows(seq: number, payload: Uint8Array, rows: Rows): void {
  for (const [place, { id, ...fill }] of decodeFills(payload).fills.entries())
    rows.add('fills', { seq, place, fillId: id, ...fill });
}

const NO_TERMS = { orderId: null, leg: null, symbol: null, side: null, quantity: null, about: null, brokerId: null };

/** What was asked of a broker. */
export function requestRows(seq: number, payload: Uint8Array, rows: Rows): void {
  const { cause, requests } = decodeRequests(payload);
  for (const [place, request] of requests.entries()) rows.add('requests', { seq, place, cause, ...requestTerms(request) });
}

function requestTerms(request: Request): Omit<RowOf<'requests'>, 'seq' | 'place' | 'cause'> {
  const { kind, id: requestId, t } = request;
  const bare = { ...NO_TERMS, kind, requestId, t, limitPrice: null, stopPrice: null };
  if (kind === 'advance') return bare;
  const { orderId, leg, symbol } = request;
  const ofOrder = { ...bare, orderId, leg, symbol };
  if (kind === 'cancel') return { ...ofOrder, about: request.about, brokerId: request.brokerId };
  const { quantity, limit, stop } = request;
  const priced = { ...ofOrder, quantity, limitPrice: limit, stopPrice: stop };
  if (kind === 'replace') return { ...priced, about: request.about, brokerId: request.brokerId };
  return { ...priced, side: request.side };
}

const NOTHING_SAID = {
  ...{ symbol: null, request: null, brokerId: null, successor: null, filled: null, open: null, executionId: null },
  ...{ executionQuantity: null, executionPrice: null, executionFee: null, amends: null },
  ...{ cash: null, equity: null, held: null, word: null, raw: null },
};

/** What a broker said, or the gateway of it. */
export function reportRows(seq: number, payload: Uint8Array, rows: Rows): void {
  for (const [place, word] of decodeReports(payload).words.entries()) rows.add('reports', { seq, place, ...wordSaid(word) });
}

function wordSaid(said: BrokerWord): Omit<RowOf<'reports'>, 'seq' | 'place'> {
  const { kind, t } = said;
  if (said.kind === 'passed') return { ...NOTHING_SAID, kind, t, request: said.request };
  if (said.kind === 'disconnected') return { ...NOTHING_SAID, kind, t, word: said.word };
  if (said.kind === 'account') {
    const { word, cash, equity, positions, orders } = said;
    return { ...NOTHING_SAID, kind, t, word, cash, equity, held: { positions, orders } };
  }
  const { symbol, request, brokerId, successor, filled, open, execution, word, raw } = said;
  return {
    ...NOTHING_SAID,
    ...{ kind, t, symbol, request, brokerId, successor, filled, open, word, raw },
    ...{ executionId: execution?.id ?? null, executionQuantity: execution?.quantity ?? null },
    ...{ executionPrice: execution?.price ?? null, executionFee: execution?.fee ?? null, amends: execution?.amends ?? null },
  };
}
