import { connect, nanos, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import type { Principal } from '@aitrader/contracts';
import { optionsOf, recordingsApiOf, withoutSecrets, type BusAccess } from './server/index.ts';

/** A connection to the bus as somebody, and JetStream on it. */
export interface Bus {
  readonly nc: NatsConnection;
  readonly principal: Principal;
  /** whether it has accounts, so that nobody can write what is another's */
  readonly hasAccounts: boolean;
  /** publishing, and the own account's JetStream */
  readonly js: JetStreamClient;
  /** the recordings; whoever is not their owner can only read */
  readonly jsm: JetStreamManager;
  /** what requests to JetStream about recordings begin with */
  readonly api: string;
}

/** How long a lost server is looked for before a request gives up on it; reconnecting itself never gives up. */
const REQUEST_TIMEOUT_MS = 5_000;
const RECONNECT_WAIT_MS = 100;
const PING_INTERVAL_MS = 5_000;

/**
 * Connects as somebody and keeps reconnecting. `name` shows in the server's connection list.
 * @throws Error when no server answers, or one that does not know the key; KeyFileError
 */
export async function openBus(access: BusAccess, name: string): Promise<Bus> {
  const { url, principal, keyFile } = access;
  const options = await optionsOf(access);
  let nc: NatsConnection;
  try {
    nc = await connect({
      ...options,
      name,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      reconnectJitter: RECONNECT_WAIT_MS,
      pingInterval: PING_INTERVAL_MS,
      timeout: REQUEST_TIMEOUT_MS,
    });
  } catch (cause) {
    throw new Error(`no nats-server answers ${principal} at ${withoutSecrets(url)}`, { cause });
  }
  const jetStream = { timeout: REQUEST_TIMEOUT_MS };
  const api = recordingsApiOf(access);
  return {
    ...{ nc, principal, hasAccounts: keyFile !== undefined, api },
    js: jetstream(nc, jetStream),
    jsm: await jetstreamManager(nc, { ...jetStream, apiPrefix: api, checkAPI: false }),
  };
}

/** On how many of a cluster's nodes something is stored: a majority of them acknowledges, so that one may be lost. */
const COPIES_IN_CLUSTER = 3;

/** How many nodes keep what is stored on a bus: three of a cluster, the one where there is none. */
export const copiesOn = ({ nc }: Pick<Bus, 'nc'>): number => (nc.info?.cluster === undefined ? 1 : COPIES_IN_CLUSTER);

/** Milliseconds as the nanoseconds that JetStream's configuration speaks. */
export const nanosOf = (ms: number): number => nanos(ms);
