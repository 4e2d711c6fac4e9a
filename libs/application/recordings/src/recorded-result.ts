import type { ClosingReader } from '@aitrader/contracts';
import type { Cash, Manifest, RunId } from '@aitrader/model';
import { readRecording, type Bus } from '@aitrader/runtime-bus';
import { newInterval, newRunDigest, newRunTally, type Digest, type Interval, type RunSummary } from '@aitrader/runtime-engine';
import { decodeInterval } from '@aitrader/application-pipeline';

export interface RecordedResult extends RunSummary {
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly unfinished: number;
}

/** Digests and tallies a recording. `watch` sees every interval, decoded. */
export async function resultOf(
  bus: Bus,
  run: RunId,
  onProgress?: (share: number) => void,
  watch?: (interval: Interval) => void,
): Promise<RecordedResult> {
  const digest = newRunDigest();
  let tally: ReturnType<typeof newRunTally> | undefined;
  let interval: Interval | undefined;
  const { manifest, opening, unfinished } = await readRecording(bus, run, {
    ...(onProgress === undefined ? {} : { onProgress }),
    onInterval: (recorded, { shards, timeframe, config }, before) => {
      interval ??= newInterval(shards, timeframe);
      tally ??= newRunTally(equityBefore(before) ?? config.risk.startingCash);
      decodeInterval(recorded, interval);
      digest.add(interval);
      tally.add(interval);
      watch?.(interval);
    },
  });
  const summary = (tally ?? newRunTally(equityBefore(opening) ?? manifest.config.risk.startingCash)).current();
  return { ...summary, digest: digest.current(), manifest, unfinished };
}

/** What the run before left, if there was one. */
const equityBefore = (opening: ClosingReader | undefined): Cash | undefined => opening?.closing(() => false).account.equity;
