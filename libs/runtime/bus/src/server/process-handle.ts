import { execFileSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { hasErrorCode } from './thrown.ts';

/** How a process ended; both are null when it was not our child, so nobody told us. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that can be signalled and waited for, our child or not. */
export interface ProcessHandle {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  hasExited(): boolean;
  signal(name: NodeJS.Signals): void;
}

const POLL_MS = 100;
const GONE_POLL_MS = 5;
const KILL_MS_MAX = 10_000;

/** A child of this process. */
export function childHandle(child: ChildProcess, pid: number): ProcessHandle {
  let gone = false;
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      gone = true;
      resolve({ code, signal });
    });
  });
  return { pid, exited, hasExited: () => gone, signal: (name) => void child.kill(name) };
}

/** A process that another one started; its end is noticed within 100 ms. */
export function foreignHandle(pid: number): ProcessHandle {
  let watched: Promise<ProcessExit> | undefined;
  const watchUntilGone = async (): Promise<ProcessExit> => {
    while (isAlive(pid)) await wait(POLL_MS, undefined, { ref: false });
    return { code: null, signal: null };
  };
  return {
    pid,
    get exited() {
      return (watched ??= watchUntilGone());
    },
    hasExited: () => !isAlive(pid),
    signal: (name) => {
      try {
        process.kill(pid, name);
      } catch (error) {
        if (!hasErrorCode(error, 'ESRCH')) throw error;
      }
    },
  };
}

/** Whether a process of that id exists; one of another user does too, a zombie that waits for its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return hasErrorCode(error, 'EPERM');
  }
  return !isZombie(pid);
}

/** The command line of a process, to tell ours from a later one that got the same id; undefined when it cannot be read. */
export function commandLineOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8', timeout: 2_000 });
  } catch {
    return undefined;
  }
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

/** Waits for the end of a process, and keeps this one alive meanwhile (a handle alone does not). False when it takes too long. */
export async function untilGone(handle: ProcessHandle, msMax: number): Promise<boolean> {
  const deadline = performance.now() + msMax;
  while (!handle.hasExited()) {
    if (performance.now() > deadline) return false;
    await wait(GONE_POLL_MS);
  }
  return true;
}

/** Asks a process to end, and makes it end when it has not within the bound. @throws Error when not even SIGKILL ends it */
export async function endProcess(handle: ProcessHandle, graceMsMax: number): Promise<ProcessExit> {
  if (!handle.hasExited()) handle.signal('SIGTERM');
  if (!(await untilGone(handle, graceMsMax))) await killProcess(handle);
  return handle.exited;
}

/** Ends a process on the spot. @throws Error when it is still there after 10 s, as one that waits for a broken disk is */
export async function killProcess(handle: ProcessHandle): Promise<ProcessExit> {
  if (!handle.hasExited()) handle.signal('SIGKILL');
  if (!(await untilGone(handle, KILL_MS_MAX))) throw new Error(`process ${handle.pid} cannot be killed`);
  return handle.exited;
}
