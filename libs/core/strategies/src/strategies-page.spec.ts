import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { STRATEGY_CATALOGUE } from './index.ts';

const PAGE = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/strategies.md'), 'utf8');

/** The cells of the rows of a kind's table: parameter, bounds, default, meaning. */
function rowsOf(kind: string): readonly (readonly string[])[] {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${kind}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('the page of strategies', () => {
  it.each(Object.entries(STRATEGY_CATALOGUE))('tells every parameter of %s as it is', (kind, rules) => {
    const shown = (figure: number): string => figure.toLocaleString('en-US', { maximumFractionDigits: 6 });
    expect(rowsOf(kind)).toEqual(
      Object.entries(rules).map(([name, { what, usual, min, max, isWindow }]) => [
        `\`${name}\``,
        `${shown(min)} … ${shown(max)}`,
        String(usual),
        isWindow ? `${what} *` : what,
      ]),
    );
  });
});
