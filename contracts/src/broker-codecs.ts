import type {
  AccountWord,
  BrokerWord,
  Report,
  ReportBatch,
  ReportedExecution,
  Request,
  RequestBatch,
  SubmitRequest,
} from '@aitrader/model';
import { compose, parse } from './payload.ts';

/** What is asked of a broker, its fields in the contract's order whoever wrote it. @throws ContractError */
export const encodeRequests = ({ t, cause, requests }: RequestBatch): string =>
  compose('requests', { t, cause, requests: requests.map(requestSaid) } satisfies RequestBatch);

/** @throws ContractError */
export const decodeRequests = (payload: Uint8Array): RequestBatch => parse('requests', payload) as RequestBatch;

/** What the gateway heard, its fields in the contract's order whoever wrote it. @throws ContractError, also for a text that is too long */
export const encodeReports = ({ t, n, words }: ReportBatch): string =>
  compose('reports', { t, n, words: words.map(wordSaid) } satisfies ReportBatch);

/** @throws ContractError */
export const decodeReports = (payload: Uint8Array): ReportBatch => parse('reports', payload) as ReportBatch;

/**
 * As much of a broker's text as a recording keeps: at most `max` characters (code points) from its beginning, and whole ones: half a
 * surrogate pair, which JSON can spell and UTF-8 cannot, is replaced.
 */
export function keptOf(foreign: string, max: number): string {
  const whole = foreign.toWellFormed();
  return whole.length <= max
    ? whole
    : Array.from(whole.slice(0, 2 * max))
        .slice(0, max)
        .join('')
        .toWellFormed();
}

function requestSaid(request: Request): Request {
  const { kind, id, t } = request;
  if (kind === 'advance') return { kind, id, t };
  const { orderId, leg, symbol } = request;
  const head = { id, t, orderId, leg, symbol };
  if (kind === 'submit') return { kind, ...head, ...termsSaid(request) };
  const { about, brokerId } = request;
  if (kind === 'cancel') return { kind, ...head, about, brokerId };
  const { quantity, limit, stop } = request;
  return { kind, ...head, about, brokerId, quantity, limit, stop };
}

function termsSaid(request: SubmitRequest) {
  const { side, quantity, limit, stop, timeInForce, extendedHours, class: kindOfOrder, exits } = request;
  return {
    ...{ side, quantity, limit, stop, timeInForce, extendedHours, class: kindOfOrder },
    exits: exits === null ? null : { target: exits.target, stop: exits.stop },
  };
}

function wordSaid(said: BrokerWord): BrokerWord {
  if (said.kind === 'passed') return { kind: said.kind, t: said.t, request: said.request };
  if (said.kind === 'disconnected') return { kind: said.kind, t: said.t, word: said.word };
  return said.kind === 'account' ? accountSaid(said) : reportSaid(said);
}

function reportSaid({ kind, t, symbol, request, brokerId, successor, legs, filled, open, execution, word, raw }: Report): Report {
  return {
    ...{ kind, t, symbol, request, brokerId, successor },
    legs: legs.map(({ leg, brokerId }) => ({ leg, brokerId })),
    ...{ filled, open, execution: execution === null ? null : executionSaid(execution), word, raw },
  };
}

const executionSaid = ({ id, quantity, price, fee, amends }: ReportedExecution): ReportedExecution => {
  return { id, quantity, price, fee, amends };
};

function accountSaid({ kind, t, word, cash, equity, positions, orders }: AccountWord): AccountWord {
  return {
    ...{ kind, t, word, cash, equity },
    positions: positions.map(({ symbol, quantity }) => ({ symbol, quantity })),
    orders: orders.map(({ brokerId, symbol, request }) => ({ brokerId, symbol, request })),
  };
}
