import { describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { breakingIn, isExpanding } from './expanding.ts';
import { MIGRATIONS } from './index.ts';

/** What a migration runs. */
async function statementsOf(Migration: (typeof MIGRATIONS)[number]): Promise<readonly string[]> {
  const statements: string[] = [];
  const query = (sql: string): Promise<void> => Promise.resolve(void statements.push(sql));
  await new Migration().up({ query } as unknown as QueryRunner);
  return statements;
}

describe('migrations', () => {
  it('that say that they only widen do', async () => {
    const widening = MIGRATIONS.filter(({ name }) => isExpanding(name));
    const found = await Promise.all(widening.map(async (Migration) => breakingIn(await statementsOf(Migration))));
    expect(found.flat()).toEqual([]);
  });

  it('that came first make tables, and are for programs that know them', async () => {
    expect(MIGRATIONS.map(({ name }) => name).filter(isExpanding)).toEqual([]);
    const [, second] = MIGRATIONS;
    expect((await statementsOf(second)).join('\n')).toContain('CREATE TABLE');
  });

  it.each([
    'ALTER TABLE trading.fills ADD COLUMN venue text',
    "ALTER TABLE trading.fills ADD COLUMN venue text NOT NULL DEFAULT 'XNAS', ADD COLUMN note text",
    'CREATE TABLE trading.notes (id bigint PRIMARY KEY, text text NOT NULL)',
    'CREATE INDEX CONCURRENTLY ON trading.fills (symbol)',
    'ALTER TABLE trading.fills ALTER COLUMN fee DROP NOT NULL',
    'GRANT SELECT ON trading.notes TO aitrader_console',
    'UPDATE trading.fills SET venue = market WHERE venue IS NULL',
  ])('leave the program before as it was by %s', (statement) => {
    expect(breakingIn([statement])).toEqual([]);
  });

  it.each([
    ['ALTER TABLE trading.fills DROP COLUMN fee', 'takes something away'],
    ['DROP TABLE trading.fills', 'takes something away'],
    ['ALTER TABLE trading.fills RENAME COLUMN fee TO cost', 'renames'],
    ['ALTER TABLE trading.fills ALTER COLUMN fee TYPE int', 'changes the type'],
    ['ALTER TABLE trading.fills ALTER COLUMN fee SET NOT NULL', 'wants what was left out'],
    ['ALTER TABLE trading.fills ADD COLUMN venue text NOT NULL', 'has no default'],
    ["ALTER TABLE trading.fills ADD COLUMN a text DEFAULT 'x', ADD venue text NOT NULL", 'has no default'],
    ['ALTER TABLE trading.fills ADD CONSTRAINT positive CHECK (quantity > 0)', 'holds rows against a rule'],
    ['CREATE UNIQUE INDEX ON trading.fills (symbol)', 'holds rows against a rule'],
    ['REVOKE INSERT ON trading.fills FROM aitrader_journal', 'takes a right away'],
    ['TRUNCATE trading.fills', 'takes rows away'],
  ])('break it by %s', (statement, words) => {
    expect(breakingIn([statement]).join('\n')).toContain(words);
  });
});
