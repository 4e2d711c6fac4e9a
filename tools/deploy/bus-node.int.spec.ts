/** What a node of the bus is configured with, as its scripts leave it, read by a real nats-server. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { busIdentities, locateNatsServer, renderAccounts } from '@aitrader/runtime-bus';
import { parse } from 'yaml';
import { root } from '../run.mjs';

const THREE = ['10.40.2.4', '10.40.2.5', '10.40.2.6'].map((address) => `tls://${address}:6222`).join(',');

let folder: string;
let server: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'bus-node-'));
  server = (await locateNatsServer({ home: path.join(root, '.aitrader') })).path;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a node's files into the folder and makes the rest as the node does. Certificates come from the vault, and are none of this. */
async function configured(node: string, routes: string): Promise<string> {
  const { write_files } = parse(readFileSync(path.join(root, 'deploy/azure/cloud-init.yaml'), 'utf8')) as {
    readonly write_files: readonly { readonly path: string; readonly content: string }[];
  };
  for (const { path: file, content } of write_files.filter((one) => one.path.startsWith('/etc/nats/')))
    writeFileSync(
      path.join(folder, path.basename(file)),
      content
        .replaceAll('@NODE@', node)
        .replaceAll('@ROUTES@', routes)
        .replaceAll('/etc/nats', folder)
        .replaceAll(/^.*\btls \{.*\}.*$/gm, ''),
    );
  const made = spawnSync('sh', [path.join(folder, 'make-cluster')], { encoding: 'utf8' });
  expect([made.status, made.stderr]).toEqual([0, '']);
  writeFileSync(path.join(folder, 'accounts.conf'), renderAccounts(await busIdentities(path.join(folder, 'keys'))));
  return path.join(folder, 'nats-server.conf');
}
const checked = (config: string) => spawnSync(server, ['-t', '-c', config], { encoding: 'utf8' });

describe('a node of the bus', () => {
  it.each([
    ['one of three', '0', THREE],
    ['the only one', '0', ''],
  ])('that is %s has a configuration that the server takes', async (_, node, routes) => {
    const { status, stderr } = checked(await configured(node, routes));
    expect([status, stderr]).toEqual([0, expect.stringContaining('is valid')]);
    const cluster = readFileSync(path.join(folder, 'cluster.conf'), 'utf8');
    expect(cluster.match(/tls:\/\//g)?.length ?? 0).toBe(routes === '' ? 0 : 3);
  });

  it('is refused with a setting that the server does not know', async () => {
    const config = await configured('0', '');
    writeFileSync(config, `${readFileSync(config, 'utf8')}\nsync_intervals: always\n`);
    expect(checked(config).status).not.toBe(0);
  });
});
