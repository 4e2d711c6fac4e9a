import { decodeBars, decodeStates, encodeSignals } from '@aitrader/contracts';
import { BREAKOUT_COLUMNS, breakoutStage } from '@aitrader/core-strategies';
import { newBarSlice, newSignalSlice, newStateSlice, type Manifest } from '@aitrader/model';
import { required, type StageHandler } from '@aitrader/runtime-bus';
import { bindStage } from '@aitrader/runtime-engine';

const CAPACITY = 64;
const COLUMNS_READ = new Set(BREAKOUT_COLUMNS);

/** The strategy stage behind the bus: a shard's bars and states in, its signals out. */
export function newStrategyHandler({ config, timeframe }: Manifest, shard: number): StageHandler {
  const stage = bindStage(breakoutStage, config.strategy);
  const bars = newBarSlice(shard, timeframe, CAPACITY);
  const states = newStateSlice(shard, CAPACITY);
  const signals = newSignalSlice(shard);
  return {
    ...stage,
    apply: (messages) => {
      decodeBars(required(messages, 'bars', shard), bars);
      decodeStates(required(messages, 'states', shard), states, COLUMNS_READ);
      stage.apply({ bars, states }, signals);
      return [{ fact: 'signals', payload: encodeSignals(signals) }];
    },
  };
}
