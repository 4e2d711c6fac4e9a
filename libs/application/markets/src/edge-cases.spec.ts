import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const CASES = 23;

/** The rows of the table: the number of each case, and the tests that it names by file and words. */
const rows = readFileSync(path.join(ROOT, 'docs/edge-cases.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const tests = [...(cells[4] ?? '').matchAll(/`([^`]+)`|"([^"]+)"/g)].map(([, file, words]) => ({ file, words }));
    return { number: Number(cells[1]), tests };
  });

describe('the table of edge cases', () => {
  it('has every case once, in order', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: CASES }, (_, n) => n + 1));
  });

  it.each(rows)('names tests that are there: $number', ({ tests }) => {
    let text = '';
    let named = 0;
    for (const { file, words } of tests) {
      if (file !== undefined) text = readFileSync(path.join(ROOT, file), 'utf8');
      if (words === undefined) continue;
      expect(text).toContain(words);
      named++;
    }
    expect(named).toBeGreaterThan(0);
  });
});
