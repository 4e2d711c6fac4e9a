import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { PRINCIPALS } from '@aitrader/contracts';
import { runId } from '@aitrader/model';
import { openBus } from '../connection.ts';
import { createRecording, listRecordings } from '../recordings.ts';
import { accessOf, optionsOf, type BusTls } from './access.ts';
import { renderAccounts } from './accounts-config.ts';
import { busIdentities, busKeyFile, keysApart } from './bus-keys.ts';
import { connectOrStart } from './connect-or-start.ts';
import { locateNatsServer } from './locate.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../../..');
const DEPLOYED = path.join(ROOT, 'deploy/nats');
const TRIES_MS_MAX = 120_000;

let home: string;
let binary: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'deployed-'));
  binary = (await locateNatsServer({ home: path.join(ROOT, '.aitrader') })).path;
});
afterEach(async () => {
  if (child !== undefined && child.exitCode === null) {
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
  child = undefined;
  rmSync(home, { recursive: true, force: true });
});

/** Starts what runs a server, and waits for its address. */
async function listening(command: string, args: readonly string[]): Promise<string> {
  const PATH = `${path.dirname(binary)}:${process.env['PATH'] ?? ''}`;
  child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH } });
  if (child.stderr === null) throw new Error('no log');
  for await (const line of createInterface({ input: child.stderr })) {
    const port = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return `127.0.0.1:${port}`;
  }
  throw new Error('the server did not start');
}

const writeTo = (name: string, text: string): string => {
  const file = path.join(home, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

/** Where `openssl` is not installed the trial of TLS is left out, and said to be; who has to try everything has it. */
const withOpenssl =
  process.env['AITRADER_REFERENCE'] === 'required' || spawnSync('openssl', ['version']).status === 0 ? it : it.skip;

const configWith = (store: string, accounts: string, more = ''): string =>
  writeTo('own.conf', `listen: "127.0.0.1:-1"\njetstream { store_dir: ${JSON.stringify(store)} }\n${more}\n${accounts}`);

describe("the server's configuration for docker compose", () => {
  it('is valid with the accounts that are made for it, each key in a folder of its own', async () => {
    const keys = path.join(home, 'bus');
    writeTo('accounts/accounts.conf', renderAccounts(await busIdentities(keys, keysApart)));
    const config = path.join(home, 'aitrader.conf');
    copyFileSync(path.join(DEPLOYED, 'nats-server.conf'), config);
    const tested = spawnSync(binary, ['-t', '-c', config], { encoding: 'utf8' });
    expect(tested.stderr).toContain('configuration file');
    expect(tested.status).toBe(0);
    expect(readdirSync(keys).sort()).toEqual([...PRINCIPALS].sort());
    for (const principal of PRINCIPALS) {
      expect(readdirSync(path.join(keys, principal))).toEqual([`${principal}.nk`]);
      expect(statSync(keysApart(keys, principal)).mode & 0o777).toBe(0o600);
    }
  });

  it('has a volume for the key of each service, that nobody else mounts', () => {
    const [composed, image] = ['docker-compose.yml', 'deploy/Dockerfile'].map((file) =>
      readFileSync(path.join(ROOT, file), 'utf8'),
    );
    // sweeps and schedules are not composed
    for (const principal of PRINCIPALS.filter((one) => one !== 'sweep')) {
      const mounts = composed?.match(new RegExp(`bus-${principal}:/aitrader/bus\\S*`, 'g')) ?? [];
      const [made, ...used] = mounts.map((mount) => mount.replace(/[',\]]+$/, ''));
      // the command line, the anchors and the console read as an operator does
      expect([made, ...(principal === 'operator' ? new Set(used) : used)]).toEqual([
        `bus-${principal}:/aitrader/bus/${principal}`,
        `bus-${principal}:/aitrader/bus:ro`,
      ]);
      expect(image).toMatch(new RegExp(`mkdir\\b.*\\b${principal}\\b`));
    }
  });

  it('is not valid without them: no server is open because a file was missing', () => {
    const config = path.join(home, 'aitrader.conf');
    copyFileSync(path.join(DEPLOYED, 'nats-server.conf'), config);
    expect(spawnSync(binary, ['-t', '-c', config]).status).not.toBe(0);
  });

  it('has nothing secret in its accounts', async () => {
    const keys = path.join(home, 'keys');
    const accounts = renderAccounts(await busIdentities(keys));
    for (const principal of PRINCIPALS) {
      const seed = readFileSync(busKeyFile(keys, principal), 'utf8').trim();
      expect(seed).toMatch(/^SU/);
      expect(accounts).not.toContain(seed);
    }
  });

  it(
    'finds the recordings of an open server of before',
    async () => {
      const store = path.join(home, 'data');
      const open = configWith(store, '');
      const before = await listening(binary, ['-c', open]);
      const anyone = await openBus({ url: before, principal: 'supervisor', keyFile: undefined }, 'before');
      await createRecording(anyone, runId('paper-old'));
      await anyone.nc.close();
      const ended = new Promise((resolve) => child?.once('exit', resolve));
      child?.kill('SIGTERM');
      await ended;

      const keys = path.join(home, 'keys');
      const config = configWith(store, renderAccounts(await busIdentities(keys)));
      const url = await listening('sh', [path.join(DEPLOYED, 'start.sh'), store, config]);
      const owner = await openBus(accessOf({ url, keys }, 'supervisor'), 'owner');
      expect((await listRecordings(owner)).map(({ run }) => run)).toEqual(['paper-old']);
      await owner.nc.close();
    },
    TRIES_MS_MAX,
  );
});

describe('a server that NATS_URL names', () => {
  const used = (env: Record<string, string>, told: string[] = []) =>
    connectOrStart({ home, binary, env, onProgress: (text) => void told.push(text) });

  it(
    'has the accounts where it was given them, and is told from one that lets every key in',
    async () => {
      const keys = path.join(home, 'keys');
      const accounts = renderAccounts(await busIdentities(keys));
      const open = await listening(binary, ['-c', configWith(path.join(home, 'open'), '')]);
      await expect(used({ NATS_URL: open, AITRADER_BUS_KEYS: keys })).rejects.toThrow(
        /lets our keys in as account \$G: .*aitrader bus config/,
      );
      const told: string[] = [];
      expect(await used({ NATS_URL: open }, told)).toMatchObject({ origin: 'external', keys: undefined });
      expect(told.join()).toMatch(/without accounts: whoever reaches it can write orders/);
      child?.kill('SIGKILL');

      const ours = await listening(binary, ['-c', configWith(path.join(home, 'ours'), accounts)]);
      expect(await used({ NATS_URL: ours, AITRADER_BUS_KEYS: keys })).toMatchObject({ origin: 'external', keys });
      await expect(used({ NATS_URL: ours })).rejects.toThrow(/refused the connection/);
    },
    TRIES_MS_MAX,
  );

  it(
    'knows two keys of somebody while one is replaced, and cuts off who has the earlier one when that is taken away',
    async () => {
      const keys = path.join(home, 'keys');
      await busIdentities(keys);
      const file = busKeyFile(keys, 'risk');
      const earlier = path.join(keys, 'risk.earlier.nk');
      renameSync(file, earlier);
      const store = path.join(home, 'store');
      const url = await listening(binary, ['-c', configWith(store, renderAccounts(await busIdentities(keys)))]);
      const by = (keyFile: string): Promise<NatsConnection> =>
        optionsOf({ url, principal: 'risk', keyFile }).then((options) => connect({ ...options, reconnect: false }));
      const [before, after] = [await by(earlier), await by(file)];
      rmSync(earlier);
      configWith(store, renderAccounts(await busIdentities(keys)));
      child?.kill('SIGHUP');
      await before.closed();
      await after.flush();
      expect([before.isClosed(), after.isClosed()]).toEqual([true, false]);
      await after.close();
      const again = await by(file);
      await again.close();
    },
    TRIES_MS_MAX,
  );

  withOpenssl(
    'may speak TLS, and is then known by its certificate, as we are by ours',
    async () => {
      const [ours, theirs] = [authority('ours'), authority('theirs')];
      const keys = path.join(home, 'keys');
      const accounts = renderAccounts(await busIdentities(keys));
      const { certFile, keyFile, caFile } = ours.server;
      const tls = `tls { cert_file: "${certFile}", key_file: "${keyFile}", ca_file: "${caFile}", verify: true }`;
      const listens = await listening(binary, ['-c', configWith(path.join(home, 'store'), accounts, tls)]);
      // the client holds a certificate against a name, never against an address
      const url = `tls://${listens.replace('127.0.0.1', 'localhost')}`;
      const connected = async (files: BusTls): Promise<string> => {
        const bus = await openBus({ ...accessOf({ url, keys }, 'risk'), tls: files }, 'secured');
        const { tls_required: isSecured } = bus.nc.info ?? {};
        await bus.nc.close();
        return isSecured === true ? 'over TLS' : 'in the clear';
      };
      expect(await connected(ours.client)).toBe('over TLS');
      await expect(connected({ caFile: ours.client.caFile })).rejects.toThrow(/no nats-server answers risk/);
      await expect(connected({ ...ours.client, caFile: theirs.client.caFile })).rejects.toThrow(/no nats-server answers risk/);
      await expect(connected({ ...theirs.client, caFile: ours.client.caFile })).rejects.toThrow(/no nats-server answers risk/);
      await expect(connected({ certFile: ours.client.certFile, keyFile: ours.client.keyFile })).rejects.toThrow(
        /no nats-server answers risk/,
      );
      const named = {
        AITRADER_BUS_CA: ours.client.caFile ?? '',
        AITRADER_BUS_CERT: ours.client.certFile ?? '',
        AITRADER_BUS_CERT_KEY: ours.client.keyFile ?? '',
      };
      expect(await used({ NATS_URL: url, AITRADER_BUS_KEYS: keys, ...named })).toMatchObject({ tls: ours.client });
    },
    TRIES_MS_MAX,
  );

  /** An authority of certificates, with one of the server's and one of a client's. */
  function authority(name: string): { readonly server: BusTls; readonly client: BusTls } {
    const folder = path.join(home, name);
    mkdirSync(folder);
    const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', `/CN=${name}`);
    const issued = (who: string): BusTls => {
      openssl('req', ...curve, '-keyout', `${who}.key`, '-out', `${who}.csr`, '-subj', `/CN=${who}`);
      writeFileSync(path.join(folder, 'names'), 'subjectAltName=DNS:localhost\n');
      const from = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
      openssl('x509', '-req', '-in', `${who}.csr`, ...from, '-out', `${who}.pem`);
      const file = (ending: string): string => path.join(folder, `${who}.${ending}`);
      if (!existsSync(file('pem'))) throw new Error('no certificate');
      return { caFile: path.join(folder, 'ca.pem'), certFile: file('pem'), keyFile: file('key') };
    };
    return { server: issued('server'), client: issued('client') };
  }
});
