import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeSigningKeys, riskFileIn } from '@aitrader/runtime-signing';
import { accessOf, connectOrStart, openBus, type Bus, type ManagedNatsServer } from '@aitrader/runtime-bus';
import { makeHome } from './home-folder.ts';

/** Where a user's runs live, beside the user's work; AITRADER_HOME puts it elsewhere. */
export const homeOf = (env: Readonly<Record<string, string | undefined>>): string =>
  path.resolve(env['AITRADER_HOME'] ?? '.aitrader');

export interface OpenHome {
  readonly home: string;
  readonly bus: Bus;
  readonly server: ManagedNatsServer;
}

export interface HomeOptions {
  readonly onProgress: (text: string) => void;
  readonly natsPort?: number | undefined;
  readonly storeMaxBytes?: number | undefined;
  /** every message is synced to disk before it is acknowledged, as a run with a broker's own market needs */
  readonly syncs?: boolean;
  /** as whom the bus is used: by default as the owner of all recordings; an operator reads, and commands; a scheduler and a sweep have their own */
  readonly as?: 'operator' | 'scheduler' | 'supervisor' | 'sweep';
}

/** Opens the home with its nats-server for as long as `work` takes. @throws NatsServerMissing, NatsPortInUse and their like */
export async function withHome<T>(options: HomeOptions, work: (open: OpenHome) => Promise<T>): Promise<T> {
  const home = homeOf(process.env);
  makeHome(home);
  const server = await connectOrStart({
    home,
    supervise: true,
    syncs: options.syncs ?? false,
    as: options.as ?? 'supervisor',
    onProgress: options.onProgress,
    ...(options.natsPort === undefined ? {} : { port: options.natsPort }),
    ...(options.storeMaxBytes === undefined ? {} : { storeMaxBytes: options.storeMaxBytes }),
  });
  try {
    const bus = await openBus(accessOf(server, options.as ?? 'supervisor'), 'aitrader');
    try {
      if (hasKeysOfItsOwn(options)) await makeSigningKeys(home);
      return await whileThere(server, work({ home, bus, server }));
    } finally {
      await bus.nc.close();
    }
  } finally {
    await server.stop();
  }
}

/**
 * Whether this home signs orders: also where the environment says whose signatures count, unless somebody has made those keys already. Its services run
 * elsewhere then, each with its own.
 */
function hasKeysOfItsOwn({ as = 'supervisor' }: HomeOptions): boolean {
  const trusted = process.env['AITRADER_TRUSTED_KEYS'];
  return as === 'supervisor' || trusted === undefined || !existsSync(riskFileIn(trusted));
}

const LOST_POLL_MS = 1_000;

/** What work comes to, unless the server of another process is gone with that process first: nobody would answer it any more. @throws Error that says so */
async function whileThere<T>(server: ManagedNatsServer, work: Promise<T>): Promise<T> {
  if (server.origin !== 'shared') return work;
  const done = new AbortController();
  const lost = (async (): Promise<never> => {
    for (;;) {
      await wait(LOST_POLL_MS, undefined, { signal: done.signal });
      await server.ready();
    }
  })();
  // once the work is done, nobody asks
  lost.catch(() => undefined);
  return Promise.race([work, lost]).finally(() => done.abort());
}

/** A run that cannot store anything would only use up the room that is left for looking at recordings. */
const FREE_BYTES_MIN = 1024 * 1024;

/** @throws Error before a run is begun or gone on with on a disk that is full */
export async function requireRoom({ home, server }: Pick<OpenHome, 'home' | 'server'>): Promise<void> {
  if (server.origin === 'external') return;
  const { bavail, bsize } = await statfs(home);
  if (bavail * bsize < FREE_BYTES_MIN)
    throw new Error(`the disk of ${home} is full: make room first; recordings can still be looked at`);
}
