import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ROLES, roleName } from '../roles.ts';
import { runAll } from './statements.ts';

const SCHEMAS = ['market', 'trading'];
const USERS = `${roleName('journal')}, ${roleName('console')}`;

/** Where nobody made them before, for somebody to let them in later. */
const roleMade = (name: string): string =>
  `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name} NOLOGIN; END IF; END $$`;

const UP = [
  ...ROLES.filter((role) => role !== 'owner').map((role) => roleMade(roleName(role))),
  ...SCHEMAS.map((schema) => `CREATE SCHEMA ${schema}`),
  'REVOKE ALL ON SCHEMA public FROM PUBLIC',
  `GRANT USAGE ON SCHEMA ${SCHEMAS.join(', ')}, journal TO ${USERS}`,
  `GRANT SELECT ON journal.migrations TO ${USERS}`,
  `CREATE FUNCTION journal.instant(ms bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN to_timestamp(ms / 1000.0)`,
];
// roles are the server's, not the database's: they stay
const DOWN = [
  'DROP FUNCTION journal.instant(bigint)',
  `REVOKE ALL ON journal.migrations FROM ${USERS}`,
  `REVOKE USAGE ON SCHEMA journal FROM ${USERS}`,
  'GRANT USAGE ON SCHEMA public TO PUBLIC',
  ...SCHEMAS.toReversed().map((schema) => `DROP SCHEMA ${schema}`),
];

/** The schemas, and who may look into them. */
export class Schemas1764500000000 implements MigrationInterface {
  readonly name = 'Schemas1764500000000';
  up = (runner: QueryRunner): Promise<void> => runAll(runner, UP);
  down = (runner: QueryRunner): Promise<void> => runAll(runner, DOWN);
}
