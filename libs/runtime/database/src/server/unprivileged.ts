import { execFileSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import path from 'node:path';

/** Whom a program runs as; empty: as whoever starts it. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

/** Postgres may not be where it would have to be. */
export class PostgresNotAllowed extends Error {
  override readonly name = 'PostgresNotAllowed';
}

const USER = 'nobody';
const OTHERS_ENTER = 0o001;

/** Postgres refuses to run as root: started by root it runs as a user that may nothing. @throws Error where there is none */
export function unprivileged(): RunAs {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, USER], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Gives a folder or file to whom a program runs as. */
export function giveTo({ uid, gid }: RunAs, file: string): void {
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
}

/** Whether it can get at a file. @throws PostgresNotAllowed naming the first folder above it that it may not enter, and what to do */
export function requireReachable({ uid }: RunAs, file: string, remedy: string): void {
  if (uid === undefined) return;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const { mode, uid: owner } = statSync(folder);
    if (owner !== uid && (mode & OTHERS_ENTER) === 0)
      throw new PostgresNotAllowed(
        `${folder} may not be entered by the user ${USER}, as which Postgres runs when root starts it: ${remedy}, start the program as another user, or name a server by DATABASE_URL`,
      );
    if (folder === path.dirname(folder)) return;
  }
}
