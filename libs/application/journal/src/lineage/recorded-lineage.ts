import { addressOf, type Fact } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { readStored, type Bus } from '@aitrader/runtime-bus';
import type { ProjectedTable } from '@aitrader/runtime-database';
import { projectMessage } from '../projection.ts';
import { manifestIn } from '../recorded-rows.ts';
import { Rows } from '../rows.ts';
import { barKey, type LineageRows } from './lineage-rows.ts';

const OF_ORDERS: ReadonlySet<ProjectedTable> = new Set<ProjectedTable>([
  'fills',
  'orders',
  'orderGates',
  'requests',
  'reports',
  'signals',
  'operatorActions',
  'symbols',
  'vendors',
]);
const OF_THE_MARKET: ReadonlySet<Fact> = new Set<Fact>(['bars', 'states']);

/**
 * The lineage of a recording's fills, from its messages: the rows that they come to, without a database. It is read twice, so that of the bars
 * those alone are held that a fill goes back to. @throws UnknownRunError, BrokenRecordingError
 */
export async function recordedLineage(bus: Bus, run: RunId, onProgress: (share: number) => void): Promise<LineageRows> {
  const first = await manifestIn(bus, run, AbortSignal.abort());
  if (first === undefined) throw new Error(`${run} has no manifest`);
  const { follows, config } = first.manifest;
  const rows = new Rows((table) => OF_ORDERS.has(table));
  await readStored(bus, run, (message) => {
    if (!OF_THE_MARKET.has(addressOf(message.subject).fact)) projectMessage(message, rows);
  });
  onProgress(1 / 2);
  const named = new Set(rows.rowsOf('orders').map(({ signalId }) => signalId));
  const signals = rows.rowsOf('signals').filter(({ signalId }) => named.has(signalId));
  const [wanted, intervals] = [new Set(signals.map(barKey)), new Set(signals.map(({ t }) => t))];
  const market = new Rows((table, row) => {
    if (table === 'bars') return wanted.has(barKey(row as { readonly symbol: string; readonly t: number }));
    if (table === 'stateSlices') return intervals.has((row as { readonly t: number }).t);
    return table === 'slices';
  });
  await readStored(bus, run, (message) => {
    if (OF_THE_MARKET.has(addressOf(message.subject).fact)) projectMessage(message, market);
  });
  onProgress(1);
  const bars = market.rowsOf('bars');
  const told = new Set(bars.map(({ seq }) => seq));
  return {
    ...{ run, follows: follows?.run ?? null, hasBroker: config.broker !== null, signals, bars },
    fills: rows.rowsOf('fills'),
    orders: rows.rowsOf('orders'),
    orderGates: rows.rowsOf('orderGates'),
    requests: rows.rowsOf('requests'),
    reports: rows.rowsOf('reports'),
    operatorActions: rows.rowsOf('operatorActions').filter(({ kind }) => kind === 'order'),
    symbols: rows.rowsOf('symbols'),
    vendors: rows.rowsOf('vendors'),
    stateSlices: market.rowsOf('stateSlices'),
    slices: market.rowsOf('slices').filter(({ seq }) => told.has(seq)),
  };
}
