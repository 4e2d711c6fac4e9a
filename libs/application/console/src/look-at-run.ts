import { decodeInterval } from '@aitrader/application-pipeline';
import { newRunView, watchInterval, type RunView } from '@aitrader/application-recordings';
import type { RunId } from '@aitrader/model';
import { readRecording, type Bus } from '@aitrader/runtime-bus';
import { newInterval, type Interval } from '@aitrader/runtime-engine';
import { LiveRun } from './live-run.ts';
import type { Changes } from './wire.ts';

/** A run as it stands recorded now, as the console would show it. @throws UnknownRunError, BrokenRecordingError */
export async function lookAtRun(bus: Bus, run: RunId): Promise<Changes> {
  const live = new LiveRun();
  let view: RunView | undefined;
  let interval: Interval | undefined;
  await readRecording(bus, run, {
    onInterval: (recorded, manifest, opening) => {
      view ??= newRunView(
        manifest,
        opening?.closing((of) => of === 'risk'),
      );
      interval ??= newInterval(manifest.shards, manifest.timeframe);
      decodeInterval(recorded, interval);
      watchInterval(view, interval);
      live.watched(view, interval, recorded.message('orders', -1)?.seq ?? 0, []);
    },
  });
  return live.since(0);
}
