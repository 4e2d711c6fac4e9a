/** A file planted into a copy of the workspace, and the rules that must report it, and no others. */
export interface Probe {
  readonly title: string;
  readonly file: string;
  readonly source: string;
  readonly rules: readonly string[];
}

const BOUNDARY = '@nx(enforce-module-boundaries)';
const CYCLE = 'import(no-cycle)';
const GLOBAL = 'eslint(no-restricted-globals)';
const IMPORT = 'eslint(no-restricted-imports)';

let count = 0;
/** Every probe gets a file name of its own, so that none can hide behind another. */
const plant = (folder: string, title: string, source: string, rules: readonly string[], ending = '.ts'): Probe => ({
  title,
  file: `${folder}/src/probe-${++count}${ending}`,
  source: `${source}\n`,
  rules,
});

const CORE = 'libs/core/risk';
const RUNTIME = 'libs/runtime/bus';
const inCore = (title: string, source: string, ...rules: readonly string[]): Probe =>
  plant(CORE, `core: ${title}`, source, rules);
const inRuntime = (title: string, source: string, ...rules: readonly string[]): Probe =>
  plant(RUNTIME, `runtime: ${title}`, source, rules);

// ── Layers: each may import what its row lists, and nothing else.

interface Layer {
  readonly folder: string;
  /** another package of the same layer */
  readonly sibling: string | undefined;
  readonly imported: string;
  readonly mayImport: readonly string[];
}
const LAYERS: Readonly<Record<string, Layer>> = {
  model: { folder: 'libs/model', sibling: undefined, imported: '@aitrader/model', mayImport: [] },
  core: { folder: CORE, sibling: '@aitrader/core-numeric', imported: '@aitrader/core-risk', mayImport: ['model', 'core'] },
  contracts: { folder: 'contracts', sibling: undefined, imported: '@aitrader/contracts', mayImport: ['model'] },
  runtime: {
    folder: RUNTIME,
    sibling: '@aitrader/runtime-telemetry',
    imported: '@aitrader/runtime-bus',
    mayImport: ['model', 'contracts', 'runtime'],
  },
  adapters: {
    folder: 'libs/adapters/bar-files',
    sibling: '@aitrader/adapter-probe-shared',
    imported: '@aitrader/adapter-bar-files',
    mayImport: ['model', 'contracts', 'runtime', 'adapters'],
  },
  application: {
    folder: 'libs/application/recordings',
    sibling: '@aitrader/application-markets',
    imported: '@aitrader/application-recordings',
    mayImport: ['model', 'core', 'contracts', 'runtime', 'adapters', 'application'],
  },
  services: {
    folder: 'services/risk',
    sibling: '@aitrader/service-execution',
    imported: '@aitrader/service-risk',
    mayImport: ['model', 'core', 'contracts', 'runtime', 'adapters', 'application'],
  },
};

const layerProbes = Object.entries(LAYERS).flatMap(([from, source]) =>
  Object.entries(LAYERS).flatMap(([to, target]) => {
    const imported = from === to ? target.sibling : target.imported;
    if (imported === undefined) return [];
    const may = source.mayImport.includes(to);
    const title = `${from} ${may ? 'may' : 'may not'} import ${from === to ? `other ${to}` : to}`;
    return [plant(source.folder, title, `export { anything } from '${imported}';`, may ? [] : [BOUNDARY])];
  }),
);

/** Each scope belongs to the service of its name; what no service owns is `shared`. */
export const SCOPES = ['ingest', 'probability', 'strategy', 'risk', 'execution', 'scanner', 'cli'] as const;

const importing = (name: string): string => `export { anything } from '@aitrader/${name}';`;
const scopeProbes = SCOPES.flatMap((scope, index) => {
  const other = SCOPES[(index + 1) % SCOPES.length];
  const service = `services/${scope}`;
  return [
    plant(service, `${scope} may import an adapter of its own`, importing(`adapter-probe-${scope}`), []),
    plant(service, `${scope} may import a shared adapter`, importing('adapter-probe-shared'), []),
    plant(service, `${scope} may not import an adapter of ${other}`, importing(`adapter-probe-${other}`), [BOUNDARY]),
  ];
});

const boundaryProbes = [
  ...layerProbes,
  ...scopeProbes,
  plant('libs/adapters/bar-files', 'what is shared may not import what is owned', importing('adapter-probe-risk'), [BOUNDARY]),
  plant('services/risk', 'a service may not import another of its own scope', importing('service-probe-risk'), [BOUNDARY]),
  plant('contracts', 'contracts may not import core types either', "export type { X } from '@aitrader/core-risk';", [BOUNDARY]),
  plant(CORE, 'a core spec may not import contracts', "export { x } from '@aitrader/contracts';", [BOUNDARY], '.spec.ts'),
  plant(CORE, 'core may not reach into another package', "export { x } from '../../numeric/src/index.ts';", [BOUNDARY]),
  ...[CORE, RUNTIME, 'contracts', 'libs/application/markets', 'services/risk'].flatMap((folder) => {
    const up = '../'.repeat(folder.split('/').length + 1);
    const source = `export { leaveOut } from '${up}tools/testing/reference-data.ts';`;
    return [
      plant(folder, `${folder} may not import what specs share`, source, [IMPORT]),
      plant(folder, `a spec of ${folder} may import what specs share`, source, [], '.spec.ts'),
    ];
  }),
  plant(
    CORE,
    'a core spec may not reach into the tools',
    "export { x } from '../../../../tools/lint/probes.ts';",
    [BOUNDARY],
    '.spec.ts',
  ),
  plant('services/risk', 'a service may not reach into another', "export { x } from '../../execution/src/index.ts';", [BOUNDARY]),
  plant('services/risk', 'a service may not load another later', "export const x = import('@aitrader/service-execution');", [
    BOUNDARY,
  ]),
  plant('services/cli', 'the command line may not import a service', "export { x } from '@aitrader/service-risk';", [BOUNDARY]),
  plant('services/risk', 'risk may not import a broker', "export { x } from '@aitrader/adapter-probe-execution';", [BOUNDARY]),
  plant('services/cli', 'the command line may not import a broker', "export { x } from '@aitrader/adapter-probe-execution';", [
    BOUNDARY,
  ]),
  plant('services/execution', 'execution may import a broker', "export { x } from '@aitrader/adapter-probe-execution';", []),
  plant('libs/runtime/probe-untagged', 'a package without tags may import nothing', "export { x } from '@aitrader/model';", [
    BOUNDARY,
  ]),
  plant('services/risk', 'nobody may import a package without tags', "export { x } from '@aitrader/probe-untagged';", [BOUNDARY]),
  plant('libs/core/probe-loop-a', 'packages may not form a cycle', "export { x } from '@aitrader/core-probe-loop-b';", [
    BOUNDARY,
  ]),
];

const cycleProbes: readonly Probe[] = [
  {
    title: 'two files in a cycle',
    file: `${CORE}/src/cycle-a.ts`,
    source: "import { b } from './cycle-b.ts';\nexport const a = (): number => b();\n",
    rules: [CYCLE],
  },
  {
    title: 'two files in a cycle, seen from the other',
    file: `${CORE}/src/cycle-b.ts`,
    source: "import { a } from './cycle-a.ts';\nexport const b = (): number => a();\n",
    rules: [CYCLE],
  },
  {
    title: 'a cycle of types',
    file: `${CORE}/src/types-a.ts`,
    source: "import type { B } from './types-b.ts';\nexport type A = { b: B | null };\n",
    rules: [CYCLE],
  },
  {
    title: 'a cycle of types, seen from the other',
    file: `${CORE}/src/types-b.ts`,
    source: "import type { A } from './types-a.ts';\nexport type B = { a: A | null };\n",
    rules: [CYCLE],
  },
  {
    title: 'a line of files',
    file: `${CORE}/src/line-a.ts`,
    source: "import { b } from './line-b.ts';\nexport const a = (): number => b() + 1;\n",
    rules: [],
  },
  {
    title: 'the end of a line of files',
    file: `${CORE}/src/line-b.ts`,
    source: 'export const b = (): number => 1;\n',
    rules: [],
  },
];

// ── The core is the same on every host.

/** What a host adds to the language, and what in the language depends on the host. */
const HOST_GLOBALS = [
  ...['Date', 'Temporal', 'Intl', 'performance', 'process', 'console', 'crypto', 'fetch', 'WebSocket', 'Buffer', 'require'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Promise', 'WeakRef', 'FinalizationRegistry'],
  ...['SharedArrayBuffer', 'Atomics', 'globalThis'],
];

const inReleased = (name: string, source: string, ...rules: readonly string[]): Probe => ({
  title: `a released version may${rules.length === 0 ? '' : ' not'} import ${name}`,
  file: `contracts/src/released/probe-${++count}.ts`,
  source: `${source}\n`,
  rules,
});

const releasedProbes = [
  inReleased('zod and its neighbours', "export { z } from 'zod';\nexport type { Message } from './released-version.ts';"),
  inReleased("today's schemas", "export { SCHEMAS } from '../schemas.ts';", IMPORT),
  inReleased("today's units", "export { ticker } from '../wire-units.ts';", IMPORT),
  inReleased("today's units from where it may look up", "export { ticker } from './../wire-units.ts';", IMPORT),
  inReleased('the model', "export { REGIMES } from '@aitrader/model';", IMPORT),
  inReleased('types of the model', "export type { Regime } from '@aitrader/model';", IMPORT),
];

const coreProbes = [
  inCore('npm packages', "export { Injectable } from '@nestjs/common';", IMPORT),
  inCore('node modules', "export { readFileSync } from 'node:fs';", IMPORT),
  inCore('node modules without the prefix', "export { readFileSync } from 'fs';", IMPORT),
  plant('libs/model', 'model: node modules', "export { readFileSync } from 'node:fs';", [IMPORT]),
  plant(
    CORE,
    'core specs may import what they test with',
    "export { readFileSync } from 'node:fs';\nexport { property } from 'fast-check';",
    [],
    '.spec.ts',
  ),
  plant('contracts', 'contracts may import zod and ajv', "export { z } from 'zod';\nexport { Ajv } from 'ajv';", []),
  plant('contracts', 'contracts may not import anything else', "export { Injectable } from '@nestjs/common';", [IMPORT]),
  ...HOST_GLOBALS.map((name) => inCore(name, `export const x = (): unknown => ${name};`, GLOBAL)),
  ...['Date.now()', 'new Date()', "new Intl.NumberFormat('en')", 'Promise.resolve(1)'].map((use) =>
    inCore(use, `export const x = (): unknown => ${use};`, GLOBAL),
  ),
  inCore('an alias of the clock', 'const Clock = Date;\nexport const x = (): unknown => new Clock();', GLOBAL),
  plant('libs/model', 'model: the clock', 'export const x = (): number => Date.now();', [GLOBAL]),
  plant(CORE, 'core specs may look at the clock', 'export const x = (): number => Date.now();', [], '.spec.ts'),
  inRuntime('the clock is fine', 'export const x = (): number => Date.now();'),

  ...['Math.random()', 'Math.exp(1)', 'Math.log(2)', 'Math.pow(2, 0.5)', 'Math.sin(1)', "Math['exp'](1)", 'Math.hypot(1, 2)'].map(
    (use) => inCore(use, `export const x = (): unknown => ${use};`, 'aitrader(exact-math)'),
  ),
  inCore(
    'an approximated function taken out of Math',
    'const { log1p } = Math;\nexport const x = log1p;',
    'aitrader(exact-math)',
  ),
  inCore('a power', 'export const x = (a: number): number => a ** 0.5;', 'aitrader(exact-math)'),
  inCore(
    'a power in place',
    'export const x = (a: number): number => {\n  let b = a;\n  b **= 2;\n  return b;\n};',
    'aitrader(exact-math)',
  ),
  inCore(
    'exact arithmetic is fine',
    'export const x = (a: number): number => Math.sqrt(Math.abs(Math.round(a))) * 10 ** 6 * Math.PI;',
  ),
  inCore('a power of two is fine', 'export const x = (a: number): number => a * 2 ** -32;'),
  inCore('a power of big integers is fine', 'export const x = (a: bigint): bigint => a ** 2n;'),
  plant('libs/core/numeric', 'numeric may approximate', 'export const x = (a: number): number => Math.exp(a) ** 0.5;', []),
  plant('libs/core/numeric', 'numeric may not draw lots', 'export const x = (): number => Math.random();', [
    'eslint(no-restricted-properties)',
  ]),

  inCore('toLocaleString', 'export const x = (a: number): string => a.toLocaleString();', 'aitrader(no-locale)'),
  inCore('localeCompare', 'export const x = (a: string): number => a.localeCompare(a);', 'aitrader(no-locale)'),
  inCore('async', 'export const x = async (f: () => PromiseLike<number>): Promise<number> => await f();', 'aitrader(no-async)'),
  inCore('dynamic import', "export const x = (): unknown => import('./index.ts');", 'aitrader(no-async)'),
  inCore('a class', 'export class Gate {\n  readonly limit = 1;\n}', 'aitrader(no-class)'),
  inCore('an error class is fine', 'export class GateError extends RangeError {\n  readonly limit = 1;\n}'),
  inCore('a cast', 'export const x = (a: unknown): number => a as number;', 'aitrader(no-cast)'),
  inCore('a cast in two steps', 'export const x = (a: bigint): number => a as unknown as number;', 'aitrader(no-cast)'),
  inCore('a cast in angle brackets', 'export const x = (a: unknown): number => <number>a;', 'aitrader(no-cast)'),
  inCore('as const is fine', "export const x = ['a', 'b'] as const;"),
  inCore('satisfies is fine', 'export const x = { a: 1 } satisfies Record<string, number>;'),
  plant('libs/model', 'the constructors of the model may cast', 'export const x = (a: unknown): number => a as number;', []),
  inCore('a variable of the module', 'let calls = 0;\nexport const x = (): number => ++calls;', 'aitrader(no-module-state)'),
  inCore(
    'a cache of the module',
    'const cache = new Map<string, number>();\nexport const x = (): number => cache.size;',
    'aitrader(no-module-state)',
  ),
  inCore('a table of the module is fine', "export const x: ReadonlyMap<string, number> = new Map([['a', 1]]);"),
];

// ── Everywhere.

const long = (lines: number): string => Array.from({ length: lines }, (_, i) => `  sum += ${i};`).join('\n');
const adding = (lines: number): string => `export function add(): number {\n  let sum = 0;\n${long(lines)}\n  return sum;\n}`;

const everywhereProbes = [
  inRuntime('any', 'export const x = (a: any): number => (a === 1 ? 1 : 2);', 'typescript(no-explicit-any)'),
  inRuntime('an any that JSON.parse let in', "export const x = JSON.parse('1');", 'typescript(no-unsafe-assignment)'),
  inRuntime('JSON.parse into unknown is fine', "export const x: unknown = JSON.parse('1');"),
  inRuntime(
    'a non-null assertion',
    'export const x = (a: readonly number[]): number => a[0]!;',
    'typescript(no-non-null-assertion)',
  ),
  inRuntime('export *', "export * from './index.ts';", 'aitrader(no-export-all)'),
  inRuntime('a default export', 'export default 1;', 'import(no-default-export)'),
  inRuntime('console', "export const x = (): void => console.log('x');", 'eslint(no-console)'),
  plant('contracts', 'contracts: console', "export const x = (): void => console.log('x');", ['eslint(no-console)']),
  plant('services/risk', 'services: console', "export const x = (): void => console.log('x');", ['eslint(no-console)']),
  plant('services/cli', 'the command line may print', "export const x = (): void => console.log('x');", []),
  inRuntime('var', 'export const x = (): number => {\n  var a = 1;\n  a = 2;\n  return a;\n};', 'eslint(no-var)'),
  inRuntime(
    'a variable that never changes',
    'export const x = (): number => {\n  let a = 1;\n  return a;\n};',
    'eslint(prefer-const)',
  ),
  inRuntime(
    'an any as an argument',
    "export const x = (f: (a: number) => void): void => f(JSON.parse('1'));",
    'typescript(no-unsafe-argument)',
  ),
  inRuntime('an any that is called', "export const x = (): void => void JSON.parse('1')();", 'typescript(no-unsafe-call)'),
  inRuntime(
    'a property of an any',
    "export const x = (): void => void JSON.parse('1').a;",
    'typescript(no-unsafe-member-access)',
  ),
  inRuntime('an any that is returned', "export const x = (): number => JSON.parse('1');", 'typescript(no-unsafe-return)'),
  inRuntime('code in a string', "export const x = (): unknown => setTimeout('x()', 1);", 'typescript(no-implied-eval)'),
  inRuntime('eval', "export const x = (): unknown => eval('1');", 'eslint(no-eval)'),
  inRuntime('new Function', "export const x = new Function('return 1');", 'eslint(no-new-func)', 'typescript(no-implied-eval)'),
  inRuntime('a loose comparison', 'export const x = (a: unknown): boolean => a == 1;', 'eslint(eqeqeq)'),
  inRuntime(
    'a floating promise',
    'export const x = (f: () => Promise<void>): void => {\n  f();\n};',
    'typescript(no-floating-promises)',
  ),
  inRuntime(
    'a promise as a condition',
    'export const x = (f: () => Promise<boolean>): number => (f() ? 1 : 2);',
    'typescript(no-misused-promises)',
  ),
  inRuntime('a thrown string', "export const x = (): never => {\n  throw 'no';\n};", 'typescript(only-throw-error)'),
  inRuntime(
    'a switch that forgets a case',
    "export function x(a: 'b' | 'c'): number {\n  switch (a) {\n    case 'b':\n      return 1;\n  }\n  return 2;\n}",
    'typescript(switch-exhaustiveness-check)',
  ),
  inRuntime('a silenced compiler', '// @ts-ignore because\nexport const x: number = 1;', 'typescript(ban-ts-comment)'),
  inRuntime(
    'a directive that silences nothing',
    '// oxlint-disable-next-line eslint/eqeqeq -- no reason\nexport const x = 1;',
    'unused-directive',
  ),
  inRuntime('a long function', adding(80), 'eslint(max-lines-per-function)'),
  inRuntime('a function of a fair size', adding(60)),
  plant(RUNTIME, 'the length of a spec is its own affair', adding(80), [], '.spec.ts'),
  inRuntime('a long file', Array.from({ length: 401 }, (_, i) => `export const x${i} = ${i};`).join('\n'), 'eslint(max-lines)'),
  {
    title: 'a file called helpers',
    file: `${RUNTIME}/src/date-helpers.ts`,
    source: 'export const x = 1;\n',
    rules: ['aitrader(no-vague-name)'],
  },
  {
    title: 'a folder called common',
    file: `${RUNTIME}/src/common/clock.ts`,
    source: 'export const x = 1;\n',
    rules: ['aitrader(no-vague-name)'],
  },
  {
    title: 'a file in camel case',
    file: `${RUNTIME}/src/busClock.ts`,
    source: 'export const x = 1;\n',
    rules: ['unicorn(filename-case)'],
  },
  plant(
    RUNTIME,
    'a test that is focused',
    "import { expect, it } from '@jest/globals';\nit.only('adds', () => expect(1).toBe(1));",
    ['jest(no-focused-tests)'],
    '.spec.ts',
  ),
  plant(
    RUNTIME,
    'a test that is switched off',
    "import { expect, it } from '@jest/globals';\nit.skip('adds', () => expect(1).toBe(1));",
    ['jest(no-disabled-tests)'],
    '.spec.ts',
  ),
  plant(
    RUNTIME,
    'a test that expects nothing',
    "import { it } from '@jest/globals';\nit('adds', () => {});",
    ['jest(expect-expect)'],
    '.spec.ts',
  ),
  plant(
    RUNTIME,
    'an honest test',
    "import { expect, it } from '@jest/globals';\nit('adds', () => expect(1 + 1).toBe(2));",
    [],
    '.spec.ts',
  ),
];

export const PROBES: readonly Probe[] = [
  ...boundaryProbes,
  ...cycleProbes,
  ...coreProbes,
  ...releasedProbes,
  ...everywhereProbes,
];
