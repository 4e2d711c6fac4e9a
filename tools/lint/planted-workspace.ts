import * as fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../run.mjs';
import { SCOPES, type Probe } from './probes.ts';

const PREFIX = 'aitrader-probes-';
const COPIED = [
  'package.json',
  'package-lock.json',
  'nx.json',
  '.oxlintrc.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'tools/lint/plugin.mjs',
];

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags: readonly string[] };
}
const tagged = (name: string, layer: string, scope: string, dependencies: readonly string[] = []): Manifest => ({
  name: `@aitrader/${name}`,
  dependencies: Object.fromEntries(dependencies.map((one) => [`@aitrader/${one}`, '0.1.0'])),
  nx: { tags: [`layer:${layer}`, `scope:${scope}`] },
});
/** Packages that exist only in the copy, for constraints that the real workspace has no example of. */
const EXTRA: Readonly<Record<string, Manifest>> = {
  'libs/adapters/probe-shared': tagged('adapter-probe-shared', 'adapter', 'shared'),
  ...Object.fromEntries(
    SCOPES.map((scope) => [`libs/adapters/probe-${scope}`, tagged(`adapter-probe-${scope}`, 'adapter', scope)]),
  ),
  'services/probe-risk': tagged('service-probe-risk', 'app', 'risk'),
  'libs/runtime/probe-untagged': { name: '@aitrader/probe-untagged' },
  'libs/core/probe-loop-a': tagged('core-probe-loop-a', 'core', 'shared', ['core-probe-loop-b']),
  'libs/core/probe-loop-b': tagged('core-probe-loop-b', 'core', 'shared', ['core-probe-loop-a']),
};

const readJson = <T>(file: string): T => JSON.parse(fs.readFileSync(file, 'utf8')) as T;

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

/** Adds a package without its sources. Its dependencies go too: they would make a boundary probe fail as a cycle instead. */
function addPackage(copy: string, folder: string, manifest: Manifest, tsconfig: string): void {
  const exports = {
    '.': { '@aitrader/source': './src/index.ts', default: './dist/index.js' },
    './package.json': './package.json',
  };
  write(
    path.join(copy, folder, 'package.json'),
    JSON.stringify({ version: '0.1.0', private: true, type: 'module', exports, ...manifest }),
  );
  write(path.join(copy, folder, 'tsconfig.json'), tsconfig);
  write(path.join(copy, folder, 'src', 'index.ts'), 'export const anything = 1;\n');
  const link = path.join(copy, 'node_modules', manifest.name);
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.symlinkSync(path.join(copy, folder), link, 'junction');
}

/** Links every installed package but the workspace's own, which must be the copies. */
function linkModules(root: string, copy: string): void {
  const [from, to] = [path.join(root, 'node_modules'), path.join(copy, 'node_modules')];
  fs.mkdirSync(to);
  for (const name of fs.readdirSync(from)) {
    if (name !== '@aitrader' && !name.startsWith('.')) fs.symlinkSync(path.join(from, name), path.join(to, name), 'junction');
  }
}

/** Copies that a killed run left behind; a copy's name carries the process that owns it. */
function sweep(): void {
  for (const name of fs.readdirSync(os.tmpdir()).filter((one) => one.startsWith(PREFIX))) {
    try {
      process.kill(Number(name.slice(PREFIX.length).split('-')[0]), 0);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) continue;
      fs.rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true });
    }
  }
}

/** A copy of the workspace without its sources, outside the checkout, so that nothing planted is ever seen by anyone else. */
export function copyWorkspace(root: string): string {
  sweep();
  const copy = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `${PREFIX}${process.pid}-`)));
  linkModules(root, copy);
  for (const file of COPIED) write(path.join(copy, file), fs.readFileSync(path.join(root, file), 'utf8'));
  const { workspaces } = readJson<{ workspaces: string[] }>(path.join(root, 'package.json'));
  for (const found of fs.globSync(
    workspaces.map((folder) => `${folder}/package.json`),
    { cwd: root },
  )) {
    const folder = path.dirname(found);
    const { dependencies: _, ...manifest } = readJson<Manifest>(path.join(root, found));
    addPackage(copy, folder, manifest, fs.readFileSync(path.join(root, folder, 'tsconfig.json'), 'utf8'));
  }
  const anyCore = fs.readFileSync(path.join(root, 'libs/core/risk/tsconfig.json'), 'utf8');
  for (const [folder, manifest] of Object.entries(EXTRA)) addPackage(copy, folder, manifest, anyCore);
  return copy;
}

interface Report {
  readonly diagnostics: readonly { readonly code?: string; readonly message: string; readonly filename: string }[];
}
/** Plants every probe and lints them all in one run. The answer maps each file to the rules that reported it. */
export function lintPlanted(copy: string, probes: readonly Probe[]): ReadonlyMap<string, ReadonlySet<string>> {
  const graph = run('nx', ['show', 'projects'], { cwd: copy, stdio: 'pipe' });
  if (graph.status !== 0) throw new Error(`no project graph: ${graph.stdout}${graph.stderr}`);
  for (const { file, source } of probes) write(path.join(copy, file), source);
  const { stdout, stderr } = run('oxlint', ['--format', 'json'], { cwd: copy, stdio: 'pipe' });
  const start = stdout.indexOf('{');
  if (start < 0) throw new Error(`oxlint reported nothing: ${stdout}${stderr}`);
  const report = JSON.parse(stdout.slice(start)) as Report;
  const found = new Map<string, Set<string>>();
  for (const { code, message, filename } of report.diagnostics) {
    const rule = code ?? (message.startsWith('Unused') ? 'unused-directive' : message);
    const file = path.relative(copy, path.resolve(copy, filename)).replaceAll(path.sep, '/');
    found.set(file, (found.get(file) ?? new Set()).add(rule));
  }
  return found;
}
