import type { DataSource } from 'typeorm';
import type { RunConfig } from '@aitrader/model';
import type { PastParts, PastSpan } from './past.ts';

/** A run that the tables have. */
export interface JournaledRun {
  readonly runId: number;
  readonly run: string;
  readonly kind: string;
  readonly createdAt: number;
  readonly config: Pick<RunConfig, 'broker'>;
}

const RUNS = `SELECT DISTINCT ON (name) run_id AS "runId", name AS run, kind, created_at AS "createdAt", config
  FROM trading.runs ORDER BY name, run_id DESC`;

/** All runs of the tables, each as it was recorded last, the oldest first. */
export async function journaledRuns(source: DataSource): Promise<readonly JournaledRun[]> {
  const rows = await source.query<(Omit<JournaledRun, 'createdAt'> & { readonly createdAt: string })[]>(RUNS);
  return rows
    .map((row) => ({ ...row, createdAt: Number(row.createdAt) }))
    .sort((a, b) => a.createdAt - b.createdAt || a.runId - b.runId);
}

const DATE = (t: string): string => `(journal.instant(${t}) AT TIME ZONE 'America/New_York')::date`;
const WITHIN = (date: string): string =>
  `($2::date IS NULL OR ${date} >= $2::date) AND ($3::date IS NULL OR ${date} <= $3::date)`;
const counts = (table: string): string =>
  `(SELECT run_id, ${DATE('t')} AS date, count(*) AS n FROM trading.${table} WHERE run_id = ANY ($1) GROUP BY 1, 2)`;

/** $1: numbers of runs, $2 and $3: dates. */
const QUERIES: Readonly<Record<keyof PastParts, string>> = {
  days: `SELECT run_id, date::text AS date, equity_first, equity_last, realised_last,
      drawdown_ppm_max, gross_max, coalesce(ordered.n, 0) AS orders, coalesce(denied.n, 0) AS denials,
      fills, fees, turnover
    FROM analytics.performance LEFT JOIN ${counts('orders')} ordered USING (run_id, date) LEFT JOIN ${counts('denials')} denied USING (run_id, date)
    WHERE run_id = ANY ($1) AND ${WITHIN('date')} ORDER BY date, run_id`,
  fills: `SELECT run_id, t, symbol, side, leg, quantity, price, fee, kind, order_id, fill_id
    FROM trading.fills WHERE run_id = ANY ($1) AND ${WITHIN(DATE('t'))} ORDER BY t, run_id, seq, place`,
  commands: `SELECT run_id, seq, t, kind, actor, reason FROM trading.operator_actions
    WHERE run_id = ANY ($1) AND by_operator AND ${WITHIN(DATE('t'))} ORDER BY t, run_id, seq`,
  gates: `SELECT run_id, ${DATE('t')}::text AS date, gate, count(*) AS denials FROM trading.denials
    WHERE run_id = ANY ($1) AND ${WITHIN(DATE('t'))} GROUP BY 1, 2, 3 ORDER BY 2, 1, gate COLLATE "C"`,
};

type Raw = Readonly<Record<string, unknown>>;

const text = (row: Raw, column: string): string => String(row[column]);
/** Postgres tells whole numbers as text where they may be large. */
const whole = (row: Raw, column: string): number => Number(row[column]);

const READ: { readonly [Part in keyof PastParts]: (run: string, row: Raw) => PastParts[Part][number] } = {
  days: (run, row) => ({
    run,
    date: text(row, 'date'),
    equityFirst: whole(row, 'equity_first'),
    equityLast: whole(row, 'equity_last'),
    realisedLast: whole(row, 'realised_last'),
    drawdownPpmMax: whole(row, 'drawdown_ppm_max'),
    grossMax: whole(row, 'gross_max'),
    orders: whole(row, 'orders'),
    denials: whole(row, 'denials'),
    fills: whole(row, 'fills'),
    fees: whole(row, 'fees'),
    turnover: whole(row, 'turnover'),
  }),
  fills: (run, row) => ({
    run,
    t: whole(row, 't'),
    symbol: text(row, 'symbol'),
    side: text(row, 'side'),
    leg: text(row, 'leg'),
    quantity: whole(row, 'quantity'),
    price: whole(row, 'price'),
    fee: whole(row, 'fee'),
    kind: text(row, 'kind'),
    orderId: text(row, 'order_id'),
    fillId: text(row, 'fill_id'),
  }),
  commands: (run, row) => ({
    run,
    seq: whole(row, 'seq'),
    t: whole(row, 't'),
    kind: text(row, 'kind'),
    actor: text(row, 'actor'),
    reason: text(row, 'reason'),
  }),
  gates: (run, row) => ({ run, date: text(row, 'date'), gate: text(row, 'gate'), denials: whole(row, 'denials') }),
};

/** A part of the past of some runs, from the tables. */
export async function pastInTables<Part extends keyof PastParts>(
  source: DataSource,
  part: Part,
  runs: readonly JournaledRun[],
  { from, to }: PastSpan,
): Promise<PastParts[Part][number][]> {
  const names = new Map(runs.map(({ runId, run }) => [runId, run]));
  const rows = await source.query<Raw[]>(QUERIES[part], [[...names.keys()], from ?? null, to ?? null]);
  return rows.map((row) => READ[part](names.get(whole(row, 'run_id')) ?? '', row));
}
