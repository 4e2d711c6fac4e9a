import { intervalOf, subjectOf, type Fact } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { readLogTo, recordingInfo, type LogMessage } from '@aitrader/runtime-bus';
import { RunFailed, deleteRun, type OpenHome } from '@aitrader/application-supervision';

/** Whom a measurement tells how far it is, and what went wrong beside it. */
export interface BenchEvents {
  readonly onProgress: (share: number) => void;
  readonly warn: (text: string) => void;
}

const MS_DIGITS = '2026-01-01T00:00:00.000'.length;
/** An instant of the server's clock in ms, with what is finer behind the point. */
const msOf = (at: string): number => Date.parse(`${at.slice(0, MS_DIGITS)}Z`) + Number(`0.${at.slice(MS_DIGITS, -1)}`);

/** Measures on a run that is of no use afterwards, and deletes it, also when it fails. */
export async function scratch<T>(open: OpenHome, run: RunId, warn: BenchEvents['warn'], measure: () => Promise<T>): Promise<T> {
  try {
    return await measure();
  } catch (error) {
    // Nothing of it is kept, so it is the fault alone that is of interest.
    throw error instanceof RunFailed ? error.cause : error;
  } finally {
    await deleteRun(open, run).catch((error: unknown) => {
      warn(`the scratch run ${run} could not be deleted: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}

/** When the server stored each interval's first and last message of a fact, of any shard, in milliseconds of its clock. */
export async function storedAt(
  open: OpenHome,
  run: RunId,
  fact: Fact,
): Promise<Readonly<Record<'first' | 'last', ReadonlyMap<number, number>>>> {
  const [first, last] = [new Map<number, number>(), new Map<number, number>()];
  await eachMessage(open, run, fact, ({ data, storedAt: at }) => {
    const t = intervalOf(fact, data);
    const ms = msOf(at);
    if (!first.has(t)) first.set(t, ms);
    last.set(t, ms);
  });
  return { first, last };
}

/** Visits every message of a fact that is there, of all shards, in the order in which they were stored. */
export async function eachMessage(
  { bus }: OpenHome,
  run: RunId,
  fact: Fact,
  visit: (message: LogMessage) => void,
): Promise<void> {
  const { state } = await recordingInfo(bus, run);
  await readLogTo(bus, state.last_seq, { run, subjects: [subjectOf(run, fact)], from: 1, onMessage: visit });
}
