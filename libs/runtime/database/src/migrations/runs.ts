import type { MigrationInterface, QueryRunner } from 'typeorm';
import { factsOf, runAll, standingOf } from './statements.ts';

const UP = [
  `CREATE TABLE journal.positions (
    run_id integer NOT NULL,
    last_seq bigint NOT NULL,
    PRIMARY KEY (run_id)
  )`,
  `CREATE TABLE trading.runs (
    run_id integer NOT NULL GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    manifest_hash text NOT NULL,
    kind text NOT NULL,
    created_at bigint NOT NULL,
    code_version text NOT NULL,
    code_hash text NOT NULL,
    node_version text NOT NULL,
    shards integer NOT NULL,
    timeframe text NOT NULL,
    config_hash text NOT NULL,
    config jsonb NOT NULL,
    sources jsonb NOT NULL,
    from_t bigint NOT NULL,
    to_t bigint NOT NULL,
    follows text,
    PRIMARY KEY (run_id)
  )`,
  'CREATE UNIQUE INDEX runs_of_name ON trading.runs (name, manifest_hash)',
  `CREATE TABLE trading.equity (
    run_id integer NOT NULL,
    t bigint NOT NULL,
    seq bigint NOT NULL,
    cash bigint NOT NULL,
    equity bigint NOT NULL,
    gross bigint NOT NULL,
    reserved bigint NOT NULL,
    realised bigint NOT NULL,
    equity_peak bigint NOT NULL,
    drawdown_ppm bigint NOT NULL,
    trading_state text NOT NULL,
    PRIMARY KEY (run_id, t)
  )`,
  `CREATE TABLE trading.halts (
    run_id integer NOT NULL,
    trip_id text NOT NULL,
    kind text NOT NULL,
    t bigint NOT NULL,
    by_whom text NOT NULL,
    reason text NOT NULL,
    value bigint NOT NULL,
    limit_value bigint NOT NULL,
    last_t bigint NOT NULL,
    last_seq bigint NOT NULL,
    PRIMARY KEY (run_id, trip_id)
  )`,
  `CREATE TABLE trading.breaks (
    run_id integer NOT NULL,
    break_id text NOT NULL,
    kind text NOT NULL,
    symbol text,
    about text,
    of_run text,
    quantity bigint NOT NULL,
    cash bigint NOT NULL,
    since bigint NOT NULL,
    deadline bigint NOT NULL,
    last_t bigint NOT NULL,
    last_seq bigint NOT NULL,
    PRIMARY KEY (run_id, break_id)
  )`,
  `CREATE TABLE trading.operator_actions (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    t bigint NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    reason text NOT NULL,
    by_operator boolean NOT NULL,
    details jsonb NOT NULL,
    PRIMARY KEY (run_id, seq, place)
  )`,
  `CREATE TABLE trading.forecasts (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    t bigint NOT NULL,
    law text NOT NULL,
    horizon text NOT NULL,
    until_t bigint NOT NULL,
    equity bigint NOT NULL,
    quantiles bigint[] NOT NULL,
    shortfall bigint NOT NULL,
    parts jsonb NOT NULL,
    PRIMARY KEY (run_id, seq, place)
  )`,
  `CREATE TABLE trading.forecast_outcomes (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    t bigint NOT NULL,
    horizon text NOT NULL,
    made_at bigint NOT NULL,
    change bigint NOT NULL,
    PRIMARY KEY (run_id, seq, place)
  )`,
  ...factsOf(['trading.runs', 'trading.equity', 'trading.operator_actions', 'trading.forecasts', 'trading.forecast_outcomes']),
  ...standingOf(['journal.positions', 'trading.halts', 'trading.breaks']),
];
const DOWN = [
  'DROP TABLE trading.runs, journal.positions, trading.equity, trading.halts, trading.breaks, trading.operator_actions, trading.forecasts, trading.forecast_outcomes',
];

/** Runs, how far each is projected, and how their accounts stood. */
export class RunTables1764500000001 implements MigrationInterface {
  readonly name = 'RunTables1764500000001';
  up = (runner: QueryRunner): Promise<void> => runAll(runner, UP);
  down = (runner: QueryRunner): Promise<void> => runAll(runner, DOWN);
}
