import path from 'node:path';
import { startProgram, type RunningProgram } from './program-process.ts';

/** What the console logs once it listens. */
const LISTENS = 'console';

export interface ConsoleOptions {
  /** 0: any free port */
  readonly port: number;
}

/** Starts the console of a home; its address lets one person in, once. @throws Error when it does not come up */
export const startConsoleOf = (home: string, { port }: ConsoleOptions): Promise<RunningProgram> =>
  startProgram('console', {
    what: 'the console',
    listens: LISTENS,
    logFile: path.join(home, 'logs', 'console.log'),
    env: { ...process.env, AITRADER_HOME: home, AITRADER_CONSOLE_PORT: String(port) },
  });
