import { jetstream, jetstreamManager, StorageType, type JetStreamManager } from '@nats-io/jetstream';
import { nuid, type NatsConnection } from '@nats-io/transport-node';
import { STORE_PROBE } from '@aitrader/contracts';
import { messageOf, thrown } from './thrown.ts';

/**
 * JetStream's codes for a store that may take no more: the server's limit, a reservation over it, an account's limit, a disk that has
 * not even room for a stream's folder.
 */
const FULL_CODES: ReadonlySet<unknown> = new Set([10_023, 10_047, 10_002, 10_049]);
/** One code stands for every refused store, so its text decides. */
const STORE_FAILED_CODE = 10_077;
const STREAM_FULL = /maximum bytes exceeded|insufficient/i;
const DISK_FULL = /no space left on device|disk quota exceeded/i;
const CAUSES_MAX = 8;

const PROBE_BYTES = 1024 * 1024;
const PROBE_MS_MAX = 2_000;
/** No stream ever reaches this sequence: 2^53 − 1. */
const SEQUENCE_NEVER_USED = Number.MAX_SAFE_INTEGER;

/**
 * Whether an error, or a cause of it, says that the store has no room: the server's `max_file_store`, an account's or stream's
 * byte limit, or the disk itself. Pure and immediate.
 *
 * A disk that is really full makes the server answer nothing at all, so a publish only times out: ask {@link storeFault} then.
 */
export function isStoreFull(error: unknown): boolean {
  let at = thrown(error);
  for (let depth = 0; depth < CAUSES_MAX; depth += 1) {
    const text = messageOf(at);
    if (FULL_CODES.has(at.code) || at.code === 'ENOSPC' || at.code === 'EDQUOT' || DISK_FULL.test(text)) return true;
    if (at.code === STORE_FAILED_CODE && STREAM_FULL.test(text)) return true;
    at = thrown(at.cause);
  }
  return false;
}

/**
 * Why the server cannot store a message of `bytes` now, in its own words, or undefined when it can. Works from any client that
 * may make a stream: a stream of its own is made, written to once and deleted again. {@link isStoreFull} tells whether the answer
 * means a full store. Takes up to about 6 s when the disk is full.
 *
 * A stream whose write failed stays shut after space was freed, until the server is restarted; a supervised server of ours does
 * that by itself. No acknowledged message is lost by it.
 * @throws Error when the server does not answer at all
 */
export async function storeFault(connection: NatsConnection, bytes = PROBE_BYTES): Promise<Error | undefined> {
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: PROBE_MS_MAX });
  await manager.getAccountInfo();
  const id = nuid.next();
  const [name, subject] = [`STORE_PROBE_${id}`, `${STORE_PROBE}.${id}`];
  const room = (connection.info?.max_payload ?? PROBE_BYTES) / 2;
  try {
    await manager.streams.add({ name, subjects: [subject], storage: StorageType.File, num_replicas: 1 });
    await jetstream(connection).publish(subject, new Uint8Array(Math.min(bytes, room)), { timeout: PROBE_MS_MAX });
    return undefined;
  } catch (error) {
    const refusal = error instanceof Error ? error : new Error(messageOf(error), { cause: error });
    return isStoreFull(refusal) ? refusal : ((await writeError(manager, name)) ?? refusal);
  } finally {
    await manager.streams.delete(name).catch(() => undefined);
  }
}

/** A stream whose last write failed answers a request to delete a message that cannot exist with that failure. */
async function writeError(manager: JetStreamManager, stream: string): Promise<Error | undefined> {
  try {
    await manager.streams.deleteMessage(stream, SEQUENCE_NEVER_USED, false);
    return undefined;
  } catch (error) {
    return isStoreFull(error) && error instanceof Error ? error : undefined;
  }
}
