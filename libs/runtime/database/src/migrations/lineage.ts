import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roleName } from '../roles.ts';
import { factsOf, runAll, standingOf } from './statements.ts';

const VIEWS = ['trading.edges', 'analytics.performance', 'analytics.calibration', 'backtest.runs'];

const UP = [
  'CREATE SCHEMA analytics',
  'CREATE SCHEMA backtest',
  `GRANT USAGE ON SCHEMA analytics, backtest TO ${roleName('journal')}, ${roleName('console')}`,
  `CREATE TABLE market.slices (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    t bigint NOT NULL,
    shard integer NOT NULL,
    known_at bigint NOT NULL,
    feed text NOT NULL,
    absent text NOT NULL,
    bars integer NOT NULL,
    revisions integer NOT NULL,
    PRIMARY KEY (run_id, seq)
  )`,
  'CREATE INDEX slices_of_interval ON market.slices (run_id, t)',
  `CREATE TABLE market.vendors (
    run_id integer NOT NULL,
    place integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    shape text NOT NULL,
    adjustment text NOT NULL,
    PRIMARY KEY (run_id, place)
  )`,
  `CREATE TABLE market.sessions (
    run_id integer NOT NULL,
    trade_date text NOT NULL,
    opens_at bigint,
    closes_at bigint,
    last_t bigint NOT NULL,
    PRIMARY KEY (run_id, trade_date)
  )`,
  `CREATE TABLE trading.state_slices (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    t bigint NOT NULL,
    shard integer NOT NULL,
    PRIMARY KEY (run_id, seq)
  )`,
  'CREATE INDEX state_slices_of_interval ON trading.state_slices (run_id, t)',
  // what signals of a strategy had earned so far, as risk held it against each of them
  `CREATE VIEW trading.edges AS
  SELECT run_id, decided.seq, t, strategy, symbol, signal_id, gate, value, limit_value, unit, comparison, is_order
  FROM (
    SELECT gates.*, signal_id, true AS is_order FROM trading.order_gates gates JOIN trading.orders USING (run_id, seq, place)
    UNION ALL
    SELECT gates.*, signal_id, false FROM trading.denial_gates gates JOIN trading.denials USING (run_id, seq, place)
  ) decided JOIN (SELECT run_id, signal_id, t, strategy, symbol FROM trading.signals) signals USING (run_id, signal_id)
  WHERE gate LIKE 'EDGE%'`,
  // an account's date: from its first interval to its last
  `CREATE VIEW analytics.performance AS
  WITH days AS (
    SELECT run_id, (journal.instant(t) AT TIME ZONE 'America/New_York')::date AS date, t, equity, realised, drawdown_ppm, gross FROM trading.equity
  ), traded AS (
    SELECT run_id, (journal.instant(t) AT TIME ZONE 'America/New_York')::date AS date, count(*) AS fills, sum(fee)::bigint AS fees,
      sum(abs(cash_flow))::bigint AS turnover
    FROM trading.standing_fills GROUP BY 1, 2
  )
  SELECT run_id, date, (array_agg(equity ORDER BY t))[1] AS equity_first, (array_agg(equity ORDER BY t DESC))[1] AS equity_last,
    (array_agg(realised ORDER BY t DESC))[1] AS realised_last, max(drawdown_ppm) AS drawdown_ppm_max, max(gross) AS gross_max,
    coalesce(max(fills), 0) AS fills, coalesce(max(fees), 0) AS fees, coalesce(max(turnover), 0) AS turnover
  FROM days LEFT JOIN traded USING (run_id, date) GROUP BY run_id, date`,
  // how much of what came the central 95 % held, by the states' own count of it, and how many forecasts that rests on
  `CREATE VIEW analytics.calibration AS
  SELECT run_id, symbol, model, regime, count(*) AS states, avg(coverage95_ppm)::bigint AS coverage95_ppm, max(scored) AS scored
  FROM trading.states WHERE scored > 0 GROUP BY run_id, symbol, model, regime`,
  `CREATE VIEW backtest.runs AS SELECT * FROM trading.runs WHERE kind IN ('backtest', 'replay')`,
  ...factsOf(['market.slices', 'market.vendors', 'trading.state_slices']),
  ...standingOf(['market.sessions']),
  `GRANT SELECT ON ${VIEWS.join(', ')} TO ${roleName('journal')}, ${roleName('console')}`,
];
const DOWN = [
  `DROP VIEW ${VIEWS.join(', ')}`,
  'DROP TABLE market.slices, market.vendors, market.sessions, trading.state_slices',
  'DROP SCHEMA backtest',
  'DROP SCHEMA analytics',
];

/** What leads from a fill back to the vendor, and views that sum up. */
export class LineageTables1764500000005 implements MigrationInterface {
  readonly name = 'LineageTables1764500000005';
  up = (runner: QueryRunner): Promise<void> => runAll(runner, UP);
  down = (runner: QueryRunner): Promise<void> => runAll(runner, DOWN);
}
