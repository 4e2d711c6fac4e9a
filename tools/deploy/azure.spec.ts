/** The infrastructure as code: it parses, says what the topology says, and keeps the rules that no compiler knows. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PRINCIPALS, STAGES, TOPOLOGY } from '@aitrader/contracts';
import { RELEASE } from '../../libs/runtime/bus/src/server/release.client.ts';
import { parse, parseDocument } from 'yaml';
import { root, runNode } from '../run.mjs';
import { readBicep } from '../testing/bicep.ts';
import { deploymentFiles } from './files.mjs';

const AZURE = path.join(root, 'deploy/azure');
const text = (file: string): string => readFileSync(path.join(AZURE, file), 'utf8');
const FILES = globSync('**/*.{bicep,bicepparam}', { cwd: AZURE }).toSorted((a, b) => (a < b ? -1 : 1));
const MODULES = FILES.filter((file) => file.startsWith('modules/'));

interface Service {
  readonly name: string;
  readonly kind: 'app' | 'job';
  readonly per: 'shard' | 'account';
  readonly writes: readonly string[];
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly scale: {
    readonly replicasMin: number;
    readonly replicasMax: number;
    readonly rule: Readonly<Record<string, string>> | null;
  };
  readonly secrets: readonly { readonly name: string }[];
  readonly needs: Readonly<Record<string, boolean>>;
}
const topology = JSON.parse(text('topology.json')) as {
  readonly services: readonly Service[];
  readonly secrets: readonly { readonly secret: string; readonly services: readonly string[] }[];
  readonly containers: readonly {
    readonly container: string;
    readonly isImmutable: boolean;
    readonly services: readonly string[];
  }[];
};
const readersOf = (secret: string): readonly string[] => topology.secrets.find((one) => one.secret === secret)?.services ?? [];

describe('Bicep', () => {
  it.each(FILES)('%s parses', async (file) => {
    expect((await readBicep(text(file), file.endsWith('.bicepparam'))).problems).toEqual([]);
  });

  it('is read by a parser that knows what is none', async () => {
    const { problems } = await readBicep("resource a 'b@c' = {\n  name: \n");
    expect(problems).not.toEqual([]);
  });

  it.each(MODULES)('%s is told every parameter that it asks for, and no other', async (file) => {
    const asked = await readBicep(text(file));
    const parameters = [...asked.declared('parameter_declaration').keys()];
    const callers = await Promise.all(FILES.filter((one) => one.endsWith('.bicep')).map(async (one) => readBicep(text(one))));
    const calls = callers.flatMap(({ modules }) => modules).filter((call) => path.basename(call.file) === path.basename(file));
    expect(calls).not.toEqual([]);
    for (const { told } of calls) expect(told.toSorted(byName)).toEqual(parameters.toSorted(byName));
  });

  it.each(FILES)('%s holds no secret and nobody’s subscription', (file) => {
    expect(text(file)).not.toMatch(/(password|secret|key|token)['"]?\s*[:=]\s*'[A-Za-z0-9+/=_-]{16,}'/i);
    expect(text(file).replaceAll('00000000-0000-0000-0000-000000000000', '')).not.toMatch(/subscriptions\/[0-9a-f]{8}-/);
  });

  it('asks every parameter of the three stages', async () => {
    const asked = await readBicep(text('main.bicep'));
    const optional = ['location', 'busSize'];
    const parameters = [...asked.declared('parameter_declaration').keys()].filter((name) => !optional.includes(name));
    for (const stage of ['dev', 'paper', 'live']) {
      const given = [...text(`environments/${stage}.bicepparam`).matchAll(/^param (\w+)/gm)].map(([, name]) => name ?? '');
      expect(given.toSorted(byName)).toEqual(parameters.toSorted(byName));
    }
  });
});

describe('every app', () => {
  const apps = ['modules/app.bicep', 'modules/app-collector.bicep'].map((file) => [file, text(file)] as const);

  it.each(apps)('of %s has an identity of its own, its three probes, and at least one copy', (_, app) => {
    expect(app).toMatch(/identity: \{ type: 'UserAssigned'/);
    for (const probe of ['Startup', 'Liveness', 'Readiness']) expect(app).toContain(`type: '${probe}'`);
    expect(app).toMatch(/minReplicas: (replicasMin|1)\n|minReplicas: 1,/);
    expect(topology.services.filter(({ kind, scale }) => kind === 'app' && scale.replicasMin < 1)).toEqual([]);
  });

  it('that works on the bus has one revision at a time', () => {
    expect(text('modules/app.bicep')).toContain("activeRevisionsMode: isWeb ? 'Multiple' : 'Single'");
    expect(topology.services.filter((service) => 'isWeb' in service).map(({ name }) => name)).toEqual(['console']);
  });

  it('runs an image that is named by its content', () => {
    expect(text('modules/app-collector.bicep')).toMatch(/@sha256:[0-9a-f]{64}'/);
    expect(text('main.bicep')).toMatch(/@minLength\(80\)\nparam image string/);
  });
});

describe('the topology', () => {
  it('is what the generated files say', async () => {
    for (const [file, content] of Object.entries(await deploymentFiles()))
      expect([file, readFileSync(path.join(root, file), 'utf8')]).toEqual([file, content]);
  });

  it('gives every stage an app that writes what it may', () => {
    for (const stage of STAGES)
      expect(topology.services.find(({ name }) => name === stage)).toMatchObject({
        kind: 'app',
        per: TOPOLOGY[stage].per,
        writes: TOPOLOGY[stage].writes,
      });
  });

  it('scales stages of the shards alone, by the exchange’s clock and never past the shards', () => {
    for (const { name, per, scale } of topology.services)
      if (per === 'shard') expect([name, scale.rule?.['timezone']]).toEqual([name, 'America/New_York']);
      else expect([name, scale.rule, scale.replicasMin]).toEqual([name, null, scale.replicasMax]);
    expect(text('modules/app.bicep')).toContain("service.per == 'shard' ? min(shards, service.scale.replicasMax)");
  });

  it('has one risk and one execution that work and one of each that stands by', () => {
    for (const name of ['risk', 'execution'])
      expect(topology.services.find((one) => one.name === name)?.scale).toEqual({ replicasMin: 2, replicasMax: 2, rule: null });
  });

  it('lets execution alone read the broker’s keys, risk alone the key of orders, and each its own key of the bus', () => {
    expect([readersOf('broker-key-id'), readersOf('broker-secret-key')]).toEqual([['execution'], ['execution']]);
    expect(readersOf('risk-key')).toEqual(['risk']);
    for (const { name } of topology.services)
      if (PRINCIPALS.some((principal) => principal === name) && name !== 'sweep')
        expect(readersOf(`bus-key-${name}`)).toEqual([name]);
  });

  it('lets each program sign with its own key alone, and all who hear them know whom they trust', () => {
    expect([readersOf('anchor-key'), readersOf('console-key'), readersOf('scheduler-key')]).toEqual([
      ['anchor'],
      ['console'],
      ['scheduler'],
    ]);
    const signing = topology.secrets.map(({ secret }) => secret).filter((secret) => /^(?!bus-).*-key$/.test(secret));
    expect(signing.filter((secret) => !/^(broker|vendor)-/.test(secret)).toSorted(byName)).toEqual([
      'anchor-key',
      'console-key',
      'risk-key',
      'scheduler-key',
    ]);
    const trusted = ['trusted-anchor', 'trusted-console', 'trusted-operator', 'trusted-risk', 'trusted-scheduler'];
    for (const { name, kind, secrets } of topology.services) {
      const mounted = secrets.map((secret) => secret.name).filter((secret) => secret.startsWith('trusted-'));
      expect([name, mounted.toSorted(byName)]).toEqual([name, kind === 'app' ? trusted : []]);
    }
    expect(text('modules/app.bicep')).toContain("AITRADER_OPERATOR_KEY: 'keyvault:${vaultUri}secrets/${service.name}-key'");
    for (const [, key] of text('secrets.sh').matchAll(/^for name in (.*); do/gm))
      expect(key?.split(' ').toSorted(byName)).toEqual(['anchor', 'console', 'operator', 'risk', 'scheduler']);
  });

  it('keeps the records of every home that has some beyond its container, and gives nobody else a way to them', () => {
    const keeping = topology.services.filter(({ needs }) => needs['records'] === true).map(({ name }) => name);
    expect(keeping).toEqual(['console', 'scheduler', 'retraining']);
    expect(topology.containers.find(({ container }) => container === 'records')?.services).toEqual(keeping);
    for (const module of ['modules/app.bicep', 'modules/job.bicep'])
      expect(text(module)).toContain("service.needs.records ? { AITRADER_HOME_KEPT: 'azure://${storageName}/records' } : {}");
    // whoever commands asks for readiness, which rests on them
    for (const { name, needs } of topology.services) if (needs['commands'] === true) expect(keeping).toContain(name);
  });

  it('lets a second copy stand by wherever there are two', () => {
    for (const { name, kind, per, scale, environment } of topology.services)
      if (kind === 'app' && per === 'account' && scale.replicasMin > 1)
        expect([name, environment['AITRADER_STANDBY']]).toEqual([name, '1']);
    expect(text('modules/app.bicep')).toContain('  service.environment,');
  });

  it('runs programs that are built and commands that there are', () => {
    for (const { name, arguments: words } of topology.services) {
      const [program = '', ...command] = words;
      expect([name, existsSync(path.join(root, program))]).toEqual([name, true]);
      if (command.length === 0) continue;
      // words before the first option or place are the command's name
      const known = command.slice(
        0,
        command.findIndex((word) => /^(--|@|azure:)/.test(word)),
      );
      const { status, stdout } = runNode([path.join(root, 'dist/cli.js'), ...known, '--help'], { stdio: 'pipe' });
      expect([name, status, stdout]).toEqual([name, 0, expect.stringContaining(`Usage: aitrader ${known.join(' ')}`)]);
    }
  });

  it('keeps anchors where nobody changes them, written by the one that anchors', () => {
    expect(topology.containers.filter(({ isImmutable }) => isImmutable)).toEqual([
      { container: 'anchors', isImmutable: true, services: ['anchor'] },
    ]);
  });
});

describe('a node of the bus', () => {
  const cloudInit = text('cloud-init.yaml');
  const written = new Map(
    (
      parse(cloudInit) as { readonly write_files: readonly { readonly path: string; readonly content: string }[] }
    ).write_files.map((file) => [file.path, file.content]),
  );

  it('runs the server that is released here, by its hash, and has acknowledged only what is on its disk', () => {
    expect(cloudInit).toContain(`nats-server-v${RELEASE.version}-linux-amd64`);
    expect(cloudInit).toContain(RELEASE.sha256['linux-amd64']);
    expect(written.get('/etc/nats/nats-server.conf')).toContain('sync_interval: always');
  });

  it('has every place filled in by the template', () => {
    const places = new Set([...cloudInit.matchAll(/@[A-Z_]+@/g)].map(([place]) => place));
    for (const place of places) expect(text('modules/bus.bicep')).toContain(`'${place}'`);
    expect(places.size).toBeGreaterThan(3);
  });

  it('is YAML without a doubt', () => {
    expect(parseDocument(cloudInit, { strict: true, uniqueKeys: true }).errors).toEqual([]);
    expect(parseDocument(text('collector.yaml'), { strict: true, uniqueKeys: true }).errors).toEqual([]);
  });
});

function byName(a: string | undefined, b: string | undefined): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
