import type { StageName } from '@aitrader/contracts';
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
  const subject = `aitrader.claim.${run}.${stage}.${shard}`;
  const holder = await bus.nc
    .request(subject, '', { timeout: ANSWER_TIMEOUT_MS })
    .then((answer) => answer.string())
    .catch(() => undefined);
  if (holder !== undefined) {
    throw new FencedError(`fenced off: ${holder} already runs ${stage} (shard ${shard}) of ${run}; this second copy stops`);
  }
  bus.nc.subscribe(subject, { callback: (error, message) => void (error === null && message.respond(`process ${process.pid}`)) });
}
