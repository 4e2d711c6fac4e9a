import { decodeBars, decodeOrders, encodeFills, encodeOrderEvents } from '@aitrader/contracts';
import { simulatedExecutionStage } from '@aitrader/core-execution';
import { newBarSlice, newExecutionReport, type Manifest, type RiskDecision } from '@aitrader/model';
import { required, type IntervalMessages, type Said, type StageHandler } from '@aitrader/runtime-bus';
import { bindStage } from '@aitrader/runtime-engine';

const CAPACITY = 64;

/** Execution behind the bus, with the simulated broker: every shard's bars and risk's last orders in, fills and order events out. */
export function newExecutionHandler({ config, timeframe, shards }: Manifest): StageHandler {
  const stage = bindStage(simulatedExecutionStage, config.simulation);
  const bars = Array.from({ length: shards }, (_, shard) => newBarSlice(shard, timeframe, CAPACITY));
  const report = newExecutionReport();
  return {
    ...stage,
    apply: (messages) => {
      for (const slice of bars) decodeBars(required(messages, 'bars', slice.shard), slice);
      stage.apply({ t: messages.t, bars, decision: decisionBefore(messages) }, report);
      const said: Said[] = report.fills.length === 0 ? [] : [{ fact: 'fills', payload: encodeFills(report) }];
      said.push({ fact: 'order-events', payload: encodeOrderEvents(report) });
      return said;
    },
  };
}

/** Risk's decision on the interval before; there is none before the first. Denials are no business of execution. */
function decisionBefore(messages: IntervalMessages): RiskDecision | undefined {
  const payload = messages.payload('orders', -1);
  return payload === undefined ? undefined : { ...decodeOrders(payload), denials: [] };
}
