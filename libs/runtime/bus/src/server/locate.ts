import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fetchFromDebian } from './debian.client.ts';
import { executablesOnPath, isExecutable, type Environment } from './executable-path.ts';
import { versionOfBinary } from './nats-version.ts';
import { downloadRelease, RELEASE } from './release.client.ts';
import { messageOf } from './thrown.ts';

/** A nats-server that was run once and is recent enough. */
export interface NatsBinary {
  readonly path: string;
  readonly version: string;
  readonly source: 'PATH' | 'home' | 'release' | 'debian';
}

export interface LocateOptions {
  /** the project's own folder; a fetched server goes to `<home>/bin` */
  readonly home: string;
  /** told, in a sentence, before something slow is tried */
  readonly onProgress?: (text: string) => void;
  /** default `process.env` */
  readonly env?: Environment;
}

/** No nats-server could be found or fetched; the message names the ways to give one and what failed in each. */
export class NatsServerMissing extends Error {
  override readonly name = 'NatsServerMissing';
  /** one line per way that was tried */
  readonly tried: readonly string[];

  constructor(tried: readonly string[]) {
    super(`no usable nats-server was found. Tried:
${tried.map((line) => `  - ${line}`).join('\n')}
Any one of these helps:
  - set NATS_URL to a server that runs already (2.12 or later, with JetStream)
  - put nats-server 2.12 or later on the PATH
  - let this machine reach github.com or a Debian mirror once, so that a server can be downloaded`);
    this.tried = tried;
  }
}

/** Fetches that were killed leave a folder behind; after this long nobody can still be working in it. */
const ABANDONED_MS = 60 * 60 * 1000;
const FETCH_PREFIX = '.fetch-';

type Way = (options: Required<LocateOptions>) => Promise<NatsBinary>;

/** The order matters: what the operator chose, then what is there already, then what needs the network. */
const WAYS: readonly { readonly name: string; readonly find: Way }[] = [
  { name: 'PATH', find: onPath },
  { name: 'fetched earlier', find: fetchedEarlier },
  { name: `release ${RELEASE.version}`, find: fromRelease },
  { name: 'Debian archive', find: fromDebian },
];

/**
 * Finds a nats-server of at least 2.12, or fetches one into `<home>/bin`. Any number of processes may do so at once: each works
 * in a folder of its own and the finished binary is renamed into place.
 * @throws NatsServerMissing
 */
export async function locateNatsServer(options: LocateOptions): Promise<NatsBinary> {
  const settled = { onProgress: () => undefined, env: process.env, ...options, home: path.resolve(options.home) };
  const tried: string[] = [];
  for (const way of WAYS) {
    try {
      return await way.find(settled);
    } catch (error) {
      tried.push(`${way.name}: ${messageOf(error)}`);
    }
  }
  throw new NatsServerMissing(tried);
}

async function onPath({ env }: Required<LocateOptions>): Promise<NatsBinary> {
  const refused: string[] = [];
  for (const file of await executablesOnPath('nats-server', env)) {
    try {
      return { path: file, version: await versionOfBinary(file), source: 'PATH' };
    } catch (error) {
      refused.push(messageOf(error));
    }
  }
  throw new Error(refused.length === 0 ? 'no nats-server there' : refused.join('; '));
}

async function fetchedEarlier({ home }: Required<LocateOptions>): Promise<NatsBinary> {
  const file = installedPath(home);
  if (!(await isExecutable(file))) throw new Error(`no ${file}`);
  return { path: file, version: await versionOfBinary(file), source: 'home' };
}

function fromRelease({ home, onProgress }: Required<LocateOptions>): Promise<NatsBinary> {
  onProgress(`downloading nats-server ${RELEASE.version} from github.com`);
  return installBinary(home, 'release', (folder) => downloadRelease(folder));
}

function fromDebian({ home, onProgress, env }: Required<LocateOptions>): Promise<NatsBinary> {
  onProgress("fetching nats-server from Debian's archive through this machine's mirror");
  return installBinary(home, 'debian', (folder) => fetchFromDebian(folder, env));
}

const installedPath = (home: string): string => path.join(home, 'bin', 'nats-server');

/** Fetches into a folder of its own below `<home>/bin`, and renames the binary into place once it has run. */
export async function installBinary(
  home: string,
  source: NatsBinary['source'],
  fetchInto: (folder: string) => Promise<string>,
): Promise<NatsBinary> {
  const target = installedPath(home);
  const bin = path.dirname(target);
  await mkdir(bin, { recursive: true });
  await removeAbandoned(bin);
  const folder = await mkdtemp(path.join(bin, FETCH_PREFIX));
  try {
    const fetched = await fetchInto(folder);
    await chmod(fetched, 0o755);
    const version = await versionOfBinary(fetched);
    await rename(fetched, target);
    return { path: target, version, source };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeAbandoned(bin: string): Promise<void> {
  for (const name of await readdir(bin)) {
    const folder = path.join(bin, name);
    const changed = await stat(folder).catch(() => undefined);
    if (!name.startsWith(FETCH_PREFIX) || changed === undefined) continue;
    if (Date.now() - changed.mtimeMs > ABANDONED_MS) await rm(folder, { recursive: true, force: true });
  }
}
