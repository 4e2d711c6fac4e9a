import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder and those above it that are not there, one by one: made all at once, one inside a file system that takes none, such as `/proc`, is tried
 * for ever. @throws the operating system's error
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    // another process may have made it meanwhile
    if (!existsSync(folder)) throw error;
  }
}
