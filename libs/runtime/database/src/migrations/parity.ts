import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runAll, standingOf } from './statements.ts';

const UP = [
  `CREATE TABLE analytics.daily_parity (
    run_id integer NOT NULL,
    cause text NOT NULL,
    differences integer NOT NULL,
    cost bigint NOT NULL,
    replayed_by text NOT NULL,
    against_bars boolean NOT NULL,
    PRIMARY KEY (run_id, cause)
  )`,
  ...standingOf(['analytics.daily_parity']),
];
const DOWN = ['DROP TABLE analytics.daily_parity'];

/** What runs differ in from their replays. */
export class ParityTables1764500000006 implements MigrationInterface {
  readonly name = 'ParityTables1764500000006';
  up = (runner: QueryRunner): Promise<void> => runAll(runner, UP);
  down = (runner: QueryRunner): Promise<void> => runAll(runner, DOWN);
}
