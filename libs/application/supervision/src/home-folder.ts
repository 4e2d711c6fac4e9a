import { statSync } from 'node:fs';
import { makeFolder } from '@aitrader/runtime-storage';

/**
 * Makes the folder of a home, and those above it. @throws Error naming AITRADER_HOME and the path when it cannot be a folder
 */
export function makeHome(home: string): void {
  try {
    makeFolder(home);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${home} cannot be the home of runs (AITRADER_HOME names another one): ${why}`, { cause });
  }
  if (!statSync(home).isDirectory())
    throw new Error(`${home} cannot be the home of runs, since it is a file: let AITRADER_HOME name a folder`);
}
