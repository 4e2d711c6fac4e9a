import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { decodeBars, decodeControl, encodeStates } from '@aitrader/contracts';
import { probabilityStage } from '@aitrader/core-probability';
import { newBarSlice, newStateSlice, type Manifest } from '@aitrader/model';
import { required, type IntervalMessages, type Said } from '@aitrader/runtime-bus';
import { bindStage } from '@aitrader/runtime-engine';
import { Stage, StageContext, StageInstances } from '@aitrader/runtime-service';

const CAPACITY = 64;

export const newProbability = ({ config, timeframe }: Manifest, shard: number) => ({
  stage: bindStage(probabilityStage, config.probability),
  bars: newBarSlice(shard, timeframe, CAPACITY),
  states: newStateSlice(shard, CAPACITY),
});

/** The probability stage behind the bus: a shard's bars in, its states out. */
@Controller()
export class ProbabilityController {
  readonly #instances: StageInstances<ReturnType<typeof newProbability>>;

  constructor(instances: StageInstances<ReturnType<typeof newProbability>>) {
    this.#instances = instances;
  }

  @Stage('probability')
  filter(@Payload() messages: IntervalMessages, @Ctx() { shard }: StageContext): readonly Said[] {
    const { stage, bars, states } = this.#instances.of(shard);
    decodeBars(required(messages, 'bars', shard), bars);
    stage.apply({ bars, control: messages.control.map(decodeControl) }, states);
    return [{ fact: 'states', payload: encodeStates(states) }];
  }
}
