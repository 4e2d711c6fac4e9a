import { startConsoleOf } from '@aitrader/application-supervision';
import { onInterrupt } from './interrupt.ts';
import { remark } from './terminal.ts';

/** The same address each time, so that a page that was left open finds the console again. */
export const CONSOLE_PORT = 4780;

/** The console of a home, at its usual port, or at another one where that is taken; undefined, and a remark, where there is none to be had. */
async function consoleOf(home: string): ReturnType<typeof startConsoleOf> {
  return startConsoleOf(home, { port: CONSOLE_PORT }).catch(() => startConsoleOf(home, { port: 0 }));
}

/**
 * Does work with the console open beside it, which nothing waits for: work goes on without one. On a terminal the console stays open when the work
 * is done, until Ctrl-C, unless that had ended the work. `work` tells whether it had.
 */
export async function besideConsole(home: string, work: () => Promise<{ readonly interrupted: boolean }>): Promise<void> {
  const starting = consoleOf(home).catch((error: unknown) => {
    remark(`there is no console: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  void starting.then((open) => open !== undefined && remark(`console: ${open.url}`));
  try {
    const { interrupted } = await work();
    const open = await starting;
    if (interrupted || open === undefined || !process.stdin.isTTY || !process.stderr.isTTY) return;
    remark('the console stays open until Ctrl-C');
    await Promise.race([onInterrupt(), open.failure]);
  } finally {
    await (await starting)?.stop();
  }
}
