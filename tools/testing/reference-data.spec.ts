import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as fs from 'node:fs';
import path from 'node:path';
import { leaveOut, referencePath } from './reference-data.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe('reference data', () => {
  const before = { ...process.env };
  let warnings: unknown[][] = [];
  beforeEach(() => {
    warnings = [];
    jest.spyOn(console, 'warn').mockImplementation((...words) => void warnings.push(words));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.env = { ...before };
  });

  it('lies beside the checkout', () => {
    expect(path.dirname(referencePath())).toBe(path.dirname(ROOT));
  });

  it('that is missing is named, and fails no test, in CI or elsewhere', () => {
    for (const CI of ['true', '']) {
      process.env = { ...before, CI, AITRADER_REFERENCE: '' };
      leaveOut('the figures of a paper', '/nowhere/paper.json');
    }
    expect(warnings).toEqual(Array(2).fill(['left out, for want of /nowhere/paper.json: the figures of a paper']));
  });

  it('that is missing fails where it is required', () => {
    process.env = { ...before, AITRADER_REFERENCE: 'required' };
    expect(() => leaveOut('the figures of a paper', '/nowhere/paper.json')).toThrow('/nowhere/paper.json');
  });

  it('is required by our own script, but not where GitHub runs it; no test asks for CI by itself', () => {
    const script = fs.readFileSync(path.join(ROOT, '.ci/run'), 'utf8');
    expect(script).toContain('if [ -z "${GITHUB_ACTIONS:-}" ]; then export AITRADER_REFERENCE=required; fi');
    const sources = fs.globSync('{libs,contracts,services,tools}/**/*.ts', {
      cwd: ROOT,
      exclude: ['**/node_modules/**', '**/dist/**', 'tools/testing/**'],
    });
    expect(sources.length).toBeGreaterThan(100);
    const asking = sources.filter((file) =>
      /process\.env(?:\.CI\b|\['CI'\])/.test(fs.readFileSync(path.join(ROOT, file), 'utf8')),
    );
    expect(asking).toEqual([]);
  });
});
