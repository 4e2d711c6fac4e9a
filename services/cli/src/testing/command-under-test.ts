import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { locateNatsServer } from '@aitrader/runtime-bus';
import type { RunReport } from '@aitrader/application-backtest';

/** The checkout. */
export const ROOT = path.resolve(import.meta.dirname, '../../../..');
const MAIN = path.join(ROOT, 'dist/cli.js');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** The built command line with a home of its own and a real nats-server, for tests that look at it from outside. */
export interface CommandUnderTest {
  readonly home: string;
  readonly folder: string;
  readonly start: (...args: string[]) => Running;
  /** the same with other variables */
  readonly startWith: (env: Readonly<Record<string, string>>, ...args: string[]) => Running;
  readonly run: (...args: string[]) => Promise<Finished>;
  /** the same with other variables */
  readonly runWith: (env: Readonly<Record<string, string>>, ...args: string[]) => Promise<Finished>;
  /** starts a program in a process group of its own, as a shell does; a signal to `-pid` reaches the whole group */
  readonly startGroup: (program: string, args: readonly string[]) => Running;
  /** runs with --json and returns the document; fails the test when the command fails */
  readonly json: <T = RunReport>(...args: string[]) => Promise<T>;
  readonly cleanUp: () => void;
}

/** The same program as the compiler leaves it, module by module, for a test that changes one of them. */
export const IN_MODULES = path.join(ROOT, 'services/cli/dist/main.js');

/** @throws Error when the project is not built */
export async function commandUnderTest(env: Readonly<Record<string, string>> = {}, main = MAIN): Promise<CommandUnderTest> {
  if (!existsSync(MAIN)) throw new Error('build first (npm run build): these tests run the built command');
  const server = await locateNatsServer({ home: path.join(ROOT, '.aitrader') });
  const folder = mkdtempSync(path.join(tmpdir(), 'aitrader-e2e-'));
  const home = path.join(folder, '.aitrader');
  const options = {
    cwd: folder,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_COMPILE_CACHE: path.join(ROOT, 'node_modules/.cache/aitrader'),
      AITRADER_HOME: home,
      // a Postgres for each test that does not ask it anything would cost seconds each
      AITRADER_JOURNAL: 'off',
      PATH: `${path.dirname(server.path)}:${process.env['PATH'] ?? ''}`,
      ...env,
    },
  };
  const going = new Set<ChildProcess>();
  const kept = (child: ChildProcess): Running => {
    going.add(child);
    child.once('close', () => going.delete(child));
    return { child, finished: outcomeOf(child) };
  };
  const startWith = (variables: Readonly<Record<string, string>>, args: readonly string[]): Running => {
    const own = { ...options, env: { ...options.env, ...variables } };
    return kept(spawn(process.execPath, [main, ...args], { ...own, stdio: ['ignore', 'pipe', 'pipe'] }));
  };
  const start = (...args: string[]): Running => startWith({}, args);
  const startGroup = (program: string, args: readonly string[]): Running => {
    return kept(spawn(program, args, { ...options, detached: true, stdio: ['pipe', 'pipe', 'pipe'] }));
  };
  const run = (...args: string[]): Promise<Finished> => start(...args).finished;
  return {
    home,
    folder,
    start,
    startWith: (variables, ...args) => startWith(variables, args),
    run,
    runWith: (variables, ...args) => startWith(variables, args).finished,
    startGroup,
    json: async <T>(...args: string[]): Promise<T> => {
      const { code, stdout, stderr } = await run(...args, '--json');
      if (code !== 0) throw new Error(`aitrader ${args.join(' ')} ended with ${code}:\n${stderr}`);
      return JSON.parse(stdout) as T;
    },
    cleanUp: () => {
      endAll(going, home);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What a test that failed has left running would keep the suites from ending. */
function endAll(going: ReadonlySet<ChildProcess>, home: string): void {
  if (going.size === 0) return;
  const services = Object.values(processesOf(home)?.pids ?? {});
  for (const pid of [...[...going].map((child) => child.pid), ...services, serverOf(home)])
    if (typeof pid === 'number') killIfThere(pid);
}

function serverOf(home: string): unknown {
  const file = path.join(home, 'nats', 'server.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { pid?: unknown }).pid : undefined;
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}

function outcomeOf(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

/** The processes of a run that goes on, as the supervisor recorded them. */
export function processesOf(
  home: string,
): { readonly run: string; readonly pids: Readonly<Record<string, number | null>> } | undefined {
  const folder = path.join(home, 'run');
  const [name] = existsSync(folder) ? readdirSync(folder) : [];
  if (name === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as ReturnType<typeof processesOf>;
  } catch {
    return undefined;
  }
}
