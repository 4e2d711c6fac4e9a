import { intervalOf } from '@aitrader/contracts';
import { lastOf, listRecordings, recordedManifestOf, type Bus } from '@aitrader/runtime-bus';

/** A recording as a list shows it; dates are those of its first and last interval, UTC. */
export interface RunEntry {
  readonly run: string;
  readonly kind: string;
  readonly created: string;
  readonly from: string;
  readonly to: string;
  readonly symbols: number;
  readonly shards: number;
  readonly messages: number;
  readonly bytes: number;
  readonly complete: boolean;
}

/** All recordings that the bus holds, oldest first. */
export async function listRuns(bus: Bus): Promise<RunEntry[]> {
  const found: RunEntry[] = [];
  for (const { run, messages, bytes, created } of await listRecordings(bus)) {
    const manifest = await recordedManifestOf(bus, run);
    const decided = await lastOf(bus, run, 'orders');
    found.push({
      run,
      messages,
      bytes,
      created,
      kind: manifest?.kind ?? 'unknown',
      from: day(manifest?.from),
      to: day(manifest?.to),
      symbols: manifest?.universe.length ?? 0,
      shards: manifest?.shards ?? 0,
      complete: manifest !== undefined && decided !== undefined && intervalOf('orders', decided.data) >= manifest.to,
    });
  }
  return found;
}

const day = (t: number | undefined): string => (t === undefined ? '' : new Date(t).toISOString().slice(0, 10));
