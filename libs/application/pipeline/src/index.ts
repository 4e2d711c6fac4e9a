export { lookAhead, type LookAheadReport, type MovedSignal, type StartFinding } from './look-ahead.ts';
export { learnEdges, withLearnedEdges, type EdgeStep, type LearnedEdges } from './learned-edges.ts';
export { loadConfiguration, parseConfiguration } from './run-configuration.ts';
export { executionAtBroker, stagesOf } from './stages.ts';
export { runInMemory, runMarket, type MarketRun, type MemoryRun, type RunResult } from './memory-run.ts';
export { closingOf, feedEndOf, ledgerOf, toldBefore, type EndedRun, type ToldAtBroker } from './closing.ts';
export { encodeInterval } from './encode-interval.ts';
export { decodeInterval } from './decode-interval.ts';
export { scanMarket, type MarketScan } from './scan-market.ts';
