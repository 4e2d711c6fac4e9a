import { setTimeout as sleep } from 'node:timers/promises';
import { subjectsOfRun } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import {
  RecordingAssembler,
  asToday,
  manifestOf,
  readLog,
  type Bus,
  type LogReading,
  type LoggedMessage,
} from '@aitrader/runtime-bus';
import { newInterval, type Interval } from '@aitrader/runtime-engine';
import { decodeInterval } from '@aitrader/application-pipeline';
import { newRunView, watchInterval, type RunView } from './run-view.ts';

const POLL_MS = 50;

/** Sees a run as it is recorded. */
export interface RunWatcher {
  /** the view after each interval, with the place of the message that completed it, and those of the commands that risk heard with it */
  readonly onInterval: (view: RunView, interval: Interval, seq: number, heard: readonly number[]) => void;
  /** every message, as today's version of its fact says it, before its interval is complete */
  readonly onMessage?: (message: LoggedMessage) => void;
}

/** Follows a run as it is recorded. Ends when `stopped` is aborted. @throws BrokenRecordingError */
export async function followRun(bus: Bus, run: RunId, stopped: AbortSignal, watcher: RunWatcher): Promise<void> {
  while (!stopped.aborted && (await manifestOf(bus, run).catch(() => undefined)) === undefined) await sleep(POLL_MS);
  if (stopped.aborted) return;
  let view: RunView | undefined;
  let interval: Interval | undefined;
  let completedBy = 0;
  const assembler: RecordingAssembler = new RecordingAssembler((recorded, manifest) => {
    view ??= newRunView(
      manifest,
      assembler.opening?.closing((of) => of === 'risk'),
    );
    interval ??= newInterval(manifest.shards, manifest.timeframe);
    decodeInterval(recorded, interval);
    watchInterval(view, interval);
    watcher.onInterval(
      view,
      interval,
      completedBy,
      recorded.control.map(({ seq }) => seq),
    );
  });
  await new Promise<void>((resolve, reject) => {
    const reading: Promise<LogReading> = readLog(bus, {
      run,
      subjects: [subjectsOfRun(run)],
      from: 1,
      onMessage: ({ seq, subject, data }) => {
        const message = asToday({ seq, subject, data });
        watcher.onMessage?.(message);
        completedBy = seq;
        assembler.offer(message);
      },
      onError: reject,
    });
    reading.catch(reject);
    stopped.addEventListener('abort', () => void reading.then((open) => open.stop()).then(resolve, reject));
  });
}
