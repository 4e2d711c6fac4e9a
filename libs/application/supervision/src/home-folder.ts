import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes the folder of a home, and those above it, one by one: made all at once, one inside a file system that takes none is tried for
 * ever. @throws Error naming AITRADER_HOME and the path when it cannot be a folder
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

function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolder(above);
  mkdirSync(folder);
}
