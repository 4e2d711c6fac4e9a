export { runInMemory, type MemoryRun, type RunResult } from './memory-run.ts';
export { stagesOf } from './stages.ts';
