import type { QueryRunner } from 'typeorm';
import { roleName } from '../roles.ts';

const [JOURNAL, CONSOLE] = [roleName('journal'), roleName('console')];

/** Runs statements one after the other, in the transaction of the migration. */
export async function runAll(runner: QueryRunner, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await runner.query(statement);
}

/** Tables that rows are added to and nobody changes. */
export const factsOf = (tables: readonly string[]): readonly string[] => [
  `GRANT SELECT, INSERT ON ${tables.join(', ')} TO ${JOURNAL}`,
  `GRANT SELECT ON ${tables.join(', ')} TO ${CONSOLE}`,
];

/** Tables whose rows say how something stands. */
export const standingOf = (tables: readonly string[]): readonly string[] => [
  `GRANT SELECT, INSERT, UPDATE ON ${tables.join(', ')} TO ${JOURNAL}`,
  `GRANT SELECT ON ${tables.join(', ')} TO ${CONSOLE}`,
];
