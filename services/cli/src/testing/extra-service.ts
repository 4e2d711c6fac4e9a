import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { StageName } from '@aitrader/contracts';
import { serviceKeys } from '@aitrader/application-supervision';
import { accessOf, busVariables } from '@aitrader/runtime-bus';
import { ROOT } from './command-under-test.ts';

/** A frozen copy does not answer at all, and one on a busy machine not at once. */
const ANSWER_MS_MAX = 2_000;

/** A copy of a service that nobody supervises, beside the one of a run. */
export interface ExtraService {
  readonly child: ChildProcess;
  /** its exit code, or the signal that ended it */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  /** all that it has logged */
  readonly said: () => string;
  /** the shards that it runs now, in order; none while it does not answer */
  readonly shards: () => Promise<readonly number[]>;
}

/** Starts another copy of a service of a run in this home, as somebody does who scales it. */
export function startExtra(
  home: string,
  run: string,
  stage: StageName,
  env: Readonly<Record<string, string>> = {},
): ExtraService {
  const { url } = JSON.parse(readFileSync(path.join(home, 'nats', 'server.json'), 'utf8')) as { url: string };
  const child = spawn(process.execPath, ['--enable-source-maps', path.join(ROOT, 'dist', `${stage}.js`)], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_COMPILE_CACHE: path.join(ROOT, 'node_modules/.cache/aitrader'),
      ...busVariables(accessOf({ url, keys: path.join(home, 'keys') }, stage)),
      AITRADER_RUN: run,
      AITRADER_HEALTH_PORT: '0',
      ...serviceKeys(home, stage),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let health: string | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    said += `${line}\n`;
    health ??= /"message":"health endpoint".*"url":"([^"]+)"/.exec(line)?.[1];
  });
  return {
    child,
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal))),
    said: () => said,
    shards: () => (health === undefined ? Promise.resolve([]) : shardsAt(health)),
  };
}

/** The shards that the service whose health is told there runs now. */
export async function shardsAt(health: string): Promise<readonly number[]> {
  try {
    const response = await fetch(`${health}/health`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    const { instances } = (await response.json()) as { instances: readonly { shard: number }[] };
    return instances.map(({ shard }) => shard);
  } catch {
    return [];
  }
}
