import type { MigrationInterface, QueryRunner } from 'typeorm';
import { factsOf, runAll } from './statements.ts';

const UP = [
  `CREATE TABLE trading.states (
    run_id integer NOT NULL,
    symbol text NOT NULL,
    t bigint NOT NULL,
    seq bigint NOT NULL,
    model text NOT NULL,
    level_e8 bigint NOT NULL,
    velocity_e8 bigint NOT NULL,
    velocity_up_ppm bigint NOT NULL,
    volatility_e8 bigint NOT NULL,
    regime integer NOT NULL,
    calm_ppm bigint NOT NULL,
    turbulent_ppm bigint NOT NULL,
    q025_e8 bigint NOT NULL,
    q500_e8 bigint NOT NULL,
    q975_e8 bigint NOT NULL,
    a025_e8 bigint NOT NULL,
    a975_e8 bigint NOT NULL,
    coverage95_ppm bigint NOT NULL,
    scored bigint NOT NULL,
    flags bigint NOT NULL,
    PRIMARY KEY (run_id, symbol, t)
  )`,
  `CREATE TABLE trading.signals (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    signal_id text NOT NULL,
    t bigint NOT NULL,
    symbol text NOT NULL,
    strategy text NOT NULL,
    direction integer NOT NULL,
    reference bigint NOT NULL,
    stop bigint NOT NULL,
    target bigint NOT NULL,
    horizon_minutes integer NOT NULL,
    hold_minutes integer,
    mean_e8 bigint NOT NULL,
    sd_e8 bigint NOT NULL,
    dof_milli bigint NOT NULL,
    quantiles_e8 bigint[] NOT NULL,
    velocity_up_ppm bigint NOT NULL,
    volatility_e8 bigint NOT NULL,
    regime integer NOT NULL,
    coverage95_ppm bigint NOT NULL,
    model text NOT NULL,
    state_flags bigint NOT NULL,
    PRIMARY KEY (run_id, seq, place)
  )`,
  'CREATE INDEX signals_of_id ON trading.signals (run_id, signal_id)',
  `CREATE TABLE trading.exits (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    t bigint NOT NULL,
    symbol text NOT NULL,
    reason text NOT NULL,
    strategy text,
    direction integer,
    order_id text,
    PRIMARY KEY (run_id, seq, place)
  )`,
  `CREATE TABLE trading.orders (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    order_id text NOT NULL,
    signal_id text NOT NULL,
    t bigint NOT NULL,
    symbol text NOT NULL,
    side text NOT NULL,
    quantity bigint NOT NULL,
    type text NOT NULL,
    time_in_force text NOT NULL,
    reference bigint NOT NULL,
    stop bigint NOT NULL,
    target bigint NOT NULL,
    exit_at bigint NOT NULL,
    PRIMARY KEY (run_id, seq, place)
  )`,
  'CREATE INDEX orders_of_id ON trading.orders (run_id, order_id)',
  `CREATE TABLE trading.denials (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    signal_id text NOT NULL,
    t bigint NOT NULL,
    symbol text NOT NULL,
    gate text NOT NULL,
    value bigint NOT NULL,
    limit_value bigint NOT NULL,
    unit text NOT NULL,
    comparison text NOT NULL,
    trip_id text NOT NULL,
    PRIMARY KEY (run_id, seq, place)
  )`,
  'CREATE INDEX denials_of_gate ON trading.denials (run_id, gate)',
  `CREATE TABLE trading.order_gates (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    gate_place integer NOT NULL,
    gate text NOT NULL,
    value bigint NOT NULL,
    limit_value bigint NOT NULL,
    unit text NOT NULL,
    comparison text NOT NULL,
    PRIMARY KEY (run_id, seq, place, gate_place)
  )`,
  `CREATE TABLE trading.denial_gates (
    run_id integer NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    gate_place integer NOT NULL,
    gate text NOT NULL,
    value bigint NOT NULL,
    limit_value bigint NOT NULL,
    unit text NOT NULL,
    comparison text NOT NULL,
    PRIMARY KEY (run_id, seq, place, gate_place)
  )`,
  ...factsOf([
    'trading.states',
    'trading.signals',
    'trading.exits',
    'trading.orders',
    'trading.order_gates',
    'trading.denials',
    'trading.denial_gates',
  ]),
];
const DOWN = [
  'DROP TABLE trading.states, trading.signals, trading.exits, trading.orders, trading.order_gates, trading.denials, trading.denial_gates',
];

/** What was believed, approved and refused. */
export class DecisionTables1764500000003 implements MigrationInterface {
  readonly name = 'DecisionTables1764500000003';
  up = (runner: QueryRunner): Promise<void> => runAll(runner, UP);
  down = (runner: QueryRunner): Promise<void> => runAll(runner, DOWN);
}
