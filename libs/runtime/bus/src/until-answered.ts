import { setTimeout as sleep } from 'node:timers/promises';
import { PermissionViolationError } from '@nats-io/transport-node';
import type { Bus } from './connection.ts';
import { codeOf, JETSTREAM_CODE } from './errors.ts';

/** How long a server that is away is waited for. */
const AWAY_MS_MAX = 30_000;
const RETRY_WAIT_MS = 250;

/**
 * Asks until the server answers, for as long as it may be away; `signal` ends the waiting.
 * @throws its answer, when that is a refusal, or the last error
 */
export async function untilAnswered<T>(bus: Bus, ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const deadline = performance.now() + AWAY_MS_MAX;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const code = codeOf(error);
      const isAnswer = (code !== undefined && code !== JETSTREAM_CODE.unavailable) || error instanceof PermissionViolationError;
      if (isAnswer || bus.nc.isClosed() || signal?.aborted === true) throw error;
      if (performance.now() > deadline)
        throw new Error(`the nats-server at ${bus.nc.getServer()} has not answered for ${AWAY_MS_MAX / 1000} s`, {
          cause: error,
        });
      await sleep(RETRY_WAIT_MS);
    }
  }
}
