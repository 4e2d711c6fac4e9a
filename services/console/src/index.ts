export { apiDocument, startConsole, type RunningConsole } from './application.ts';
export { consoleEnvironment, type ConsoleEnvironment } from './console-environment.ts';
