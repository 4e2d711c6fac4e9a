import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run.mjs';

const INSTALL_MS_MAX = 120_000;

/**
 * A program that comes as a package for Python, in an environment of its own inside the project; undefined, with the reason printed, where
 * there is no Python to install it with.
 */
export function pythonTool(program: string, requirement: string): string | undefined {
  const folder = path.join(root, '.aitrader', 'tools', requirement.replaceAll(/[^\w.]/g, '-'));
  const file = path.join(folder, 'bin', program);
  if (existsSync(file)) return file;
  for (const [command, ...args] of [
    ['python3', '-m', 'venv', folder],
    [path.join(folder, 'bin', 'pip'), 'install', '--quiet', requirement],
  ] as const) {
    const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: INSTALL_MS_MAX });
    if (status === 0) continue;
    console.warn(`left out: ${program} is not here, and ${command} ${args.join(' ')} fails: ${error?.message ?? stderr.trim()}`);
    return undefined;
  }
  return file;
}
