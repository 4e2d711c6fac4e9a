import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roleName } from '../roles.ts';
import { factsOf, runAll } from './statements.ts';

const UP = [
  'CREATE SCHEMA storage',
  `GRANT USAGE ON SCHEMA storage TO ${roleName('journal')}, ${roleName('console')}`,
  `CREATE TABLE backtest.sweeps (
    sweep_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    identity text NOT NULL,
    content text NOT NULL,
    file text,
    market text NOT NULL,
    code text NOT NULL,
    digest text NOT NULL,
    trials integer NOT NULL,
    dates text[] NOT NULL,
    overfitting double precision,
    loss double precision,
    reality_check double precision,
    superior_ability double precision,
    choice jsonb NOT NULL
  )`,
  'CREATE UNIQUE INDEX sweeps_of_identity ON backtest.sweeps (identity)',
  `CREATE TABLE backtest.sweep_results (
    sweep_id integer NOT NULL,
    trial integer NOT NULL,
    config_hash text NOT NULL,
    sets jsonb NOT NULL,
    digest text NOT NULL,
    signals integer NOT NULL,
    orders integer NOT NULL,
    denials integer NOT NULL,
    fills integer NOT NULL,
    start_equity bigint NOT NULL,
    end_equity bigint NOT NULL,
    total_return double precision NOT NULL,
    max_drawdown double precision NOT NULL,
    sharpe double precision NOT NULL,
    probabilistic_sharpe double precision,
    deflated_sharpe double precision,
    track_record_min double precision,
    returns double precision[] NOT NULL,
    PRIMARY KEY (sweep_id, trial)
  )`,
  'CREATE INDEX sweep_results_of_configuration ON backtest.sweep_results (config_hash)',
  `CREATE TABLE storage.archives (
    archive_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address text NOT NULL,
    catalogue_sha256 text NOT NULL,
    parts integer NOT NULL,
    bars bigint NOT NULL,
    bytes bigint NOT NULL,
    imports jsonb NOT NULL,
    actions jsonb NOT NULL
  )`,
  'CREATE UNIQUE INDEX archives_of_address ON storage.archives (address)',
  `CREATE TABLE storage.archive_parts (
    archive_id integer NOT NULL,
    version bigint NOT NULL,
    path text NOT NULL,
    is_joined boolean NOT NULL,
    sha256 text NOT NULL,
    bytes bigint NOT NULL,
    timeframe text NOT NULL,
    period text NOT NULL,
    adjustment text NOT NULL,
    imports integer[] NOT NULL,
    bars bigint NOT NULL,
    first_t bigint NOT NULL,
    last_t bigint NOT NULL,
    symbols text[] NOT NULL,
    counts bigint[] NOT NULL,
    is_read boolean NOT NULL,
    PRIMARY KEY (archive_id, version, path, is_joined)
  )`,
  ...factsOf(['backtest.sweeps', 'backtest.sweep_results', 'storage.archives', 'storage.archive_parts']),
  // an archive grows; nothing that is said of one of its files changes, but whether another is read in its place
  `GRANT UPDATE (catalogue_sha256, parts, bars, bytes, imports, actions) ON storage.archives TO ${roleName('journal')}`,
  `GRANT UPDATE (is_read) ON storage.archive_parts TO ${roleName('journal')}`,
];
const DOWN = [
  'DROP TABLE backtest.sweeps, backtest.sweep_results, storage.archives, storage.archive_parts',
  'DROP SCHEMA storage',
];

/** What was tried over the same bars, and what archives of bars consist of. */
export class SweepAndArchiveTables1764500000007 implements MigrationInterface {
  readonly name = 'SweepAndArchiveTables1764500000007';
  up = (runner: QueryRunner): Promise<void> => runAll(runner, UP);
  down = (runner: QueryRunner): Promise<void> => runAll(runner, DOWN);
}
