// A worker for a sweep in a process of its own: node --conditions=@aitrader/source …/queue-worker.cli.ts <url> <folder of keys> <silence in ms>
import { openBars } from '@aitrader/application-markets';
import { accessOf, openBus } from '@aitrader/runtime-bus';
import { SILENT } from '@aitrader/runtime-telemetry';
import { openSweepQueue, workForSweeps } from '../src/index.ts';

const [url, keys, ackWaitMs] = process.argv.slice(2);
if (url === undefined || keys === undefined || ackWaitMs === undefined)
  throw new Error('where is the bus, and how long does it wait?');
const bus = await openBus(accessOf({ url, keys }, 'sweep'), 'worker under test');
const done = await workForSweeps({
  queue: await openSweepQueue(bus, { ackWaitMs: Number(ackWaitMs) }),
  workers: 1,
  places: {},
  untilEmpty: true,
  signal: new AbortController().signal,
  open: (source) => openBars(source, () => Promise.reject(new Error('no bus'))),
  listener: {
    ...SILENT,
    progress: () => ({ at: () => void process.stdout.write('working\n'), done: () => undefined }),
  },
});
await bus.nc.close();
process.stdout.write(`${JSON.stringify(done)}\n`);
