import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildIfStale } from '../bin/build.mjs';

/** Stands in for the compiler: notes that it was called, and makes what the launcher looks for. */
const COMPILER = `
const fs = require('node:fs'), path = require('node:path');
const root = process.argv[3];
fs.appendFileSync(path.join(root, 'calls'), process.argv[2] + '\\n');
if (fs.existsSync(path.join(root, 'broken'))) { console.log('x.ts(1,1): error TS1'); process.exit(2); }
`;
/** Stands in for what joins the compiler's output. */
const BUNDLER = `
import fs from 'node:fs';
import path from 'node:path';
const root = path.resolve(import.meta.dirname, '..');
if (fs.existsSync(path.join(root, 'torn'))) { console.error('no such part'); process.exit(1); }
fs.mkdirSync(path.join(root, 'dist'), { recursive: true });
fs.writeFileSync(path.join(root, 'dist/cli.js'), '');
`;

const SOURCES = [
  'libs/core/one/src/a.ts',
  'libs/core/one/src/deep/b.ts',
  'services/cli/src/main.ts',
  'web/console/src/page.tsx',
  'web/console/src/style.css',
  'tsconfig.json',
  'package-lock.json',
  'tools/bundle.mjs',
];

describe('the launcher, before it starts the command line', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'build-'));
    for (const folder of ['libs/core/one/src/deep', 'contracts/src', 'services/cli/src', 'web/console/src'])
      mkdirSync(at(folder), { recursive: true });
    for (const file of SOURCES) write(file, file === 'tools/bundle.mjs' ? BUNDLER : '');
    write('node_modules/@typescript/native/bin/tsc', COMPILER);
    const folders = ['libs/core/one/src/deep', 'libs/core/one/src', 'contracts/src', 'services/cli/src', 'web/console/src'];
    earlier(...folders, ...SOURCES);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const at = (name: string): string => path.join(root, name);
  const write = (name: string, content = ''): void => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
  };
  const start = (): string | undefined => buildIfStale(root, process.execPath);
  const calls = (): number => (existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').trim().split('\n').length : 0);
  const changedAt = (ms: number, names: readonly string[]): void => {
    for (const name of names) utimesSync(at(name), new Date(ms), new Date(ms));
  };
  /** Makes a change happen well after, or before, all that is done here. */
  const later = (...names: string[]): void => changedAt(Date.now() + 60_000, names);
  const earlier = (...names: string[]): void => changedAt(Date.now() - 60_000, names);

  it('builds what was never built, and no more as long as no source changes', () => {
    expect([start(), start(), start()]).toEqual([undefined, undefined, undefined]);
    expect(calls()).toBe(1);
  });

  it.each(SOURCES)('builds again after an edit of %s', (file) => {
    start();
    later(file);
    start();
    expect(calls()).toBe(2);
  });

  it('builds again when a source came, went or was renamed', () => {
    start();
    renameSync(at('libs/core/one/src/deep/b.ts'), at('libs/core/one/src/deep/c.ts'));
    later('libs/core/one/src/deep');
    start();
    expect(calls()).toBe(2);
  });

  it('does not build for specs, notes, and what was built or installed', () => {
    for (const file of ['libs/core/one/src/a.spec.ts', 'libs/core/one/README.md', 'libs/core/one/dist/a.ts']) write(file);
    write('libs/core/one/node_modules/x/src/a.ts');
    earlier('libs/core/one/src');
    start();
    later(
      'libs/core/one/src/a.spec.ts',
      'libs/core/one/README.md',
      'libs/core/one/dist/a.ts',
      'libs/core/one/node_modules/x/src',
    );
    start();
    expect(calls()).toBe(1);
  });

  it('says what the compiler says when it fails, and tries again the next time', () => {
    write('broken');
    expect(start()).toContain('x.ts(1,1): error TS1');
    expect(start()).toContain('x.ts(1,1): error TS1');
    rmSync(at('broken'));
    expect([start(), start()]).toEqual([undefined, undefined]);
    expect(calls()).toBe(3);
  });

  it('says what joining the parts says when it fails', () => {
    write('torn');
    expect(start()).toContain('no such part');
    rmSync(at('torn'));
    expect([start(), start()]).toEqual([undefined, undefined]);
  });

  it('leaves an installed copy alone, which has no compiler', () => {
    rmSync(at('node_modules'), { recursive: true });
    expect(start()).toBeUndefined();
    expect(existsSync(at('dist'))).toBe(false);
  });
});
