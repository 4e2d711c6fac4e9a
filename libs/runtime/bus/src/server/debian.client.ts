import { execFile } from 'node:child_process';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { executablesOnPath, isExecutable, type Environment } from './executable-path.ts';
import { versionOfBinary } from './nats-version.ts';
import { messageOf } from './thrown.ts';

const run = promisify(execFile);

/** Suites that may carry nats-server 2.12 or later, the steadiest first. */
const SUITES = ['forky', 'trixie-backports', 'sid'] as const;
const KEYRINGS = ['debian-archive-keyring.gpg', 'debian-archive-keyring.pgp'].map((name) => `/usr/share/keyrings/${name}`);
const PUBLIC_MIRROR = 'http://deb.debian.org/debian/';

/** The index of a suite is about 10 MB, the package 5 MB. */
const APT_MS_MAX = 120_000;
const CONNECT_SECONDS_MAX = 10;

/**
 * Takes nats-server from Debian's archive through the machine's own mirror. apt checks the archive's signature with the
 * machine's Debian keyring. Everything apt writes goes to `folder`: the system's lists, caches, pins and hooks stay untouched,
 * so neither root nor an installed package is needed.
 * @returns the path of the binary inside `folder`
 * @throws Error that says what is missing or what each suite answered
 */
export async function fetchFromDebian(folder: string, env: Environment): Promise<string> {
  for (const tool of ['apt-get', 'dpkg-deb']) {
    if ((await executablesOnPath(tool, env)).length === 0) throw new Error(`${tool} is not on this machine`);
  }
  const keyring = (await readableKeyring()) ?? refuse(`no Debian keyring at ${KEYRINGS.join(' or ')}`);
  const mirror = await debianMirror(env);
  const failures: string[] = [];
  for (const suite of SUITES) {
    try {
      return await fetchFromSuite(path.join(folder, suite), { suite, mirror, keyring, env });
    } catch (error) {
      failures.push(`${suite}: ${lastLine(error)}`);
    }
  }
  throw new Error(`${mirror}: ${failures.join('; ')}`);
}

interface Source {
  readonly suite: string;
  readonly mirror: string;
  readonly keyring: string;
  readonly env: Environment;
}

async function fetchFromSuite(folder: string, source: Source): Promise<string> {
  await mkdir(path.join(folder, 'lists', 'partial'), { recursive: true });
  await mkdir(path.join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  await writeFile(path.join(folder, 'status'), '');
  await writeFile(path.join(folder, 'source.list'), `deb [signed-by=${source.keyring}] ${source.mirror} ${source.suite} main\n`);
  await writeFile(path.join(folder, 'apt.conf'), aptConfiguration(folder));
  const options = { cwd: folder, timeout: APT_MS_MAX, env: { ...source.env, LC_ALL: 'C' } };
  await run('apt-get', ['-c', 'apt.conf', '-qq', 'update'], options);
  await run('apt-get', ['-c', 'apt.conf', '-qq', 'download', 'nats-server'], options);
  const packages = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
  const archive = packages[0] ?? refuse('apt-get downloaded no package');
  await run('dpkg-deb', ['-x', archive, 'unpacked'], options);
  for (const place of ['usr/sbin', 'usr/bin']) {
    const binary = path.join(folder, 'unpacked', place, 'nats-server');
    if (!(await isExecutable(binary))) continue;
    await versionOfBinary(binary);
    return binary;
  }
  throw new Error(`${archive} holds no nats-server`);
}

/** apt's own state, below `folder`. The hooks are cleared because container images delete the system's cache in them. */
function aptConfiguration(folder: string): string {
  return `Dir::Etc::sourcelist "${folder}/source.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "${folder}/lists";
Dir::State::status "${folder}/status";
Dir::Cache "${folder}/cache";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "${CONNECT_SECONDS_MAX}";
Acquire::https::Timeout "${CONNECT_SECONDS_MAX}";
APT::Sandbox::User "root";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Default-Release;
`;
}

/** The mirror this machine uses for Debian; a machine of another distribution gets Debian's public one. */
async function debianMirror(env: Environment): Promise<string> {
  const { stdout } = await run('apt-get', ['update', '--print-uris'], {
    timeout: APT_MS_MAX,
    env: { ...env, LC_ALL: 'C' },
  }).catch(() => ({ stdout: '' }));
  return /'([^']*\/debian\/+)dists\//.exec(stdout)?.[1] ?? PUBLIC_MIRROR;
}

async function readableKeyring(): Promise<string | undefined> {
  for (const file of KEYRINGS) {
    const readable = await access(file).then(
      () => true,
      () => false,
    );
    if (readable) return file;
  }
  return undefined;
}

function refuse(reason: string): never {
  throw new Error(reason);
}

function lastLine(error: unknown): string {
  const text = messageOf(error);
  return text.trim().split('\n').at(-1) ?? text;
}
