export { stagesOf } from './stages.ts';
export { runInMemory, type MemoryRun, type RunResult } from './memory-run.ts';
export { encodeInterval } from './encode-interval.ts';
export { decodeInterval } from './decode-interval.ts';
