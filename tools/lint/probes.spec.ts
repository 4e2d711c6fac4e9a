import * as fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copyWorkspace, lintPlanted } from './planted-workspace.ts';
import { PROBES } from './probes.ts';

const root = path.resolve(import.meta.dirname, '..', '..');

describe('planted violations', () => {
  let copy: string | undefined;
  let found: ReadonlyMap<string, ReadonlySet<string>> = new Map();

  beforeAll(() => {
    copy = copyWorkspace(root);
    found = lintPlanted(copy, PROBES);
  });
  afterAll(() => {
    if (copy !== undefined) fs.rmSync(copy, { recursive: true, force: true });
  });

  const [legal, illegal] = [PROBES.filter(({ rules }) => rules.length === 0), PROBES.filter(({ rules }) => rules.length > 0)];
  const rulesOf = (file: string): readonly string[] => [...(found.get(file) ?? [])].toSorted();

  it.each(illegal)('are reported: $title', ({ file, rules }) => {
    expect(rulesOf(file)).toEqual([...rules].toSorted());
  });
  it.each(legal)('are told from what is legal: $title', ({ file }) => {
    expect(rulesOf(file)).toEqual([]);
  });
});
