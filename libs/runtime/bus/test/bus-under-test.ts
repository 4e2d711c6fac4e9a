import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runId, type RunId } from '@aitrader/model';
import { openBus, type Bus } from '../src/connection.ts';
import { createRecording } from '../src/recordings.ts';
import { accessOf, locateNatsServer, startNatsServer, type ManagedNatsServer } from '../src/server/index.ts';

const PROJECT_HOME = path.resolve(import.meta.dirname, '../../../../.aitrader');
/** A server may have to be fetched first. */
export const START_MS_MAX = 120_000;

/** A real nats-server of a test's own, and the supervisor's connection to it. */
export interface BusUnderTest {
  readonly server: ManagedNatsServer;
  readonly bus: Bus;
  /** an empty recording of a run of its own */
  readonly newRun: () => Promise<RunId>;
  readonly close: () => Promise<void>;
}

export async function openTestBus(): Promise<BusUnderTest> {
  const home = mkdtempSync(path.join(tmpdir(), 'bus-'));
  const { path: binary } = await locateNatsServer({ home: PROJECT_HOME });
  const server = await startNatsServer({ home, binary, supervise: true });
  const bus = await openBus(accessOf(server, 'supervisor'), 'bus under test');
  let runs = 0;
  const newRun = async (): Promise<RunId> => {
    const run = runId(`backtest-${(runs += 1)}`);
    await createRecording(bus, run);
    return run;
  };
  const close = async (): Promise<void> => {
    await bus.nc.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { server, bus, newRun, close };
}
