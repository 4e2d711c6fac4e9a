export { benchBus, benchLatency, type BenchEvents, type BusFigures, type LatencyFigures, type PacedMarket } from './bus-bench.ts';
export { benchMemory, type MemoryFigures } from './memory-bench.ts';
export { measureRelay, type RelayFigures } from './relay.ts';
export { type StageTimes, type Timed } from './stage-times.ts';
