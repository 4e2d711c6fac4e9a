// `npm run lint`: every static check, each on a line of its own; exit code 1 when any of them found something.
import * as fs from 'node:fs'; // not by name: an older Node must get as far as starting the project's own
import path from 'node:path';
import { GRAPH_MISSING, graphFile, silencedRules } from './lint/checks.mjs';
import { root, run, underOwnNode } from './run.mjs';

underOwnNode();

const piped = { stdio: 'pipe' };
const failed = (output) => ({ ok: false, output });
const outcome = ({ status, stdout, stderr }) => ({ ok: status === 0, output: stdout + stderr });

/** Folders of the workspace's packages. */
const packages = () => {
  const { workspaces } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  return fs.globSync(
    workspaces.map((folder) => `${folder}/package.json`),
    { cwd: root },
  );
};

/** The boundary rule reads Nx's cached graph: absent, it is skipped in silence, and stale, it misses new packages. So: rebuild it. */
function projectGraph() {
  const shown = run('nx', ['show', 'projects', '--json'], piped);
  if (shown.status !== 0) return outcome(shown);
  const known = JSON.parse(shown.stdout).length;
  const expected = packages().length;
  if (known !== expected) return failed(`Nx knows ${known} projects, but package.json lists ${expected}.`);
  if (!fs.existsSync(graphFile(root))) return failed('Nx left no project graph behind.');
  return { ok: true, output: '' };
}

function rules() {
  const { ok, output } = outcome(run('oxlint', [], piped));
  return { ok: ok && !output.includes(GRAPH_MISSING), output };
}

const SOURCES = '{libs,contracts,services,tools,web}/**/*.{ts,tsx,mjs}';
function silencing() {
  const files = fs.globSync(SOURCES, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**', 'tools/lint/**'] });
  const problems = files.flatMap((file) => silencedRules(file, fs.readFileSync(path.join(root, file), 'utf8')));
  return { ok: problems.length === 0, output: problems.join('\n') };
}

const specTypes = () => outcome(run('tsc', ['-p', 'tools', '--pretty', 'false'], piped));
const layout = () =>
  outcome(run('prettier', ['--check', '--log-level', 'warn', '--cache', '--cache-strategy', 'content', '.'], piped));

/** @type {readonly (readonly [name: string, check: () => { ok: boolean, output: string }])[]} */
const CHECKS = [
  ['project graph', projectGraph],
  ['rules and boundaries (oxlint)', rules],
  ['silenced rules', silencing],
  ['types of specs and tools (tsc)', specTypes],
  ['layout (prettier)', layout],
];

const results = CHECKS.map(([name, check]) => {
  const startedAt = performance.now();
  const { ok, output } = check();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name}, ${seconds} s`);
  if (!ok) console.log(output.trimEnd());
  return ok;
});
process.exit(results.every(Boolean) ? 0 : 1);
