// `npm run audit`: the packages that the product runs with, held against the registry's advisories. A finding of `moderate` or worse fails, unless
// deploy/security/audit-exceptions.json names it, why it does no harm here, and until when: an exception that has run out fails, too.
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { findings, problemsOf } from './deploy/audit.mjs';
import { environment, root } from './run.mjs';

const file = path.join(root, 'deploy/security/audit-exceptions.json');
const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: root, encoding: 'utf8', env: environment() });
const problems = problemsOf(findings(stdout), JSON.parse(readFileSync(file, 'utf8')), new Date().toISOString().slice(0, 10));
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? 'no finding' : `${problems.length} findings`);
process.exitCode = problems.length === 0 ? 0 : 1;
