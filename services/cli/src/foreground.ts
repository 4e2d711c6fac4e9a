import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether this process belongs to the group in front of its terminal: the one that the keys go to. False where that cannot be told. */
export function isForeground(): boolean {
  try {
    const [group, front] = process.platform === 'linux' ? groupsByProc() : groupsByPs();
    return group !== undefined && group > 0 && group === front;
  } catch {
    return false;
  }
}

/** Process group, and the one in front of the terminal: fields 5 and 8 of proc_pid_stat(5); the name before may hold anything. */
function groupsByProc(): (number | undefined)[] {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const [, , group, , , front] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return [group, front];
}

function groupsByPs(): number[] {
  return execFileSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/)
    .map(Number);
}
