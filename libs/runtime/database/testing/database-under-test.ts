import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase, type OpenDatabase } from '../src/database.ts';

/** Making the data of a server takes seconds on a machine that is busy. */
export const DATABASE_MS_MAX = 120_000;

/** An empty home that the user whom Postgres runs as may enter. */
export function newDatabaseHome(): { readonly home: string; readonly remove: () => void } {
  const home = mkdtempSync(path.join(tmpdir(), 'database-'));
  chmodSync(home, 0o755);
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** The database of a home, whatever DATABASE_URL names. */
export const openAt = (home: string): Promise<OpenDatabase> => openDatabase({ home, env: {} });
