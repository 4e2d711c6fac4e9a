import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const PACKAGE = 'libs/core/strategies';
const BLOCK = /^```(ts|diff) (\S+)\n([\s\S]*?)^```$/gm;
const MINUTES = 5 * 60_000;

/** The blocks of the guide that are files, or changes of files, in their order. */
const blocks = [...readFileSync(path.join(ROOT, 'docs/adding-a-strategy.md'), 'utf8').matchAll(BLOCK)].map(
  ([, kind = '', file = '', text = '']) => ({ kind, file, text }),
);

let folder: string;
const at = (file: string): string => path.join(folder, file);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'guide-'));
  for (const file of [PACKAGE, 'docs/strategies.md', 'tsconfig.base.json', 'package.json', 'jest.config.mjs'])
    cpSync(path.join(ROOT, file), at(file), {
      recursive: true,
      filter: (source) => !/\/(?:dist|node_modules)(?:\/|$)/.test(source),
    });
  symlinkSync(path.join(ROOT, 'node_modules'), at('node_modules'));
  for (const { kind, file, text } of blocks) if (kind === 'ts') write(file, text);
  for (const { kind, file, text } of blocks) if (kind === 'diff') change(file, text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(at(file)), { recursive: true });
  writeFileSync(at(file), text);
}

/** Puts the lines with a plus behind the line that stands before them, or before the one that follows where none does. */
function change(file: string, diff: string): void {
  const lines = readFileSync(at(file), 'utf8').split('\n');
  const changes = diff.split('\n').slice(0, -1);
  const first = changes.find((line) => !line.startsWith('+')) ?? '';
  let place = lines.indexOf(first.slice(1)) - 1;
  for (const line of changes) {
    if (line.startsWith('+')) lines.splice((place += 1), 0, line.slice(1));
    else place = lines.indexOf(line.slice(1));
    expect([line, place >= 0]).toEqual([line, true]);
  }
  writeFileSync(at(file), lines.join('\n'));
}

/** Runs a command in the folder, and returns what it says where it failed. */
function failureOf(command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}\n${stderr}`;
}

describe('the guide to adding a strategy', () => {
  it('has a file for the strategy and its test, and changes of the registry, of the properties and of the page', () => {
    expect(blocks.map(({ kind, file }) => `${kind} ${path.basename(file)}`)).toEqual([
      'ts far-close.ts',
      'diff registry.ts',
      'ts far-close.spec.ts',
      'diff every-kind.property.spec.ts',
      'diff strategies.md',
    ]);
  });

  it(
    'builds, word for word',
    () => {
      const config = { extends: './tsconfig.base.json', compilerOptions: { noEmit: true, composite: false, incremental: false } };
      writeFileSync(at('tsconfig.guide.json'), JSON.stringify({ ...config, include: [`${PACKAGE}/src/registry.ts`] }));
      expect(failureOf(path.join(ROOT, 'node_modules/.bin/tsc'), '-p', 'tsconfig.guide.json')).toBe('');
    },
    MINUTES,
  );

  it(
    'passes its own test, what every kind must keep, and the page that is held against it',
    () => {
      const jest = path.join(ROOT, 'node_modules/jest/bin/jest.js');
      const files = ['far-close', 'strategies-page', 'every-kind'].map((name) => `${PACKAGE}/src/.*${name}`);
      const only = ['--testNamePattern', 'far close|far-close|far from', '--testPathPatterns', ...files];
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['--experimental-vm-modules', jest, '--rootDir', folder, '--config', at('jest.config.mjs'), '--runInBand', ...only],
        { cwd: folder, encoding: 'utf8' },
      );
      expect([status, status === 0 ? '' : `${stdout}\n${stderr}`]).toEqual([0, '']);
      expect(Number(/Tests: +.*?(\d+) passed/.exec(stderr)?.[1])).toBeGreaterThan(9);
    },
    MINUTES,
  );
});
