import {
  BrokenRecordingError,
  isComplete,
  listRecordings,
  recordedManifestOf,
  UnknownRunError,
  type Bus,
  type RecordingEntry,
} from '@aitrader/runtime-bus';

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
  /** why it cannot be read; null when it can */
  readonly problem: string | null;
}

/** All recordings that the bus holds, oldest first. One that cannot be read is listed as that, and hides no other. */
export async function listRuns(bus: Bus): Promise<RunEntry[]> {
  const found: RunEntry[] = [];
  for (const recording of await listRecordings(bus)) found.push(await entryOf(bus, recording));
  return found;
}

const UNKNOWN = { kind: 'unknown', from: '', to: '', symbols: 0, shards: 0, complete: false, problem: null } as const;

async function entryOf(bus: Bus, { run, messages, bytes, created }: RecordingEntry): Promise<RunEntry> {
  const stored = { run, messages, bytes, created };
  try {
    const manifest = await recordedManifestOf(bus, run);
    if (manifest === undefined) return { ...stored, ...UNKNOWN };
    const { kind, from, to, universe, shards } = manifest;
    const known = { ...stored, kind, from: day(from), to: day(to), symbols: universe.length, shards };
    try {
      return { ...known, complete: await isComplete(bus, run, manifest), problem: null };
    } catch (error) {
      return { ...known, complete: false, problem: problemOf(run, error) };
    }
  } catch (error) {
    return { ...stored, ...UNKNOWN, problem: problemOf(run, error) };
  }
}

/** What is wrong with a recording. @throws what was wrong with the bus instead */
function problemOf(run: string, error: unknown): string {
  if (error instanceof UnknownRunError) return 'it was there a moment ago, and is gone';
  if (!(error instanceof BrokenRecordingError)) throw error;
  return error.message.replace(`${run}, `, '');
}

const day = (t: number): string => new Date(t).toISOString().slice(0, 10);
