// Azurite, which stands in for Azure Blob storage: `npm run azurite` starts one, and tests start their own. It is large, and has a
// lockfile of its own (deploy/emulators) from which it is installed when it is first wanted.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment, node, root } from './run.mjs';

const emulators = path.join(root, 'deploy', 'emulators');
const main = path.join(emulators, 'node_modules', 'azurite', 'dist', 'src', 'blob', 'main.js');
const ACCOUNT = 'aitrader';
const START_MS_MAX = 30_000;
const ASK_MS = 50;
const DEFAULT_PORT = 10_000;

/** Installs Azurite if it is not there. @throws Error saying how, when it cannot be got */
export function installAzurite() {
  if (existsSync(main)) return;
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--prefix', emulators, '--ignore-scripts', '--no-audit', '--no-fund'];
  const done = spawnSync(npm, args, { cwd: emulators, encoding: 'utf8', env: environment() });
  if (done.status === 0 && existsSync(main)) return;
  rmSync(path.join(emulators, 'node_modules'), { recursive: true, force: true });
  throw new Error(`Azurite cannot be installed: npm ${args.join(' ')}\n${done.stderr ?? done.error?.message ?? ''}`);
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const connects = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => resolve(false));
  });

// The library asks with a version of the interface that Azurite does not know yet.
const FLAGS = ['--silent', '--disableTelemetry', '--skipApiVersionCheck'];

/** Starts an Azurite with an account of its own; in memory without a `location`. */
export async function startAzurite({ location, port, key = randomBytes(64).toString('base64'), flags = FLAGS } = {}) {
  installAzurite();
  const chosen = port ?? (await freePort());
  const where = location === undefined ? ['--inMemoryPersistence'] : ['--location', location];
  const child = spawn(node, [main, '--blobHost', '127.0.0.1', '--blobPort', String(chosen), ...where, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment(), AZURITE_ACCOUNTS: `${ACCOUNT}:${key}` },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said = `${said}${chunk}`.slice(-4000)));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const until = Date.now() + START_MS_MAX;
  while (!(await connects(chosen))) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`Azurite does not start on port ${chosen}: ${said}`);
    }
    await sleep(ASK_MS);
  }
  const endpoint = `http://127.0.0.1:${chosen}/${ACCOUNT}`;
  return {
    account: ACCOUNT,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${key};BlobEndpoint=${endpoint};`,
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

if (process.argv[1] === import.meta.filename) {
  const location = path.join(root, '.aitrader', 'azurite');
  mkdirSync(location, { recursive: true });
  const file = path.join(location, 'account.key');
  if (!existsSync(file)) writeFileSync(file, randomBytes(64).toString('base64'), { mode: 0o600 });
  const port = Number(process.argv[2] ?? DEFAULT_PORT);
  const azurite = await startAzurite({ location, port, key: readFileSync(file, 'utf8') });
  console.log(`Azurite listens on port ${port}, and keeps its blobs in ${location}. In another terminal:`);
  console.log(`export AZURE_STORAGE_CONNECTION_STRING='${azurite.connectionString}'`);
  console.log(`npx aitrader bars import mine.csv.gz --into azure://${azurite.account}/bars`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void azurite.stop());
  process.exitCode = (await azurite.ended) ?? 0;
}
