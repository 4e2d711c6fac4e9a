import * as fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../run.mjs';
import { architectureProblems, packagesOf } from './architecture.mjs';

const page = fs.readFileSync(path.join(root, 'docs', 'architecture.md'), 'utf8');
const packages = packagesOf(root);

describe('the table of packages in docs/architecture.md', () => {
  it('has a row for every package, and says what each may import', () => {
    expect(packages.length).toBeGreaterThan(20);
    expect(architectureProblems(page, packages)).toEqual([]);
  });

  it('is found wrong without a row, with one too many, and with a wrong one', () => {
    const without = page.replace(/^\| `libs\/core\/risk`.*\n/m, '');
    expect(architectureProblems(without, packages)).toEqual(['libs/core/risk has no row']);
    const extra = [...packages, { folder: 'libs/core/new-idea', layer: 'core' }];
    expect(architectureProblems(page, extra)).toEqual(['libs/core/new-idea has no row']);
    expect(
      architectureProblems(
        page,
        packages.filter(({ folder }) => folder !== 'libs/core/risk'),
      ),
    ).toEqual(['there is no package libs/core/risk']);
    const lying = page.replace(/^(\| `libs\/core\/risk`.*\| )model, core( *\|)$/m, '$1all above$2');
    expect(architectureProblems(lying, packages)).toEqual(['libs/core/risk may import model, core, not "all above"']);
  });
});
