import { decodeBars, decodeControl, encodeStates } from '@aitrader/contracts';
import { probabilityStage } from '@aitrader/core-probability';
import { newBarSlice, newStateSlice, type Manifest } from '@aitrader/model';
import { required, type StageHandler } from '@aitrader/runtime-bus';
import { bindStage } from '@aitrader/runtime-engine';

const CAPACITY = 64;

/** The probability stage behind the bus: a shard's bars in, its states out. */
export function newProbabilityHandler({ config, timeframe }: Manifest, shard: number): StageHandler {
  const stage = bindStage(probabilityStage, config.probability);
  const bars = newBarSlice(shard, timeframe, CAPACITY);
  const states = newStateSlice(shard, CAPACITY);
  return {
    ...stage,
    apply: (messages) => {
      decodeBars(required(messages, 'bars', shard), bars);
      stage.apply({ bars, control: messages.control.map(decodeControl) }, states);
      return [{ fact: 'states', payload: encodeStates(states) }];
    },
  };
}
