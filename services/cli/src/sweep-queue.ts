import { withHome, type OpenHome } from '@aitrader/application-supervision';
import {
  openSweepQueue,
  runSweep,
  workForSweeps,
  type QueueWorkerRequest,
  type SweepReport,
  type SweepRequest,
  type WorkDone,
} from '@aitrader/application-sweep';
import { withoutSecrets } from '@aitrader/runtime-bus';
import { homeOptions, type BusOptions } from './bus-options.ts';
import { onInterrupt } from './interrupt.ts';
import { remark } from './terminal.ts';

/** Runs a sweep whose trials lie on a queue of the bus until their results are there. @throws Error when it is stopped */
export const sweepOnQueue = (request: SweepRequest, options: BusOptions): Promise<SweepReport> =>
  withHome({ ...homeOptions(options), as: 'sweep' }, async (open) => {
    const signal = untilInterrupted('the sweep was stopped; the same command goes on with the results that are there');
    const queue = await openSweepQueue(open.bus, { signal });
    remark(`workers take trials from the queue by: ${workerLine(open)}`);
    return runSweep({ ...request, queued: { queue, signal } });
  });

/** Works for the sweeps of a bus until it is stopped, or until there is nothing left to do. */
export const workOnQueue = (request: Omit<QueueWorkerRequest, 'queue' | 'signal'>, options: BusOptions): Promise<WorkDone> =>
  withHome({ ...homeOptions(options), as: 'sweep' }, async ({ bus }) => {
    const signal = untilInterrupted('the worker was stopped');
    return workForSweeps({ ...request, queue: await openSweepQueue(bus, { signal }), signal });
  });

function untilInterrupted(reason: string): AbortSignal {
  const stopping = new AbortController();
  void onInterrupt().then(() => stopping.abort(new Error(reason)));
  return stopping.signal;
}

/** What to type to start a worker. */
function workerLine({ home, server }: OpenHome): string {
  const command = 'npx aitrader sweep worker';
  if (server.origin !== 'external') return `AITRADER_HOME=${shown(home)} ${command} (on this machine)`;
  const keys = server.keys === undefined ? '' : 'AITRADER_BUS_KEYS=<folder with sweep.nk> ';
  return `NATS_URL=${shown(withoutSecrets(server.url))} ${keys}${command}`;
}

const shown = (text: string): string => (/^[\w./:@,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
