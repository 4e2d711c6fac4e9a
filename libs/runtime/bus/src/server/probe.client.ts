import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { isRecentEnough, NatsServerTooOld } from './nats-version.ts';
import { messageOf, thrown } from './thrown.ts';

/** What a server that answers says about itself. */
export interface ServerAnswer {
  readonly serverName: string;
  readonly version: string;
}

/** A server answers but cannot be used; `reason` says why. */
export class NatsUnusable extends Error {
  override readonly name = 'NatsUnusable';
  readonly url: string;

  constructor(url: string, reason: string, cause?: unknown) {
    super(`${withoutSecrets(url)}: ${reason}`, { cause });
    this.url = withoutSecrets(url);
  }
}

const PROBE_MS_MAX = 2_000;
const REFUSED = /authorization|permission|credential|tls/i;

/**
 * Connection options for a NATS URL: a list separated by commas, each `[nats://|tls://][user:password@|token@]host[:port]`.
 * The client library ignores the credentials in a URL, so they are taken out here. The first credentials found count for all.
 */
export function connectionOptionsOf(url: string): ConnectionOptions {
  const servers: string[] = [];
  let credentials: ConnectionOptions = {};
  let tls = false;
  for (const text of url.split(',').map((part) => part.trim())) {
    if (text === '') continue;
    const parsed = new URL(text.includes('://') ? text : `nats://${text}`);
    tls ||= parsed.protocol === 'tls:';
    servers.push(parsed.host);
    if (credentials.user !== undefined || credentials.token !== undefined) continue;
    const user = decodeURIComponent(parsed.username);
    if (user !== '') credentials = parsed.password === '' ? { token: user } : { user, pass: decodeURIComponent(parsed.password) };
  }
  return { servers, ...credentials, ...(tls ? { tls: {} } : {}) };
}

/** A URL that may be logged. */
export function withoutSecrets(url: string): string {
  return url.replaceAll(/(^|,|\/\/)[^@/,\s]*@/g, '$1');
}

/**
 * Connects once and asks for JetStream.
 * @returns what the server says about itself, or undefined when none answers at that address
 * @throws NatsServerTooOld, {@link NatsUnusable} when JetStream is off or the credentials are refused
 */
export async function probeServer(url: string, timeoutMs = PROBE_MS_MAX): Promise<ServerAnswer | undefined> {
  let connection: NatsConnection;
  try {
    connection = await connect({ ...connectionOptionsOf(url), reconnect: false, timeout: timeoutMs, name: 'aitrader probe' });
  } catch (error) {
    if (!REFUSED.test(`${String(thrown(error).name)} ${messageOf(error)}`)) return undefined;
    throw new NatsUnusable(url, `refused the connection: ${messageOf(error)}`, error);
  }
  try {
    const info = connection.info;
    if (info === undefined) return undefined;
    if (!isRecentEnough(info.version)) throw new NatsServerTooOld(withoutSecrets(url), info.version);
    await askForJetStream(connection, url, timeoutMs);
    return { serverName: info.server_name, version: info.version };
  } finally {
    await connection.close();
  }
}

async function askForJetStream(connection: NatsConnection, url: string, timeoutMs: number): Promise<void> {
  try {
    const manager = await jetstreamManager(connection, { timeout: timeoutMs, checkAPI: false });
    await manager.getAccountInfo();
  } catch (error) {
    throw new NatsUnusable(url, `JetStream is not enabled or does not answer: ${messageOf(error)}`, error);
  }
}
