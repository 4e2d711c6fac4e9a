import {
  ContractError,
  decodeBars,
  decodeControl,
  decodeDenials,
  decodeFills,
  decodeForecast,
  decodeOrderEvents,
  decodeOrders,
  decodeSignals,
  decodeStates,
  decodeWatchlist,
  type Fact,
} from '@aitrader/contracts';
import { epochMs } from '@aitrader/model';
import { readingMessage, type RecordedInterval } from '@aitrader/runtime-bus';
import type { Interval } from '@aitrader/runtime-engine';

/** Decodes every fact of a recorded interval. @throws BrokenRecordingError naming the message, ContractError for one that is missing */
export function decodeInterval(recorded: RecordedInterval, into: Interval): void {
  into.t = epochMs(recorded.t);
  for (const [shard, bars] of into.bars.entries()) read(recorded, 'bars', shard, (payload) => decodeBars(payload, bars));
  for (const [shard, states] of into.states.entries())
    read(recorded, 'states', shard, (payload) => decodeStates(payload, states));
  into.signals = into.signals.map(({ shard }) => read(recorded, 'signals', shard, decodeSignals));
  const listed = recorded.message('watchlists', -1) !== undefined;
  into.watchlist = listed ? read(recorded, 'watchlists', -1, decodeWatchlist) : null;
  decodeReport(recorded, into);
  const forecast = recorded.message('forecasts', -1) !== undefined;
  const denied = recorded.message('denials', -1) !== undefined;
  into.decision = {
    ...read(recorded, 'orders', -1, decodeOrders),
    denials: denied ? read(recorded, 'denials', -1, decodeDenials).denials : [],
    forecast: forecast ? read(recorded, 'forecasts', -1, decodeForecast) : null,
  };
  into.control = recorded.control.map((message) => readingMessage(message, () => decodeControl(message.data)));
}

/** Decodes execution's word on the interval. */
function decodeReport(recorded: RecordedInterval, into: Interval): void {
  const { t, fills: expected, events, doubt } = read(recorded, 'order-events', -1, decodeOrderEvents);
  const filled = recorded.message('fills', -1) !== undefined;
  const fills = filled ? read(recorded, 'fills', -1, decodeFills).fills : [];
  if (fills.length !== expected)
    throw new ContractError('order-events', 'fills', `counts ${expected} fills where ${fills.length} were recorded`);
  into.report = { t, fills, events, doubt };
}

function read<T>(recorded: RecordedInterval, fact: Fact, shard: number, decode: (payload: Uint8Array) => T): T {
  const message = recorded.message(fact, shard);
  if (message === undefined) throw new ContractError(fact, '', `of interval ${recorded.t} is missing`);
  return readingMessage(message, () => decode(message.data));
}
