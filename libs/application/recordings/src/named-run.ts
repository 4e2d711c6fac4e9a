import type { RecordedManifest } from '@aitrader/contracts';
import { runId, type Manifest, type RunId } from '@aitrader/model';
import {
  BrokenRecordingError,
  UnknownRunError,
  listRecordings,
  manifestOf,
  recordedManifestOf,
  recordingInfo,
  type Bus,
} from '@aitrader/runtime-bus';

/** The manifest of a run that a user named, to run by it. @throws UnknownRunError, also for a name that can be no run's; BrokenRecordingError */
export const manifestOrFail = (bus: Bus, name: string): Promise<Manifest> => named(bus, name, manifestOf);

/** The same to tell about the run, also of one that only a newer program could run. @throws UnknownRunError, BrokenRecordingError */
export const recordingNamed = (bus: Bus, name: string): Promise<RecordedManifest> => named(bus, name, recordedManifestOf);

/** A run that a user named, whatever its recording holds. @throws UnknownRunError */
export async function runNamed(bus: Bus, name: string): Promise<RunId> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
    throw new UnknownRunError(
      name,
      (await listRecordings(bus)).map(({ run }) => run),
    );
  const run = runId(name);
  await recordingInfo(bus, run);
  return run;
}

async function named<T>(bus: Bus, name: string, read: (bus: Bus, run: RunId) => Promise<T | undefined>): Promise<T> {
  const run = await runNamed(bus, name);
  const manifest = await read(bus, run);
  if (manifest === undefined) throw new BrokenRecordingError(run, 'the recording is empty');
  return manifest;
}
