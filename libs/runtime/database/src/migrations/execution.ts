import type { MigrationInterface, QueryRunner } from 'typeorm';
import { factsOf, runAll } from './statements.ts';

const UP = [
  `CREATE TABLE trading.order_events (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    t bigint NOT NULL,
    order_id text NOT NULL,
    symbol text NOT NULL,
    leg text NOT NULL,
    kind text NOT NULL,
    remaining bigint NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (run_id, seq, place)
  )`,
  'CREATE INDEX order_events_of_order ON trading.order_events (run_id, order_id)',
  `CREATE TABLE trading.fills (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    fill_id text NOT NULL,
    t bigint NOT NULL,
    order_id text NOT NULL,
    symbol text NOT NULL,
    leg text NOT NULL,
    side text NOT NULL,
    quantity bigint NOT NULL,
    price bigint NOT NULL,
    fee bigint NOT NULL,
    kind text NOT NULL,
    amends text,
    pessimistic boolean NOT NULL,
    PRIMARY KEY (run_id, seq, place)
  )`,
  'CREATE INDEX fills_of_symbol ON trading.fills (run_id, symbol, t)',
  'CREATE INDEX fills_of_id ON trading.fills (run_id, fill_id)',
  `CREATE TABLE trading.requests (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    t bigint NOT NULL,
    cause bigint NOT NULL,
    kind text NOT NULL,
    request_id text NOT NULL,
    order_id text,
    leg text,
    symbol text,
    side text,
    quantity bigint,
    limit_price bigint,
    stop_price bigint,
    about text,
    broker_id text,
    PRIMARY KEY (run_id, seq, place)
  )`,
  'CREATE INDEX requests_of_id ON trading.requests (run_id, request_id)',
  `CREATE TABLE trading.reports (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    t bigint NOT NULL,
    kind text NOT NULL,
    symbol text,
    request text,
    broker_id text,
    successor text,
    filled bigint,
    open bigint,
    execution_id text,
    execution_quantity bigint,
    execution_price bigint,
    execution_fee bigint,
    amends text,
    cash bigint,
    equity bigint,
    held jsonb,
    word text,
    raw text,
    PRIMARY KEY (run_id, seq, place)
  )`,
  'CREATE INDEX reports_of_request ON trading.reports (run_id, request)',
  // an amendment names the fill by its first id or by that of its latest correction: the last of each chain is what stands
  `CREATE VIEW trading.standing_fills AS
  WITH RECURSIVE chain (run_id, first_id, fill_id, seq, place) AS (
    SELECT run_id, fill_id, fill_id, seq, place FROM trading.fills WHERE kind = 'execution'
    UNION ALL
    SELECT later.run_id, chain.first_id, later.fill_id, later.seq, later.place
    FROM chain JOIN trading.fills later ON later.run_id = chain.run_id AND later.amends = chain.fill_id
    WHERE later.kind <> 'execution'
  ), last AS (
    SELECT DISTINCT ON (run_id, first_id) run_id, seq, place FROM chain ORDER BY run_id, first_id, seq DESC, place DESC
  )
  SELECT fills.*,
    (CASE side WHEN 'buy' THEN quantity ELSE -quantity END) AS signed_quantity,
    (CASE side WHEN 'buy' THEN -1 ELSE 1 END * round(price::numeric * quantity / 10000000) - fee)::bigint AS cash_flow
  FROM last JOIN trading.fills USING (run_id, seq, place) WHERE kind <> 'bust'`,
  `CREATE VIEW trading.positions AS
  SELECT run_id, symbol, sum(signed_quantity)::bigint AS quantity, sum(cash_flow)::bigint AS cash_flow, sum(fee)::bigint AS fees,
    max(t) AS last_t
  FROM trading.standing_fills GROUP BY run_id, symbol`,
  ...factsOf(['trading.order_events', 'trading.fills', 'trading.requests', 'trading.reports']),
  'GRANT SELECT ON trading.standing_fills, trading.positions TO aitrader_journal, aitrader_console',
];
const DOWN = [
  'DROP VIEW trading.positions, trading.standing_fills',
  'DROP TABLE trading.order_events, trading.fills, trading.requests, trading.reports',
];

/** What became of orders. */
export class ExecutionTables1764500000004 implements MigrationInterface {
  readonly name = 'ExecutionTables1764500000004';
  up = (runner: QueryRunner): Promise<void> => runAll(runner, UP);
  down = (runner: QueryRunner): Promise<void> => runAll(runner, DOWN);
}
