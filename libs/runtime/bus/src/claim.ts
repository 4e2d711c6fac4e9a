import { claimSubject, type Role, type StageName } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import type { Bus } from './connection.ts';
import { FencedError } from './errors.ts';

/** A living copy answers at once; a stopped one is fenced by the expected sequence when it wakes. */
const ANSWER_TIMEOUT_MS = 750;

/**
 * Asks whether another copy of a stage instance is alive in this run, and answers for this one from then on. A killed
 * process needs no time-out to be forgotten: its connection is gone, and nobody answers. @throws FencedError when one does
 */
export async function claim(bus: Bus, run: RunId, stage: StageName, shard: number): Promise<void> {
  const holder = await holderOf(bus, run, stage, shard);
  if (holder !== undefined) {
    throw new FencedError(`fenced off: ${holder} already runs ${stage} (shard ${shard}) of ${run}; this second copy stops`);
  }
  await hold(bus, run, stage, shard);
}

/** The process that has a role in a run and is alive, as it names itself; undefined when nobody answers. `shard` is −1 but for a shard's stages. */
export async function holderOf(bus: Bus, run: RunId, role: Role, shard: number): Promise<string | undefined> {
  return bus.nc
    .request(claimSubject(run, role, shard), '', { timeout: ANSWER_TIMEOUT_MS })
    .then((answer) => answer.string())
    .catch(() => undefined);
}

/** Answers for a role from now on, until what is returned is called or the connection closes. */
export async function hold(bus: Bus, run: RunId, role: Role, shard: number): Promise<() => void> {
  const subscription = bus.nc.subscribe(claimSubject(run, role, shard), {
    callback: (error, message) => void (error === null && message.respond(`process ${process.pid}`)),
  });
  // Whoever asks after this must find it.
  await bus.nc.flush();
  return () => subscription.unsubscribe();
}
