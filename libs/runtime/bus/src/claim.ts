import { headers } from '@nats-io/transport-node';
import { claimSubject, FACT_WIRING, type Role, type StageName } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import type { Bus } from './connection.ts';
import { FencedError } from './errors.ts';
import { numberIn } from './message-headers.ts';

/** A living copy answers at once; a stopped one is fenced by the expected sequence when it wakes. */
const ANSWER_TIMEOUT_MS = 750;
const COMMANDS_HEADER = 'Aitrader-Commands';

/** A process that has a role in a run. */
export interface Holder {
  /** as it names itself */
  readonly name: string;
  /** the one version of control that it reads commands in; undefined of a program that did not say so yet */
  readonly commands: number | undefined;
}

/**
 * Asks whether another copy of a stage instance is alive in this run, and answers for this one from then on. A killed
 * process needs no time-out to be forgotten: its connection is gone, and nobody answers. @throws FencedError when one does
 */
export async function claim(bus: Bus, run: RunId, stage: StageName, shard: number): Promise<void> {
  const holder = await holderOf(bus, run, stage, shard);
  if (holder !== undefined) {
    throw new FencedError(`fenced off: ${holder.name} already runs ${stage} (shard ${shard}) of ${run}; this second copy stops`);
  }
  await hold(bus, run, stage, shard);
}

/** The process that has a role in a run and is alive; undefined when nobody answers. `shard` is −1 but for a shard's stages. */
export async function holderOf(bus: Bus, run: RunId, role: Role, shard: number): Promise<Holder | undefined> {
  return bus.nc
    .request(claimSubject(run, role, shard), '', { timeout: ANSWER_TIMEOUT_MS })
    .then((answer) => {
      const commands = numberIn(answer.headers, COMMANDS_HEADER);
      return { name: answer.string(), commands: commands > 0 ? commands : undefined };
    })
    .catch(() => undefined);
}

/** Answers for a role from now on, until what is returned is called or the connection closes. */
export async function hold(bus: Bus, run: RunId, role: Role, shard: number): Promise<() => void> {
  const says = headers();
  says.set(COMMANDS_HEADER, String(FACT_WIRING.control.version));
  const subscription = bus.nc.subscribe(claimSubject(run, role, shard), {
    callback: (error, message) => void (error === null && message.respond(`process ${process.pid}`, { headers: says })),
  });
  // Whoever asks after this must find it.
  await bus.nc.flush();
  return () => subscription.unsubscribe();
}
