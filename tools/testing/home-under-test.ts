import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { OpenHome } from '@aitrader/application-supervision';
import { accessOf, connectOrStart, locateNatsServer, openBus } from '@aitrader/runtime-bus';

const PROJECT_HOME = path.resolve(import.meta.dirname, '../../.aitrader');
/** A server may have to be fetched first. */
export const START_MS_MAX = 120_000;

/** A home with a real nats-server of its own, and a bus to it. */
export async function openTestHome(): Promise<OpenHome & { readonly close: () => Promise<void> }> {
  const home = mkdtempSync(path.join(tmpdir(), 'recordings-'));
  const { path: binary } = await locateNatsServer({ home: PROJECT_HOME });
  const server = await connectOrStart({ home, binary, supervise: true, env: { ...process.env, NATS_URL: '' } });
  const bus = await openBus(accessOf(server, 'supervisor'), 'recordings under test');
  const close = async (): Promise<void> => {
    await bus.nc.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { home, bus, server, close };
}
