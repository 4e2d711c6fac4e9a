import type { RecordedManifest } from '@aitrader/contracts';
import { runId, type Manifest, type RunId } from '@aitrader/model';
import { UnknownRunError, listRecordings, manifestOf, recordedManifestOf, type Bus } from '@aitrader/runtime-bus';

/** The manifest of a run that a user named, to run by it. @throws UnknownRunError, also for a name that can be no run's; ContractError */
export const manifestOrFail = (bus: Bus, name: string): Promise<Manifest> => named(bus, name, manifestOf);

/** The same to tell about the run, also of one that only a newer program could run. @throws UnknownRunError, ContractError */
export const recordingNamed = (bus: Bus, name: string): Promise<RecordedManifest> => named(bus, name, recordedManifestOf);

async function named<T>(bus: Bus, name: string, read: (bus: Bus, run: RunId) => Promise<T | undefined>): Promise<T> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
    throw new UnknownRunError(
      name,
      (await listRecordings(bus)).map(({ run }) => run),
    );
  const manifest = await read(bus, runId(name));
  if (manifest === undefined) throw new UnknownRunError(name, []);
  return manifest;
}
