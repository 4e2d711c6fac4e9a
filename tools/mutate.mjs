// Mutation testing: breaks a package's code in one place at a time, and looks whether its tests notice.
//   npm run mutate -- libs/core/risk [--sample 60] [--seed 1] [--file gates]
// Works on a copy of the package. Prints every break that no test noticed, and the share that was.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'acorn';
import { node, root, underOwnNode } from './run.mjs';

underOwnNode();

const MUTANT_MS_MAX = 300_000;
/** What an operator may be mistaken for. */
const OPERATORS = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' }, seed: { type: 'string', default: '1' }, file: { type: 'string', default: '' } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error('error: name the folder of a package, such as libs/core/risk');
  process.exit(2);
}

const source = path.join(root, folder, 'src');
const files = readdirSync(source, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && name.includes(values.file))
  .sort();
const all = files.flatMap((file) => mutantsOf(file, readFileSync(path.join(source, file), 'utf8')));
const mutants = sampled(all, Number(values.sample ?? all.length), Number(values.seed));
console.log(`${folder}: ${files.length} files, ${all.length} places to break, ${mutants.length} tried`);

const survived = [];
let tried = 0;
const queue = mutants.values();
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
const noticed = tried - survived.length;
console.log(`${noticed} of ${tried} noticed (${((100 * noticed) / Math.max(1, tried)).toFixed(0)} %)`);

/** All breaks of a file: where, and what stands there instead. */
function mutantsOf(file, text) {
  const found = [];
  const add = (start, end, by) => {
    const line = text.slice(0, start).split('\n').length;
    found.push({ file, line, start, end, by, what: `${text.slice(start, end).trim()} → ${by}` });
  };
  walk(parse(stripTypeScriptTypes(text), { ecmaVersion: 'latest', sourceType: 'module' }), (node) => {
    if (node.type === 'BinaryExpression' || node.type === 'LogicalExpression') {
      const at = text.indexOf(node.operator, node.left.end);
      for (const by of OPERATORS[node.operator] ?? []) if (at < node.right.start) add(at, at + node.operator.length, by);
    } else if (node.type === 'Literal' && typeof node.value === 'boolean') add(node.start, node.end, String(!node.value));
    else if (node.type === 'Literal' && typeof node.value === 'number') add(node.start, node.end, String(node.value + 1));
    else if (node.type === 'UnaryExpression' && node.operator === '!') add(node.start, node.start + 1, '');
    else if (node.type === 'ExpressionStatement' && node.expression.type === 'CallExpression') add(node.start, node.end, ';');
    else if (node.type === 'IfStatement') add(node.test.start, node.test.end, 'false');
  });
  return found;
}

function walk(node, see) {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) return node.forEach((one) => walk(one, see));
  if (typeof node.type === 'string') see(node);
  for (const key of Object.keys(node)) if (key !== 'type') walk(node[key], see);
}

/** So many of them, the same ones for a seed. */
function sampled(list, size, seed) {
  let state = seed >>> 0;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  return list
    .map((one) => [random(), one])
    .sort(([a], [b]) => a - b)
    .slice(0, size)
    .map(([, one]) => one);
}

async function worker() {
  const copy = mkdtempSync(path.join(tmpdir(), 'aitrader-mutants-'));
  try {
    for (const name of ['tools', 'jest.config.mjs', 'package.json', 'tsconfig.base.json', folder])
      cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
    symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
    for (const mutant of queue) {
      const name = path.join(copy, folder, 'src', mutant.file);
      const text = readFileSync(name, 'utf8');
      writeFileSync(name, text.slice(0, mutant.start) + mutant.by + text.slice(mutant.end));
      if (await survives(copy)) {
        survived.push(mutant);
        console.log(`not noticed  ${mutant.file}:${mutant.line}  ${mutant.what}`);
      }
      writeFileSync(name, text);
      tried += 1;
      if (tried % 10 === 0) console.log(`${tried - survived.length} of ${tried} noticed so far`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Whether no test of the package in a copy notices. The quick ones are asked first. */
async function survives(copy) {
  const isProperty = 'property\\.spec';
  return (
    (await passes(copy, ['--testPathIgnorePatterns', isProperty])) && (await passes(copy, ['--testPathPatterns', isProperty]))
  );
}

/** Whether some tests all pass. One that hangs was noticed. */
function passes(copy, which) {
  return new Promise((resolve) => {
    const child = spawn(node, ['tools/jest.mjs', folder, ...which, '--bail', '--runInBand', '--silent', '--passWithNoTests'], {
      cwd: copy,
      stdio: 'ignore',
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), MUTANT_MS_MAX);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}
