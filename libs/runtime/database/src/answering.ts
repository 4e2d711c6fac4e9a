import { readFile, readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';

/** Whether a Postgres is there and answers; `none`: neither named nor started in the home. */
export type DatabaseStanding = 'none' | 'answers' | 'silent';

/** What a client of Postgres may ask before it logs in: whether the server takes TLS. The answer is one byte, by any server that is well. */
const ASKS_FOR_TLS = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const PORT = 5432;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Looks whether the Postgres that `url` names, or else the home's own, answers within `msMax`. Nobody logs in, and nothing is started. */
export async function databaseStanding(home: string, url: string | undefined, msMax: number): Promise<DatabaseStanding> {
  const address = url === undefined || url === '' ? await addressInHome(home) : addressIn(url);
  if (address === undefined) return 'none';
  return (await answers(address, msMax)) ? 'answers' : 'silent';
}

function addressIn(url: string): Address | undefined {
  const parsed = URL.parse(url);
  return parsed === null ? undefined : { host: parsed.hostname, port: parsed.port === '' ? PORT : Number(parsed.port) };
}

/** Where the home's server of the latest version was started last. */
export async function addressInHome(home: string): Promise<Address | undefined> {
  const folder = path.join(home, 'postgres');
  const versions = await readdir(folder).catch(() => []);
  const latest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  if (latest === undefined) return undefined;
  try {
    const { port } = JSON.parse(await readFile(path.join(folder, latest, 'server.json'), 'utf8')) as { readonly port?: unknown };
    return typeof port === 'number' ? { host: '127.0.0.1', port } : undefined;
  } catch {
    // it is written anew, or it has not come up yet
    return undefined;
  }
}

const answers = ({ host, port }: Address, msMax: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(msMax, () => end(false));
    socket.once('connect', () => socket.write(ASKS_FOR_TLS));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
