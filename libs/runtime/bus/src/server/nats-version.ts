import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from './thrown.ts';

/** Older servers silently ignore message TTL, atomic batches and more, so a run on one would not be what it claims to be. */
export const NATS_VERSION_MIN = '2.12.0';

/** A healthy binary prints its version in a few milliseconds; a cold disk needs more. */
const VERSION_MS_MAX = 5_000;

const run = promisify(execFile);

/** A nats-server before 2.12, named by its path or URL. */
export class NatsServerTooOld extends Error {
  override readonly name = 'NatsServerTooOld';
  readonly where: string;
  readonly version: string;

  constructor(where: string, version: string) {
    super(`${where} is nats-server ${version}, but ${NATS_VERSION_MIN} or later is needed`);
    this.where = where;
    this.version = version;
  }
}

/** The three numbers of `2.15.1` in a text such as `nats-server: v2.15.1-RC.2`, or undefined. */
export function versionIn(text: string): string | undefined {
  return /(?<![\d.])(\d+\.\d+\.\d+)/.exec(text)?.[1];
}

/** Whether a version such as `2.15.1` is at least {@link NATS_VERSION_MIN}; a text that is no version is not. */
export function isRecentEnough(version: string): boolean {
  const least = NATS_VERSION_MIN.split('.').map(Number);
  const parts = (versionIn(version) ?? '0.0.0').split('.').map(Number);
  for (const [place, wanted] of least.entries()) {
    const found = parts[place] ?? 0;
    if (found !== wanted) return found > wanted;
  }
  return true;
}

/** Asks a nats-server binary for its version. @throws Error when it cannot be run or prints none, {@link NatsServerTooOld} */
export async function versionOfBinary(file: string): Promise<string> {
  let printed: string;
  try {
    const { stdout, stderr } = await run(file, ['--version'], { timeout: VERSION_MS_MAX });
    printed = `${stdout}\n${stderr}`;
  } catch (error) {
    throw new Error(`${file} cannot be run: ${messageOf(error)}`, { cause: error });
  }
  const version = versionIn(printed);
  if (version === undefined) throw new Error(`${file} --version prints no version: ${JSON.stringify(printed.slice(0, 80))}`);
  if (!isRecentEnough(version)) throw new NatsServerTooOld(file, version);
  return version;
}
