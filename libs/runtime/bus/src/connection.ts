import { connect, nanos, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connectionOptionsOf } from './server/index.ts';

/** A connection to the bus, and JetStream on it. */
export interface Bus {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
}

/** How long a lost server is looked for before a request gives up on it; reconnecting itself never gives up. */
const REQUEST_TIMEOUT_MS = 5_000;
const RECONNECT_WAIT_MS = 100;
const PING_INTERVAL_MS = 5_000;

/** Connects and keeps reconnecting. `name` shows in the server's connection list. @throws Error when no server answers at `url` */
export async function openBus(url: string, name: string): Promise<Bus> {
  let nc: NatsConnection;
  try {
    nc = await connect({
      ...connectionOptionsOf(url),
      name,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      reconnectJitter: RECONNECT_WAIT_MS,
      pingInterval: PING_INTERVAL_MS,
      timeout: REQUEST_TIMEOUT_MS,
    });
  } catch (cause) {
    throw new Error(`no nats-server answers at ${url}`, { cause });
  }
  const options = { timeout: REQUEST_TIMEOUT_MS };
  return { nc, js: jetstream(nc, options), jsm: await jetstreamManager(nc, { ...options, checkAPI: false }) };
}

/** Milliseconds as the nanoseconds that JetStream's configuration speaks. */
export const nanosOf = (ms: number): number => nanos(ms);
