import type { JsMsg } from '@nats-io/jetstream';
import { intervalOf, subjectOf, type Fact } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { readLog } from '@aitrader/runtime-bus';
import { RunFailed, deleteRun, type OpenHome } from '@aitrader/application-supervision';

/** Whom a measurement tells how far it is, and what went wrong beside it. */
export interface BenchEvents {
  readonly onProgress: (share: number) => void;
  readonly warn: (text: string) => void;
}

const NANOS_PER_MS = 1e6;

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
  await eachMessage(open, run, fact, ({ data, info }) => {
    const t = intervalOf(fact, data);
    const ms = info.timestampNanos / NANOS_PER_MS;
    if (!first.has(t)) first.set(t, ms);
    last.set(t, ms);
  });
  return { first, last };
}

/** Visits every message of a fact that is there, of all shards, in the order in which they were stored. There is one at least. */
export async function eachMessage({ bus }: OpenHome, run: RunId, fact: Fact, visit: (message: JsMsg) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const reading = readLog(bus, {
      run,
      subjects: [subjectOf(run, fact)],
      from: 1,
      name: 'bench',
      onMessage: (message) => {
        visit(message);
        if (message.info.pending === 0) void reading.then((log) => log.stop()).then(resolve, reject);
      },
      onError: reject,
    });
    reading.catch(reject);
  });
}
