import {
  decodeBars,
  decodeControl,
  decodeDenials,
  decodeFills,
  decodeOrderEvents,
  decodeOrders,
  decodeSignals,
  decodeStates,
  type Fact,
} from '@aitrader/contracts';
import { epochMs } from '@aitrader/model';
import { BrokenRecordingError, type LoggedMessage, type RecordedInterval } from '@aitrader/runtime-bus';
import type { Interval } from '@aitrader/runtime-engine';

/** Decodes every fact of a recorded interval. @throws ContractError, BrokenRecordingError */
export function decodeInterval(recorded: RecordedInterval, into: Interval): void {
  into.t = epochMs(recorded.t);
  for (const [shard, bars] of into.bars.entries()) decodeBars(payloadOf(recorded, 'bars', shard), bars);
  for (const [shard, states] of into.states.entries()) decodeStates(payloadOf(recorded, 'states', shard), states);
  into.signals = into.signals.map(({ shard }) => decodeSignals(payloadOf(recorded, 'signals', shard)));
  decodeReport(recorded, into);
  const denials = recorded.message('denials', -1);
  into.decision = {
    ...decodeOrders(payloadOf(recorded, 'orders', -1)),
    denials: denials === undefined ? [] : decodeDenials(denials.data).denials,
  };
  into.control = recorded.control.map(({ data }) => decodeControl(data));
}

/** Decodes execution's word on the interval. @throws ContractError, BrokenRecordingError when fills are missing */
export function decodeReport(recorded: RecordedInterval, into: Interval): void {
  const { t, fills: expected, events } = decodeOrderEvents(payloadOf(recorded, 'order-events', -1));
  const message = recorded.message('fills', -1);
  const fills = message === undefined ? [] : decodeFills(message.data).fills;
  if (fills.length !== expected)
    throw new BrokenRecordingError(`interval ${t} counts ${expected} fills and holds ${fills.length}`);
  into.report = { t, fills, events };
}

export function payloadOf(recorded: RecordedInterval, fact: Fact, shard: number): Uint8Array {
  const message: LoggedMessage | undefined = recorded.message(fact, shard);
  if (message === undefined) throw new BrokenRecordingError(`interval ${recorded.t} has no ${fact}`);
  return message.data;
}
