import * as fs from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { root, run } from '../run.mjs';
import { GRAPH_MISSING, graphFile, silencedRules } from './checks.mjs';
import { copyWorkspace } from './planted-workspace.ts';

const disable = (rest: string): string => `const a = 1;\n// oxlint-disable${rest}\n`;

describe('silencing a rule', () => {
  it('takes its name and a reason', () => {
    expect(
      silencedRules('libs/runtime/bus/src/a.ts', disable('-next-line eslint/eqeqeq -- null and undefined are one here')),
    ).toEqual([]);
  });
  it.each(['', '-next-line', '-next-line eslint/eqeqeq', '-line eslint/eqeqeq --', ' -- because'])(
    'is refused as "%s"',
    (rest) => {
      expect(silencedRules('libs/runtime/bus/src/a.ts', disable(rest))).toHaveLength(1);
    },
  );
  it('is never allowed for the rules of the core', () => {
    const text = disable('-next-line aitrader/no-cast -- it would be so easy');
    expect(silencedRules('libs/core/risk/src/a.ts', text)).toHaveLength(1);
    expect(silencedRules('services/risk/src/a.ts', text)).toEqual([]);
  });
});

describe('the boundary rule', () => {
  it('skips itself without a project graph, and says so in the words that the lint looks for', () => {
    const copy = copyWorkspace(root);
    try {
      expect(fs.existsSync(graphFile(copy))).toBe(false);
      const { stdout, stderr } = run('oxlint', [], { cwd: copy, stdio: 'pipe' });
      expect(stdout + stderr).toContain(GRAPH_MISSING);
    } finally {
      fs.rmSync(copy, { recursive: true, force: true });
    }
  });
});
