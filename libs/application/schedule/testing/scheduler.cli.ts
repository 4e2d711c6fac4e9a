// A scheduler in a process of its own, over a clock that goes on from an instant, whose jobs write a line each into a file:
// node --conditions=@aitrader/source …/scheduler.cli.ts <url> <folder of keys> <shows, epoch ms> <file> <schedule, JSON> [<point> <job>: is killed there]
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { accessOf, openBus } from '@aitrader/runtime-bus';
import { ScheduleLog, Scheduler, scheduleFrom } from '../src/index.ts';

const [url, keys, shows, file, schedule, point, name] = process.argv.slice(2);
if (url === undefined || keys === undefined || file === undefined || schedule === undefined)
  throw new Error('what is to be done?');
const begun = Date.now();
const now = (): number => Number(shows) + Date.now() - begun;
const bus = await openBus(accessOf({ url, keys }, 'scheduler'), 'scheduler under test');
const die = (): void => process.kill(process.pid, 'SIGKILL');
const scheduler = new Scheduler({
  log: await ScheduleLog.open(bus, now),
  config: scheduleFrom(JSON.parse(schedule), 'the test'),
  now,
  perform: async ({ job, attempt }) => {
    appendFileSync(file, `${job.date} ${job.name} ${attempt}\n`);
    if (point === 'performing' && name === job.name) die();
    await sleep(20);
    return { isDone: true, isStopped: false, words: '' };
  },
  onPoint: (at, job) => {
    if (at === point && job.name === name) die();
  },
});
process.on('SIGTERM', () => process.exit(0));
await scheduler.run(new AbortController().signal);
