import type { MigrationInterface, QueryRunner } from 'typeorm';
import { factsOf, runAll } from './statements.ts';

const UP = [
  `CREATE TABLE market.symbols (
    run_id integer NOT NULL,
    symbol text NOT NULL,
    shard integer NOT NULL,
    PRIMARY KEY (run_id, symbol)
  )`,
  `CREATE TABLE market.bars (
    run_id integer NOT NULL,
    symbol text NOT NULL,
    t bigint NOT NULL,
    seq bigint NOT NULL,
    open double precision NOT NULL,
    high double precision NOT NULL,
    low double precision NOT NULL,
    close double precision NOT NULL,
    volume double precision NOT NULL,
    flags bigint NOT NULL,
    known_at bigint NOT NULL,
    PRIMARY KEY (run_id, symbol, t, seq)
  )`,
  `CREATE TABLE market.gaps (
    run_id integer NOT NULL,
    symbol text NOT NULL,
    t bigint NOT NULL,
    seq bigint NOT NULL,
    cause text NOT NULL,
    PRIMARY KEY (run_id, symbol, t, seq)
  )`,
  `CREATE TABLE market.corporate_actions (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    action_id text NOT NULL,
    kind text NOT NULL,
    symbol text NOT NULL,
    ex_at bigint NOT NULL,
    pay_at bigint NOT NULL,
    new_shares bigint NOT NULL,
    old_shares bigint NOT NULL,
    cash bigint NOT NULL,
    other text NOT NULL,
    PRIMARY KEY (run_id, seq, place)
  )`,
  'CREATE INDEX corporate_actions_of_symbol ON market.corporate_actions (run_id, symbol, ex_at)',
  ...factsOf(['market.symbols', 'market.bars', 'market.gaps', 'market.corporate_actions']),
];
const DOWN = ['DROP TABLE market.symbols, market.bars, market.gaps, market.corporate_actions'];

/** What runs saw of the market. */
export class MarketTables1764500000002 implements MigrationInterface {
  readonly name = 'MarketTables1764500000002';
  up = (runner: QueryRunner): Promise<void> => runAll(runner, UP);
  down = (runner: QueryRunner): Promise<void> => runAll(runner, DOWN);
}
