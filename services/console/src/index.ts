export { apiDocument, startConsole, type RunningConsole } from './application.ts';
export type { CommandBody } from '@aitrader/application-console';
export { type CommandAnswer } from './commands.controller.ts';
export { consoleEnvironment, type ConsoleEnvironment } from './console-environment.ts';
export { type DecisionAnswer } from './runs.controller.ts';
export { type RunbookAnswer } from './runbooks.controller.ts';
export type { SweepAnswer, TrialRow } from './sweeps.controller.ts';
export { type TraceAnswer } from './trace.controller.ts';
