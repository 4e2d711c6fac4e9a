import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { decodeBars, decodeControl, decodeStates, encodeSignals } from '@aitrader/contracts';
import { STRATEGY_COLUMNS, strategiesStage } from '@aitrader/core-strategies';
import { newBarSlice, newSignalSlice, newStateSlice, type Manifest } from '@aitrader/model';
import { required, type IntervalMessages, type Said } from '@aitrader/runtime-bus';
import { bindStage } from '@aitrader/runtime-engine';
import { Stage, StageContext, StageInstances } from '@aitrader/runtime-service';

const CAPACITY = 64;

export const newStrategy = ({ config, timeframe }: Manifest, shard: number) => ({
  stage: bindStage(strategiesStage, config.strategies),
  bars: newBarSlice(shard, timeframe, CAPACITY),
  states: newStateSlice(shard, CAPACITY),
  signals: newSignalSlice(shard),
});

/** The strategy stage behind the bus: a shard's bars and states in, its signals out. */
@Controller()
export class StrategyController {
  readonly #instances: StageInstances<ReturnType<typeof newStrategy>>;

  constructor(instances: StageInstances<ReturnType<typeof newStrategy>>) {
    this.#instances = instances;
  }

  @Stage('strategy')
  judge(@Payload() messages: IntervalMessages, @Ctx() { shard }: StageContext): readonly Said[] {
    const { stage, bars, states, signals } = this.#instances.of(shard);
    decodeBars(required(messages, 'bars', shard), bars);
    decodeStates(required(messages, 'states', shard), states, STRATEGY_COLUMNS);
    stage.apply({ bars, states, control: messages.control.map(decodeControl) }, signals);
    return [{ fact: 'signals', payload: encodeSignals(signals) }];
  }
}
