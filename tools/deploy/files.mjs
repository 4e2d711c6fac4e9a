// What a deployment's files say that follows from the code: which services there are, who may read which secret, how each is scaled
// (deploy/azure/topology.json), the rules of alerts as Azure has them (deploy/azure/alerts.json), and the dashboards of Grafana.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PRINCIPALS, STAGES, TOPOLOGY } from '@aitrader/contracts';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { root } from '../run.mjs';
import { dashboards } from './dashboards.mjs';

/** The exchange's hours, with time to come up before them and to finish after them: the platform has the time zone, and so the changes of its clock. */
const MARKET_HOURS = { timezone: 'America/New_York', start: '30 3 * * 1-5', end: '30 20 * * 1-5' };
const SHARDED_REPLICAS_MAX = 8;

/** One that works and one that stands by: which of them, the bus decides. */
const ALWAYS = { replicasMin: 2, replicasMax: 2, rule: null };
const ONE = { replicasMin: 1, replicasMax: 1, rule: null };
const BY_THE_CLOCK = { replicasMin: 1, replicasMax: SHARDED_REPLICAS_MAX, rule: MARKET_HOURS };

const NEEDS = {
  ...{ bars: false, orderKey: false, broker: false, vendor: false, database: false, anchors: false, operator: false },
  // it signs commands, with a key of its own; its home's records outlive its container
  ...{ commands: false, records: false },
};
const CLI = 'services/cli/bin/aitrader.mjs';

const service = (name, more) => ({
  name,
  kind: 'app',
  per: 'account',
  reads: [],
  writes: [],
  arguments: [`dist/${name}.js`],
  health: '/health',
  workload: 'Consumption',
  resources: { cpu: '0.5', memory: '1Gi' },
  scale: ONE,
  environment: {},
  ...more,
  needs: { ...NEEDS, ...more.needs },
});

/** A second copy waits for the first one to be gone, instead of ending. */
const STANDS_BY = { AITRADER_STANDBY: '1' };

const MORE_OF_STAGES = {
  ingest: { needs: { bars: true, vendor: true }, resources: { cpu: '1', memory: '2Gi' } },
  probability: { scale: BY_THE_CLOCK, resources: { cpu: '2', memory: '4Gi' } },
  strategy: { scale: BY_THE_CLOCK, resources: { cpu: '1', memory: '2Gi' } },
  risk: {
    scale: ALWAYS,
    environment: STANDS_BY,
    needs: { orderKey: true },
    workload: 'orders',
    resources: { cpu: '1', memory: '2Gi' },
  },
  execution: {
    scale: ALWAYS,
    environment: STANDS_BY,
    needs: { broker: true },
    workload: 'orders',
    resources: { cpu: '1', memory: '2Gi' },
  },
  scanner: {},
};

const stages = STAGES.map((name) =>
  service(name, {
    per: TOPOLOGY[name].per,
    reads: [...new Set(TOPOLOGY[name].reads.map(({ fact }) => fact))],
    writes: TOPOLOGY[name].writes,
    ...MORE_OF_STAGES[name],
  }),
);
const others = [
  service('journal', { needs: { database: true } }),
  service('console', {
    isWeb: true,
    needs: { database: true, operator: true, commands: true, records: true },
    health: '/',
    resources: { cpu: '1', memory: '2Gi' },
  }),
  // a command, which listens on no port; where it ends, it is begun again
  service('anchor', { arguments: [CLI, 'anchor', '@RUN@', '--follow'], health: null, needs: { anchors: true, operator: true } }),
  service('scheduler', {
    needs: { database: true, operator: true, commands: true, records: true },
    environment: { AITRADER_SCHEDULER_HOST: '0.0.0.0', AITRADER_SCHEDULE: '/secrets/schedule.json' },
  }),
];
const job = (name, argumentsOf, resources, needs = {}) =>
  service(name, {
    kind: 'job',
    arguments: [CLI, ...argumentsOf],
    needs: { database: true, operator: true, ...needs },
    resources,
  });
/** The archive of bars; the template puts in whose storage. */
const BARS = 'azure://@STORAGE@/bars';
const jobs = [
  job('retraining', ['learn', '--bars', BARS], { cpu: '4', memory: '8Gi' }, { records: true }),
  job('compaction', ['bars', 'compact', BARS], { cpu: '2', memory: '4Gi' }),
  job('sweep', ['sweep', '--grid', '/secrets/grid.json', '--bars', BARS], { cpu: '4', memory: '8Gi' }),
];

/** Secrets that are mounted as files. */
const mounted = ({ name, kind, needs }) => [
  // who is none of the bus's principals reads as an operator does
  ...(PRINCIPALS.includes(name) && kind === 'app' ? [{ name: `bus-key-${name}`, path: 'bus.nk' }] : []),
  ...(needs.operator ? [{ name: 'bus-key-operator', path: 'operator.nk' }] : []),
  { name: 'bus-tls-ca', path: 'ca.pem' },
  // jobs hear nobody's commands
  ...(kind === 'job'
    ? []
    : [
        { name: 'trusted-risk', path: 'trusted/risk.pub' },
        { name: 'trusted-operator', path: 'trusted/operators/operator.pub' },
        { name: 'trusted-scheduler', path: 'trusted/operators/schedule.pub' },
        { name: 'trusted-anchor', path: 'trusted/anchors.pub' },
        // the template mounts it once more under the name of each person who may command at the console
        { name: 'trusted-console', path: 'trusted/console.pub' },
      ]),
  ...(name === 'scheduler' ? [{ name: 'schedule', path: 'schedule.json' }] : []),
  ...(name === 'sweep' ? [{ name: 'sweep-grid', path: 'grid.json' }] : []),
];

/** Secrets that a service asks the vault for by itself. */
const asked = ({ name, needs, isWeb }) => [
  ...(needs.commands ? [`${name}-key`] : []),
  ...(needs.orderKey ? ['risk-key'] : []),
  ...(needs.broker ? ['broker-key-id', 'broker-secret-key'] : []),
  ...(needs.vendor ? ['vendor-key-id', 'vendor-secret-key'] : []),
  ...(needs.anchors ? ['anchor-key'] : []),
  ...(isWeb ? ['console-client-secret'] : []),
];

function topology() {
  const services = [...stages, ...others, ...jobs].map((one) => ({ ...one, secrets: mounted(one) }));
  const readers = new Map();
  for (const one of services)
    for (const secret of [...one.secrets.map(({ name }) => name), ...asked(one)])
      readers.set(secret, [...(readers.get(secret) ?? []), one.name]);
  return {
    services,
    secrets: [...readers].map(([secret, names]) => ({ secret, services: names })),
    busSecrets: ['bus-accounts', 'bus-tls-certificate', 'bus-tls-key', 'bus-tls-ca'],
    containers: [
      { container: 'bars', isImmutable: false, services: ['ingest', 'compaction', 'retraining', 'sweep'] },
      { container: 'reports', isImmutable: false, services: ['scheduler', 'sweep', 'retraining'] },
      { container: 'backups', isImmutable: false, services: ['scheduler'] },
      // none of them replaces what it has not seen: each upload is on that condition
      {
        container: 'records',
        isImmutable: false,
        services: services.filter(({ needs }) => needs.records).map(({ name }) => name),
      },
      { container: 'anchors', isImmutable: true, services: ['anchor'] },
    ],
  };
}

const SEVERITY = { page: 1, warn: 2, note: 3, none: 4 };
/** `30s` as ISO 8601 has it. */
const duration = (text = '0s') => `PT${text.toUpperCase()}`;

function alerts() {
  const { groups } = parse(readFileSync(path.join(root, 'deploy/observability/alerts.yml'), 'utf8'));
  return {
    groups: groups.map(({ name, rules }) => ({
      name,
      rules: rules.map(({ alert, expr, for: lasting, labels, annotations }) => ({
        alert,
        expression: expr,
        for: duration(lasting),
        severity: SEVERITY[labels.severity],
        labels,
        annotations,
      })),
    })),
  };
}

/** Files that are made, by their path from the project's folder. */
export async function deploymentFiles() {
  const contents = {
    'deploy/azure/topology.json': topology(),
    'deploy/azure/alerts.json': alerts(),
    ...Object.fromEntries(
      Object.entries(dashboards()).map(([name, one]) => [`deploy/observability/grafana/dashboards/${name}.json`, one]),
    ),
  };
  const options = await resolveConfig(path.join(root, 'package.json'));
  const files = Object.entries(contents).map(async ([file, content]) => [
    file,
    await format(JSON.stringify(content), { ...options, filepath: file }),
  ]);
  return Object.fromEntries(await Promise.all(files));
}
