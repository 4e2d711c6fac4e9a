import { setTimeout as sleep } from 'node:timers/promises';
import { intervalOf, type StageName } from '@aitrader/contracts';
import type { Manifest, RunId } from '@aitrader/model';
import {
  Checkpoints,
  deleteRecording,
  lastOf,
  listRecordings,
  manifestOf,
  UnknownRunError,
  type Bus,
} from '@aitrader/runtime-bus';
import type { IngestSpec } from '@aitrader/runtime-configuration';
import type { OpenHome } from './home.ts';
import { Supervisor } from './supervisor.ts';

const POLL_MS = 40;
/** What is left after this long stays unfinished. */
const CATCH_UP_MS_MAX = 10_000;

export interface BusRun {
  readonly run: RunId;
  readonly spec: IngestSpec;
  readonly checkpointEvery?: number;
  readonly healthPort?: number | undefined;
  readonly onProgress?: (share: number) => void;
  readonly onRestart?: (stage: StageName, why: string) => void;
  /** resolves when the user wants to stop early */
  readonly stopped?: Promise<void>;
}

export interface BusRunEnd {
  /** from the manifest to risk's last decision, by the server's clock */
  readonly seconds: number;
  readonly manifest: Manifest;
}

/**
 * Runs the five services over the bus until the feed has ended and risk has decided its last interval, then drains them.
 * A run that never began leaves no recording behind. @throws ServiceFailed
 */
export async function runOnBus({ home, bus, server }: OpenHome, options: BusRun): Promise<BusRunEnd> {
  const { run } = options;
  const supervisor = new Supervisor({
    run,
    home,
    natsUrl: server.url,
    spec: options.spec,
    healthPort: options.healthPort,
    ...(options.checkpointEvery === undefined ? {} : { checkpointEvery: options.checkpointEvery }),
    ...(options.onRestart === undefined ? {} : { onRestart: options.onRestart }),
  });
  supervisor.start();
  const stopped = new AbortController();
  const finished = untilFinished(bus, options, stopped.signal);
  try {
    const interrupted = options.stopped?.then(() => endEarly(bus, run, supervisor));
    await Promise.race([finished, supervisor.failure, ...(interrupted === undefined ? [] : [interrupted])]);
  } finally {
    stopped.abort();
    await supervisor.stop();
    await finished.catch(() => undefined);
  }
  const manifest = await manifestOf(bus, run);
  if (manifest === undefined) throw new UnknownRunError(run, []);
  await Checkpoints.open(bus, run).then((checkpoints) => checkpoints.destroy());
  return { manifest, seconds: await secondsOf(bus, run) };
}

/** Stops the feed and lets risk decide what was already sent. */
async function endEarly(bus: Bus, run: RunId, supervisor: Supervisor): Promise<void> {
  await supervisor.stopFeed();
  const deadline = performance.now() + CATCH_UP_MS_MAX;
  while (performance.now() < deadline) {
    const [sent, decided] = await Promise.all([lastOf(bus, run, 'bars', 0), lastOf(bus, run, 'orders')]);
    if (sent === undefined || (decided !== undefined && intervalOf('orders', decided.data) >= intervalOf('bars', sent.data)))
      return;
    await sleep(POLL_MS);
  }
}

async function untilFinished(bus: Bus, { run, onProgress }: BusRun, stopped: AbortSignal): Promise<void> {
  let manifest: Manifest | undefined;
  while (!stopped.aborted) {
    // The server may be down for a moment, and the recording is not there at first: ask again.
    manifest ??= await manifestOf(bus, run).catch(() => undefined);
    const decided = manifest === undefined ? undefined : await lastOf(bus, run, 'orders').catch(() => undefined);
    if (manifest !== undefined && decided !== undefined) {
      const t = intervalOf('orders', decided.data);
      onProgress?.(manifest.to > manifest.from ? (t - manifest.from) / (manifest.to - manifest.from) : 1);
      const ended = t >= manifest.to ? await lastOf(bus, run, 'control').catch(() => undefined) : undefined;
      if (ended !== undefined && intervalOf('control', ended.data) >= manifest.to) return;
    }
    await sleep(POLL_MS);
  }
}

async function secondsOf(bus: Bus, run: RunId): Promise<number> {
  const [begun, ended] = [await lastOf(bus, run, 'manifest'), await lastOf(bus, run, 'orders')];
  return begun === undefined || ended === undefined ? 0 : (ended.storedAtMs - begun.storedAtMs) / 1000;
}

/** Drops what a failed run left behind: an unfinished recording is not a run. */
export async function discardRun(bus: Bus, run: RunId, warn: (text: string) => void): Promise<void> {
  await Checkpoints.open(bus, run)
    .then((checkpoints) => checkpoints.destroy())
    .catch(() => undefined);
  // A run that never began has no recording; one that cannot be dropped must not be left behind unsaid.
  const begun = await listRecordings(bus)
    .then((recordings) => recordings.some((recording) => recording.run === run))
    .catch(() => true);
  if (!begun) return;
  await deleteRecording(bus, run).catch((error: unknown) => {
    warn(`the unfinished recording ${run} could not be dropped: ${error instanceof Error ? error.message : String(error)}`);
  });
}
