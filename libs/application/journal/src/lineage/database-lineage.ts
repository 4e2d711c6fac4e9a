import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { PROJECTED_TABLES, Run, type ProjectedTable, type RowOf } from '@aitrader/runtime-database';
import type { LineageRows } from './lineage-rows.ts';

/** A run that was never written into the database. */
export class NotJournaled extends Error {
  override readonly name = 'NotJournaled';
  constructor(run: string) {
    super(`${run} is not in the database: "npx aitrader journal ${run}" writes it`);
  }
}

const ORDERED = 'EXISTS (SELECT FROM trading.orders WHERE orders.run_id = row.run_id AND orders.signal_id = row.signal_id)';
const SIGNALED = (also: string): string =>
  `EXISTS (SELECT FROM trading.signals JOIN trading.orders USING (run_id, signal_id)
    WHERE signals.run_id = row.run_id AND signals.t = row.t ${also})`;
/** A slice is wanted where a version of a bar that a signal rests on is in it. */
const SAID = `row.seq IN (SELECT bars.seq FROM market.bars
    JOIN trading.signals ON signals.run_id = bars.run_id AND signals.symbol = bars.symbol AND signals.t = bars.t
    JOIN trading.orders ON orders.run_id = signals.run_id AND orders.signal_id = signals.signal_id
    WHERE bars.run_id = row.run_id)`;

/** The lineage of a run's fills, from the tables. Of several recordings of one name the last that was written. @throws NotJournaled */
export async function databaseLineage(source: DataSource, run: string): Promise<LineageRows> {
  const [entry] = await source.getRepository(Run).find({ where: { name: run }, order: { runId: 'DESC' }, take: 1 });
  if (entry === undefined) throw new NotJournaled(run);
  const { runId, follows, config } = entry;
  const rowsOf = async <T extends ProjectedTable>(
    table: T,
    order: readonly string[],
    where = 'TRUE',
  ): Promise<readonly RowOf<T>[]> => {
    const builder = source.getRepository(PROJECTED_TABLES[table]).createQueryBuilder('row') as SelectQueryBuilder<object>;
    const asked = builder.where('row.runId = :runId', { runId }).andWhere(where);
    for (const column of order) asked.addOrderBy(`row.${column}`);
    const found = await asked.getMany();
    return found.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'runId')) as RowOf<T>);
  };
  const told = ['seq', 'place'];
  return {
    ...{ run, follows, hasBroker: hasBroker(config) },
    fills: await rowsOf('fills', told),
    orders: await rowsOf('orders', told),
    orderGates: await rowsOf('orderGates', [...told, 'gatePlace']),
    requests: await rowsOf('requests', told),
    reports: await rowsOf('reports', told),
    signals: await rowsOf('signals', told, ORDERED),
    operatorActions: await rowsOf('operatorActions', told, "row.kind = 'order'"),
    symbols: await rowsOf('symbols', ['symbol']),
    vendors: await rowsOf('vendors', ['place']),
    stateSlices: await rowsOf('stateSlices', ['seq'], SIGNALED('')),
    slices: await rowsOf('slices', ['seq'], SAID),
    bars: await rowsOf('bars', ['seq'], SIGNALED('AND signals.symbol = row.symbol')),
  };
}

const hasBroker = (config: object): boolean => 'broker' in config && config.broker !== null;
