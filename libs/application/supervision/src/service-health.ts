import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { RunId } from '@aitrader/model';
import { isMissingFile } from '@aitrader/runtime-storage';
import { statusFileOf } from './supervisor.ts';

/** A service that does not answer within this time is said not to. */
const ANSWER_MS_MAX = 500;

const statusSchema = z.object({
  pids: z.record(z.string(), z.int().nullable()),
  health: z.record(z.string(), z.url()).default({}),
  troubles: z.record(z.string(), z.object({ restarts: z.int(), errors: z.int(), last: z.string() })).default({}),
});
const instanceSchema = z.object({
  ...{ shard: z.int(), t: z.number(), seq: z.number(), waiting: z.number() },
  askedAgain: z.int().nullable().default(null),
  checkpointAt: z.number().nullable().default(null),
});
const workSchema = z.object({
  ...{ count: z.int(), lastAt: z.number().nullable() },
  ...{ atMostMs: z.array(z.number()), counts: z.array(z.int()) },
});
const healthSchema = z.object({
  status: z.string(),
  instances: z.array(instanceSchema).default([]),
  work: workSchema.nullable().default(null),
});

/** A service of a run that is supervised in this home, as its health endpoint tells. */
export interface ServiceHealth {
  readonly stage: string;
  /** null where it runs as no process now */
  readonly pid: number | null;
  /** null where it does not answer */
  readonly status: string | null;
  /**
   * for each shard the last interval that it handled, the place up to which it has read, the intervals that wait for more, how often it had to ask
   * the bus again, and when its last checkpoint was stored; null where that is not told
   */
  readonly instances: readonly z.infer<typeof instanceSchema>[];
  /** what the process has handled since it began; null where it does not tell */
  readonly work: z.infer<typeof workSchema> | null;
  /** what has gone wrong since its supervisor began; null where nobody counts */
  readonly troubles: { readonly restarts: number; readonly errors: number; readonly last: string } | null;
}

/** How the services of a run are; none of a run that nobody of this home supervises. */
export async function healthOf(home: string, run: RunId): Promise<readonly ServiceHealth[]> {
  const status = await readStatus(statusFileOf(home, run));
  if (status === undefined) return [];
  return Promise.all(
    Object.entries(status.pids).map(async ([stage, pid]) => ({
      ...{ stage, pid, troubles: status.troubles[stage] ?? null },
      ...(await asked(status.health[stage])),
    })),
  );
}

async function readStatus(file: string): Promise<z.infer<typeof statusSchema> | undefined> {
  try {
    return statusSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    // it is written anew while it is read, or the run has ended: the next look tells
    if (isMissingFile(error) || error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

async function asked(url: string | undefined): Promise<Pick<ServiceHealth, 'status' | 'instances' | 'work'>> {
  const silent = { status: null, instances: [], work: null };
  if (url === undefined) return silent;
  try {
    // a service that does not run answers 503 with the same
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    return healthSchema.parse(await response.json());
  } catch {
    return silent;
  }
}
