import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { STAGES } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { accessOf, busVariables } from '@aitrader/runtime-bus';
import { programFile } from '@aitrader/runtime-configuration';
import type { OpenHome } from './home.ts';
import { logFolderOf, saidIn, withoutKeys } from './supervisor.ts';

/** The journal of a run, beside its services: how it fares is no business of theirs. */
export interface JournalProcess {
  /** Lets it write what the recording holds by now, for as long as the database takes it and a few seconds at most. */
  readonly finish: () => Promise<void>;
}

export interface JournaledRun {
  readonly run: RunId;
  readonly healthPort?: number | undefined;
  readonly onJournal?: (words: string) => void;
}

/** A crash or a signal; with any other code it has said why it is of no use to start it again. */
const EXIT_CRASHED = 1;
const RESTART_MS_MIN = 500;
const RESTART_MS_MAX = 10_000;
/** More crashes than this are a defect; the run does without. */
const CRASHES_MAX = 10;
/** Longer than a service drains for. */
const FINISH_MS_MAX = 12_000;
/** What opens a database: of no use to anybody else. */
const ITS_OWN = [
  'DATABASE_URL',
  'AITRADER_DATABASE_OWNER_URL',
  // where the database takes tokens instead of passwords
  'AZURE_CLIENT_SECRET',
  'AZURE_FEDERATED_TOKEN_FILE',
];

const mend = (run: RunId): string => `the run goes on, and "npx aitrader journal ${run}" writes it once that is mended`;

/** Starts the journal of a run as a process, and starts it again where it crashes. It is never waited for. */
export function startJournal(open: Pick<OpenHome, 'home' | 'server'>, options: JournaledRun): JournalProcess {
  const { run, onJournal = () => undefined } = options;
  const log = logOf(open.home, run);
  const ending = new AbortController();
  let child: ChildProcess | undefined;
  const life = (async (): Promise<void> => {
    for (let crashes = 0; !ending.signal.aborted;) {
      child = spawnJournal(open, options);
      const { code, problem } = await ended(child, log.write, onJournal);
      child = undefined;
      if (code === 0) return;
      const isCrash = code === null || code === EXIT_CRASHED;
      if (ending.signal.aborted && isCrash) {
        // it had not come up, or was cut off: nobody else says so
        onJournal(`the journal was not done when ${run} ended: "npx aitrader journal ${run}" writes what is missing`);
        return;
      }
      crashes += 1;
      if (!isCrash || crashes > CRASHES_MAX) {
        onJournal(
          `the journal does not write ${run}: ${problem || `it ended with code ${code}`} (log: ${log.file}); ${mend(run)}`,
        );
        return;
      }
      const waitMs = Math.min(RESTART_MS_MIN * 2 ** (crashes - 1), RESTART_MS_MAX);
      await sleep(waitMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  const finish = async (): Promise<void> => {
    ending.abort();
    child?.kill('SIGTERM');
    const done = new AbortController();
    const late = sleep(FINISH_MS_MAX, undefined, { signal: done.signal }).then(
      () => void child?.kill('SIGKILL'),
      () => undefined,
    );
    await Promise.race([life, late]);
    done.abort();
    log.end();
  };
  return { finish };
}

function logOf(
  home: string,
  run: RunId,
): { readonly file: string; readonly write: (line: string) => void; readonly end: () => void } {
  const folder = logFolderOf(home, run);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'journal.log');
  // a disk that takes no more of the log must not end the run
  const stream = createWriteStream(file, { flags: 'a' }).on('error', () => undefined);
  return { file, write: (line) => void stream.write(`${line}\n`), end: () => void stream.end() };
}

function spawnJournal({ home, server }: Pick<OpenHome, 'home' | 'server'>, { run, healthPort }: JournaledRun): ChildProcess {
  return spawn(process.execPath, ['--enable-source-maps', programFile('journal')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...withoutKeys(process.env),
      ...Object.fromEntries(ITS_OWN.map((name) => [name, process.env[name]])),
      ...busVariables(accessOf(server, 'journal')),
      AITRADER_RUN: run,
      AITRADER_HOME: home,
      AITRADER_SUPERVISED: '1',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? path.join(home, 'cache'),
      AITRADER_HEALTH_PORT: String(healthPort === undefined ? 0 : healthPort + STAGES.length),
    },
  });
}

/** Until it ends. What it warns of is handed on; the last error that it logged is why it ended. */
function ended(
  child: ChildProcess,
  write: (line: string) => void,
  onJournal: (words: string) => void,
): Promise<{ readonly code: number | null; readonly problem: string }> {
  let problem = '';
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      write(line);
      const said = saidIn(line);
      if (said?.level === 'error') problem = said.message;
      if (said?.level === 'warn') onJournal(said.message);
    });
  }
  child.once('error', (error) => (problem = error.message));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, problem })));
}
