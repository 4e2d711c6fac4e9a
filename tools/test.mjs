// `npm test`: builds, lints and runs every suite. The last line is always `N passed, N failed`; the build and the lint count as one each.
import * as fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root, run, runNode, underOwnNode } from './run.mjs';
import { COUNTS_FILE } from './testing/count-reporter.mjs';

underOwnNode();

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'aitrader-test-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));
// An interrupt goes to the children as well; leaving through `exit` is what clears the scratch folder.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

const heading = (text) => console.log(`\n── ${text}`);

function step(name, status) {
  const passed = status === 0;
  console.log(passed ? 'ok' : `${name} FAILED`);
  return { name, passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, seconds: {} };
}

/** A suite that hangs is killed: the closing line must come. */
const SUITES_MS_MAX = 60 * 60_000;
const SLOWEST_SHOWN = 12;

/** Runs Jest and counts. A suite that does not even load counts as one failure; no counts at all, as one too. */
function suites(name, args) {
  const file = path.join(scratch, `${name.replaceAll(' ', '-')}.json`);
  const config = ['--config', path.join(root, 'jest.config.mjs'), '--passWithNoTests'];
  const reporters = ['--reporters', 'default', '--reporters', path.join(root, 'tools/testing/count-reporter.mjs')];
  process.env[COUNTS_FILE] = file;
  const { status } = run('jest', [...config, ...reporters, ...args], { timeoutMs: SUITES_MS_MAX });
  if (!fs.existsSync(file)) return { name, passed: 0, failed: 1, skipped: 0, seconds: {} };
  const { passed, failed, skipped, seconds } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return { name, passed, failed: failed === 0 && status !== 0 ? 1 : failed, skipped, seconds };
}

/** End-to-end suites that may share the machine. All others play a day as time passes, and a machine that is busy is late. */
const BY_NO_CLOCK = [
  'archive',
  'archive-memory',
  'bad-input',
  'bar-shapes',
  'bars-export',
  'bars-fetch',
  'calibrate',
  'fit',
  'fit-real-bars',
  'fit-reference',
  'later-configuration',
  'package',
  'pages',
  'parameters',
  'premarket',
  'refit',
  'sweep',
];

const startedAt = performance.now();
const results = [];
heading('build');
results.push(step('build', run('tsc', ['-b']).status || runNode([path.join(root, 'tools', 'bundle.mjs')]).status));
heading('lint');
results.push(step('lint', runNode([path.join(root, 'tools', 'lint.mjs')]).status));
heading('unit, property and integration tests');
const END_TO_END = '\\.e2e\\.spec\\.ts$';
const IGNORED = ['/node_modules/', '/dist/', END_TO_END];
results.push(suites('tests', ['--maxWorkers', '2', '--testPathIgnorePatterns', ...IGNORED]));
heading('end-to-end tests that go by no clock');
const byNoClock = `/(${BY_NO_CLOCK.join('|')})${END_TO_END}`;
results.push(suites('end-to-end tests by no clock', ['--maxWorkers', '2', '--testPathPatterns', byNoClock]));
heading('end-to-end tests that play time');
const others = ['--testPathIgnorePatterns', '/node_modules/', '/dist/', byNoClock];
results.push(suites('end-to-end tests that play time', ['--runInBand', '--testPathPatterns', END_TO_END, ...others]));

const total = (what) => results.reduce((sum, result) => sum + result[what], 0);
const ran = results.slice(2).reduce((sum, result) => sum + result.passed + result.failed, 0);
heading(`summary, ${Math.round((performance.now() - startedAt) / 1000)} s`);
for (const { name, passed, failed, skipped } of results)
  console.log(`${name}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
const slowest = results
  .flatMap(({ seconds }) => Object.entries(seconds))
  .toSorted(([, a], [, b]) => b - a)
  .slice(0, SLOWEST_SHOWN);
console.log(
  `longest suites: ${slowest.map(([suite, seconds]) => `${path.basename(suite)} ${Math.round(seconds)} s`).join(', ')}`,
);
if (ran === 0) console.log('no test ran');
console.log(`${total('passed')} passed, ${total('failed') + (ran === 0 ? 1 : 0)} failed`);
process.exitCode = total('failed') > 0 || ran === 0 ? 1 : 0;
