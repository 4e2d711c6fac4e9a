import type { ConnectionOptions } from '@nats-io/transport-node';
import { RECORDINGS_API, inboxOf, type Principal } from '@aitrader/contracts';
import { busKeyFile, busKeyIn } from './bus-keys.ts';
import { connectionOptionsOf } from './nats-url.ts';

/** Files by which a server is known, and by which it knows us, where it speaks TLS. */
export interface BusTls {
  /** certificates that the server's own must come from; the system's when absent */
  readonly caFile?: string | undefined;
  /** our certificate and its key, where the server asks for one */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** A server, and where the keys to it are. */
export interface BusServer {
  readonly url: string;
  /** folder of the keys of all; undefined for a server without our accounts, where whoever reaches it may write anything */
  readonly keys: string | undefined;
  readonly tls?: BusTls | undefined;
}

/** How somebody reaches a bus. */
export interface BusAccess extends Omit<BusServer, 'keys'> {
  readonly principal: Principal;
  /** the file of its nkey seed; undefined as above */
  readonly keyFile: string | undefined;
}

/** The access of somebody to a server, by the key that is kept beside those of the others. */
export const accessOf = ({ url, keys, tls }: BusServer, principal: Principal): BusAccess => ({
  url,
  principal,
  keyFile: keys === undefined ? undefined : busKeyFile(keys, principal),
  tls,
});

/** How the client connects as somebody. @throws KeyFileError */
export async function optionsOf({ url, principal, keyFile, tls }: BusAccess): Promise<ConnectionOptions> {
  const options = { ...connectionOptionsOf(url), inboxPrefix: inboxOf(principal) };
  const secured = tls === undefined ? options : { ...options, tls: given({ ...tls }) };
  if (keyFile === undefined) return secured;
  const key = await busKeyIn(keyFile);
  return { ...secured, authenticator: (nonce = '') => ({ nkey: key.publicKey, sig: key.sign(nonce) }) };
}

/** Without what is not said: the client would look for a file of that name. */
const given = (named: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(named).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

const OWN_API = '$JS.API';

/**
 * What somebody's requests to JetStream about recordings begin with: their owner is another account, but for the supervisor. Sweeps have
 * nothing to ask there, and their own account knows of none.
 */
export const recordingsApiOf = ({ principal, keyFile }: Pick<BusAccess, 'principal' | 'keyFile'>): string =>
  keyFile === undefined || principal === 'supervisor' || principal === 'sweep' ? OWN_API : RECORDINGS_API;

const VARIABLES = {
  key: 'AITRADER_BUS_KEY',
  caFile: 'AITRADER_BUS_CA',
  certFile: 'AITRADER_BUS_CERT',
  keyFile: 'AITRADER_BUS_CERT_KEY',
} as const;
type Variables = Readonly<Record<string, string | undefined>>;

/** The environment by which a service's process reaches the bus as itself. */
export const busVariables = ({ url, keyFile, tls }: BusAccess): Readonly<Record<string, string>> =>
  given({
    NATS_URL: url,
    [VARIABLES.key]: keyFile,
    [VARIABLES.caFile]: tls?.caFile,
    [VARIABLES.certFile]: tls?.certFile,
    [VARIABLES.keyFile]: tls?.keyFile,
  });

/** The files for TLS that the environment names; undefined when it names none. */
export function tlsIn(env: Variables): BusTls | undefined {
  const named = (name: string): string | undefined => (env[name]?.trim() === '' ? undefined : env[name]);
  const tls = {
    caFile: named(VARIABLES.caFile),
    certFile: named(VARIABLES.certFile),
    keyFile: named(VARIABLES.keyFile),
  };
  return Object.values(tls).every((file) => file === undefined) ? undefined : tls;
}
