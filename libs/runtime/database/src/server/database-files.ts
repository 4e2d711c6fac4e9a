import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { keptKey, keyFileOf, writeAtomically } from '@aitrader/runtime-storage';
import type { Role } from '../roles.ts';

/** Where a home keeps its Postgres of one major version. */
export interface DatabaseFiles {
  readonly home: string;
  readonly folder: string;
  readonly data: string;
  readonly lock: string;
  readonly log: string;
  readonly record: string;
}

/** What the owner of a server wrote down, for the next process that wants it. */
export interface DatabaseRecord {
  readonly pid: number;
  readonly port: number;
  /** the process that stops the server when it ends */
  readonly ownerPid: number;
}

/** The files of a home's server; makes its folder, so that it has one name however it is spelled. */
export function databaseFiles(home: string, major: number): DatabaseFiles {
  const wanted = path.resolve(home, 'postgres', String(major));
  mkdirSync(wanted, { recursive: true });
  const folder = realpathSync(wanted);
  const within = (name: string): string => path.join(folder, name);
  return {
    home: path.resolve(home),
    folder,
    data: within('data'),
    lock: within('server.lock'),
    log: within('server.log'),
    record: within('server.json'),
  };
}

const PASSWORD_BYTES = 24;

/** The password of a role of a home's server, made once. @throws KeyFileError */
export const passwordOf = (home: string, role: Role | 'superuser'): Promise<string> =>
  keptKey(keyFileOf(home, `database-${role}.key`), () => randomBytes(PASSWORD_BYTES).toString('base64url'));

export const writeDatabaseRecord = (files: DatabaseFiles, record: DatabaseRecord): Promise<void> =>
  writeAtomically(files.record, `${JSON.stringify(record)}\n`);

/** The record of a home's last server; undefined when there is none or it cannot be understood. */
export function readDatabaseRecord({ record }: DatabaseFiles): DatabaseRecord | undefined {
  try {
    const { pid, port, ownerPid } = JSON.parse(readFileSync(record, 'utf8')) as Partial<DatabaseRecord>;
    const isWhole = (value: number | undefined): value is number => Number.isSafeInteger(value) && Number(value) > 0;
    return isWhole(pid) && isWhole(port) && isWhole(ownerPid) ? { pid, port, ownerPid } : undefined;
  } catch {
    return undefined;
  }
}
