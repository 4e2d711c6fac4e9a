import { connect, type NatsConnection } from '@nats-io/transport-node';
import { accountOf } from '@aitrader/contracts';
import { optionsOf, recordingsApiOf, type BusAccess } from './access.ts';
import { isRecentEnough, NatsServerTooOld } from './nats-version.ts';
import { withoutSecrets } from './nats-url.ts';
import { messageOf, thrown } from './thrown.ts';

/** What a server that answers says about itself. */
export interface ServerAnswer {
  readonly serverName: string;
  readonly version: string;
  /** the account that we are in */
  readonly account: string;
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
 * Connects once as somebody, and asks for JetStream.
 * @returns what the server says about itself, or undefined when none answers at that address
 * @throws NatsServerTooOld, {@link NatsUnusable} when JetStream is off or the credentials are refused, KeyFileError
 */
export async function probeServer(access: BusAccess, timeoutMs = PROBE_MS_MAX): Promise<ServerAnswer | undefined> {
  const { url } = access;
  const options = await optionsOf(access);
  let connection: NatsConnection;
  try {
    connection = await connect({ ...options, reconnect: false, timeout: timeoutMs, name: 'aitrader probe' });
  } catch (error) {
    if (!REFUSED.test(`${String(thrown(error).name)} ${messageOf(error)}`)) return undefined;
    throw new NatsUnusable(url, `refused the connection: ${messageOf(error)}`, error);
  }
  try {
    const info = connection.info;
    if (info === undefined) return undefined;
    if (!isRecentEnough(info.version)) throw new NatsServerTooOld(withoutSecrets(url), info.version);
    await askForJetStream(connection, access, timeoutMs);
    return { serverName: info.server_name, version: info.version, account: await accountIn(connection, access, timeoutMs) };
  } finally {
    await connection.close();
  }
}

async function askForJetStream(connection: NatsConnection, access: BusAccess, timeout: number): Promise<void> {
  try {
    const answer = await connection.request(`${recordingsApiOf(access)}.STREAM.NAMES`, '', { timeout });
    const { error } = answer.json<{ readonly error?: { readonly description: string } }>();
    if (error !== undefined) throw new Error(error.description);
  } catch (error) {
    throw new NatsUnusable(access.url, `JetStream is not enabled or does not answer: ${messageOf(error)}`, error);
  }
}

/** A server without accounts answers its owner, too, whatever the key: the account tells. Nobody else's requests would be known to it. */
async function accountIn(connection: NatsConnection, { principal }: BusAccess, timeout: number): Promise<string> {
  if (principal !== 'supervisor') return accountOf(principal);
  const answer = await connection.request('$SYS.REQ.USER.INFO', '', { timeout });
  return answer.json<{ readonly data: { readonly account: string } }>().data.account;
}
