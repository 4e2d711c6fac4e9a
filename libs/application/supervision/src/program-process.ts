import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { programFile } from '@aitrader/runtime-configuration';
import { saidIn } from './supervisor.ts';

/** A program of ours beside this process, which ends with it. */
export interface RunningProgram {
  /** as it said when it came up */
  readonly url: string;
  /** rejects when it ends by itself */
  readonly failure: Promise<never>;
  readonly stop: () => Promise<void>;
}

export interface ProgramOptions {
  /** what it is, for people */
  readonly what: string;
  /** what it logs, with its address, once it listens */
  readonly listens: string;
  readonly logFile: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A line without the tokens that let somebody in: whoever may read a log must not come in by it. */
export const withoutTokens = (line: string): string => line.replaceAll(/(\btoken=)[\w-]+/g, '$1…');

/** Starts a built program and waits until it listens. @throws Error when it does not come up */
export async function startProgram(name: string, { what, listens: word, logFile, env }: ProgramOptions): Promise<RunningProgram> {
  mkdirSync(path.dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' }).on('error', () => undefined);
  const child = spawn(process.execPath, ['--enable-source-maps', programFile(name)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { AITRADER_SUPERVISED: '1', ...env },
  });
  const listens = Promise.withResolvers<string>();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);
  let lastError = '';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${withoutTokens(line)}\n`);
      const said = saidIn(line);
      if (said?.level === 'error') lastError = said.message;
      if (said?.message === word && said.url !== undefined) listens.resolve(said.url);
    });
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('close', (code) => {
    log.end();
    const error = new Error(`${what} ended: ${lastError || `code ${code}`} (log: ${logFile})`);
    listens.reject(error);
    failure.reject(error);
  });
  return {
    url: await listens.promise,
    failure: failure.promise,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
