export { benchBus, benchLatency, type BenchEvents, type BusFigures, type LatencyFigures, type PacedMarket } from './bus-bench.ts';
export { benchArchive, type ArchiveFigures } from './archive-bench.ts';
export { benchDecoding, type DecodingFigures } from './live-bench.ts';
export { type LongMarket, writeLongArchive } from './long-archive.ts';
export { benchMemory, type MemoryFigures } from './memory-bench.ts';
export { measureRelay, type RelayFigures } from './relay.ts';
export { type StageTimes, type Timed } from './stage-times.ts';
