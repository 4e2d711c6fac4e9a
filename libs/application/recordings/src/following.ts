import { setTimeout as sleep } from 'node:timers/promises';
import { subjectsOfRun } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { RecordingAssembler, manifestOf, readLog, type Bus, type LogReading } from '@aitrader/runtime-bus';
import { newInterval, type Interval } from '@aitrader/runtime-engine';
import { decodeInterval } from '@aitrader/application-pipeline';
import { newRunView, watchInterval, type RunView } from './run-view.ts';

const POLL_MS = 50;

/** Follows a run as it is recorded. `onInterval` sees the view after each interval. Ends when `stopped` is aborted. */
export async function followRun(
  bus: Bus,
  run: RunId,
  stopped: AbortSignal,
  onInterval: (view: RunView, interval: Interval) => void,
): Promise<void> {
  while (!stopped.aborted && (await manifestOf(bus, run).catch(() => undefined)) === undefined) await sleep(POLL_MS);
  if (stopped.aborted) return;
  let view: RunView | undefined;
  let interval: Interval | undefined;
  const assembler: RecordingAssembler = new RecordingAssembler((recorded, manifest) => {
    view ??= newRunView(
      manifest,
      assembler.opening?.closing((of) => of === 'risk'),
    );
    interval ??= newInterval(manifest.shards, manifest.timeframe);
    decodeInterval(recorded, interval);
    watchInterval(view, interval);
    onInterval(view, interval);
  });
  await new Promise<void>((resolve, reject) => {
    const reading: Promise<LogReading> = readLog(bus, {
      run,
      subjects: [subjectsOfRun(run)],
      from: 1,
      onMessage: ({ seq, subject, data }) => assembler.offer({ seq, subject, data }),
      onError: reject,
    });
    reading.catch(reject);
    stopped.addEventListener('abort', () => void reading.then((open) => open.stop()).then(resolve, reject));
  });
}
