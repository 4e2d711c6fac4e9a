import {
  newBarSlice,
  newStateSlice,
  type BarSlice,
  type ExecutionReport,
  type RiskDecision,
  type StateSlice,
} from '@aitrader/model';
import * as contracts from '../src/index.ts';
import type { Fact } from '../src/index.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export const decodedBars = (payload: Uint8Array, into = newBarSlice(7, '1d', 0)): BarSlice => (
  contracts.decodeBars(payload, into),
  into
);
export const decodedStates = (payload: Uint8Array, into = newStateSlice(7, 0)): StateSlice => (
  contracts.decodeStates(payload, into),
  into
);

const decisionOf = (part: Partial<RiskDecision> & Pick<RiskDecision, 't'>): RiskDecision => {
  const nothing = contracts.decodeOrders(bytesOf(NO_ORDERS));
  return { ...nothing, denials: [], forecast: null, ...part };
};
const NO_ORDERS =
  '{"t":0,"denials":0,"account":{"cash":0,"equity":0,"gross":0,"reserved":0,"realised":0,"equityPeak":0,"drawdownPpm":0,"tradingState":"active"},"trips":[],"gates":[],"orders":[],"exits":[]}';

/** Decodes a payload to the model and encodes that again, as the service that wrote it would have. */
export const RECODE: Readonly<Record<Fact, (payload: Uint8Array) => string>> = {
  // Keys that came after the manifest are read with a value, and are not what the service that wrote it would have written.
  manifest: (payload) => {
    const again = JSON.parse(contracts.encodeManifest(contracts.decodeManifest(payload))) as object;
    return JSON.stringify({ ...again, config: contracts.readManifest(payload).recordedConfig });
  },
  opening: (payload) => JSON.stringify(contracts.readMessage('opening', payload)),
  closing: (payload) => JSON.stringify(contracts.readMessage('closing', payload)),
  bars: (payload) => contracts.encodeBars(decodedBars(payload)),
  states: (payload) => contracts.encodeStates(decodedStates(payload)),
  signals: (payload) => contracts.encodeSignals(contracts.decodeSignals(payload)),
  orders: (payload) => {
    const decision = decisionOf(contracts.decodeOrders(payload));
    decision.denials.length = contracts.announcedCount('denials', payload);
    return contracts.encodeOrders(decision);
  },
  denials: (payload) => contracts.encodeDenials(decisionOf(contracts.decodeDenials(payload))),
  requests: (payload) => contracts.encodeRequests(contracts.decodeRequests(payload)),
  reports: (payload) => contracts.encodeReports(contracts.decodeReports(payload)),
  'order-events': (payload) => {
    const { t, fills, events, doubt } = contracts.decodeOrderEvents(payload);
    const report: ExecutionReport = { t, events, doubt, fills: [] };
    report.fills.length = fills;
    return contracts.encodeOrderEvents(report);
  },
  fills: (payload) => contracts.encodeFills({ ...contracts.decodeFills(payload), events: [], doubt: null }),
  watchlists: (payload) => contracts.encodeWatchlist(contracts.decodeWatchlist(payload)),
  forecasts: (payload) => contracts.encodeForecast(contracts.decodeForecast(payload)),
  control: (payload) => contracts.encodeControl(contracts.decodeControl(payload)),
};
