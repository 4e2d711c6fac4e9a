import {
  encodeBars,
  encodeDenials,
  encodeFills,
  encodeForecast,
  encodeOrderEvents,
  encodeOrders,
  encodeSignals,
  encodeStates,
  encodeWatchlist,
} from '@aitrader/contracts';
import type { Outgoing } from '@aitrader/runtime-bus';
import type { Interval } from '@aitrader/runtime-engine';

/** Every message of an interval as the services would send it, in the order in which one follows from the other. */
export function encodeInterval({ t, bars, states, signals, watchlist, report, decision }: Interval): Outgoing[] {
  const messages: Outgoing[] = [];
  for (const slice of bars) messages.push({ fact: 'bars', shard: slice.shard, t, payload: encodeBars(slice) });
  for (const slice of states) messages.push({ fact: 'states', shard: slice.shard, t, payload: encodeStates(slice) });
  for (const slice of signals) messages.push({ fact: 'signals', shard: slice.shard, t, payload: encodeSignals(slice) });
  if (watchlist !== null) messages.push({ fact: 'watchlists', shard: -1, t, payload: encodeWatchlist(watchlist) });
  if (report.fills.length > 0) messages.push({ fact: 'fills', shard: -1, t, payload: encodeFills(report) });
  messages.push({ fact: 'order-events', shard: -1, t, payload: encodeOrderEvents(report) });
  if (decision.denials.length > 0) messages.push({ fact: 'denials', shard: -1, t, payload: encodeDenials(decision) });
  if (decision.forecast !== null) messages.push({ fact: 'forecasts', shard: -1, t, payload: encodeForecast(decision.forecast) });
  messages.push({ fact: 'orders', shard: -1, t, payload: encodeOrders(decision) });
  return messages;
}
