import { runId } from '@aitrader/model';
import { UnknownRunError, listRecordings, manifestOf, type Bus } from '@aitrader/runtime-bus';

/** The manifest of a run that a user named. @throws UnknownRunError, also for a name that can be no run's */
export async function manifestOrFail(bus: Bus, name: string): ReturnType<typeof knownManifest> {
  const known = (): Promise<string[]> => listRecordings(bus).then((recordings) => recordings.map(({ run }) => run));
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) throw new UnknownRunError(name, await known());
  return knownManifest(bus, name);
}

async function knownManifest(bus: Bus, name: string): Promise<NonNullable<Awaited<ReturnType<typeof manifestOf>>>> {
  const manifest = await manifestOf(bus, runId(name));
  if (manifest === undefined) throw new UnknownRunError(name, []);
  return manifest;
}
