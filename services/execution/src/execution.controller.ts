import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { decodeBars, decodeControl, decodeOrders, encodeFills, encodeOrderEvents } from '@aitrader/contracts';
import { simulatedExecutionStage } from '@aitrader/core-execution';
import { newBarSlice, newExecutionReport, type Manifest, type RiskDecision } from '@aitrader/model';
import { required, type IntervalMessages, type Said } from '@aitrader/runtime-bus';
import { bindStage } from '@aitrader/runtime-engine';
import { Stage, StageContext, StageInstances } from '@aitrader/runtime-service';

const CAPACITY = 64;

export const newExecution = ({ config, timeframe, shards }: Manifest) => ({
  stage: bindStage(simulatedExecutionStage, config.simulation),
  bars: Array.from({ length: shards }, (_, shard) => newBarSlice(shard, timeframe, CAPACITY)),
  report: newExecutionReport(),
});

/** Execution behind the bus, with the simulated broker: every shard's bars and risk's last orders in, fills and order events out. */
@Controller()
export class ExecutionController {
  readonly #instances: StageInstances<ReturnType<typeof newExecution>>;

  constructor(instances: StageInstances<ReturnType<typeof newExecution>>) {
    this.#instances = instances;
  }

  @Stage('execution')
  trade(@Payload() messages: IntervalMessages, @Ctx() { shard: account }: StageContext): readonly Said[] {
    const { stage, bars, report } = this.#instances.of(account);
    for (const slice of bars) decodeBars(required(messages, 'bars', slice.shard), slice);
    stage.apply(
      { t: messages.t, bars, decision: decisionBefore(messages), control: messages.control.map(decodeControl) },
      report,
    );
    const said: Said[] = report.fills.length === 0 ? [] : [{ fact: 'fills', payload: encodeFills(report) }];
    said.push({ fact: 'order-events', payload: encodeOrderEvents(report) });
    return said;
  }
}

/** Risk's decision on the interval before; there is none before the first. Denials are no business of execution. */
function decisionBefore(messages: IntervalMessages): RiskDecision | undefined {
  const payload = messages.payload('orders', -1);
  return payload === undefined ? undefined : { ...decodeOrders(payload), denials: [] };
}
