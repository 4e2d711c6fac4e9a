import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { connectOrStart, openBus, type Bus, type ManagedNatsServer } from '@aitrader/runtime-bus';

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
}

/** Opens the home with its nats-server for as long as `work` takes. @throws NatsServerMissing, NatsPortInUse and their like */
export async function withHome<T>(options: HomeOptions, work: (open: OpenHome) => Promise<T>): Promise<T> {
  const home = homeOf(process.env);
  mkdirSync(home, { recursive: true });
  const server = await connectOrStart({
    home,
    supervise: true,
    onProgress: options.onProgress,
    ...(options.natsPort === undefined ? {} : { port: options.natsPort }),
    ...(options.storeMaxBytes === undefined ? {} : { storeMaxBytes: options.storeMaxBytes }),
  });
  try {
    const bus = await openBus(server.url, 'aitrader');
    try {
      return await work({ home, bus, server });
    } finally {
      await bus.nc.close();
    }
  } finally {
    await server.stop();
  }
}
