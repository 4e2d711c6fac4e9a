import path from 'node:path';
import { startProgram, type RunningProgram } from './program-process.ts';

/** What the scheduler logs once it listens. */
const LISTENS = 'scheduler';

export interface SchedulerProcessOptions {
  /** 0: any free port */
  readonly port: number;
}

/** Starts the scheduler of a home. @throws Error when it does not come up */
export const startSchedulerOf = (home: string, { port }: SchedulerProcessOptions): Promise<RunningProgram> =>
  startProgram('scheduler', {
    what: 'the scheduler',
    listens: LISTENS,
    logFile: path.join(home, 'logs', 'scheduler.log'),
    env: { ...process.env, AITRADER_HOME: home, AITRADER_HEALTH_PORT: String(port) },
  });
