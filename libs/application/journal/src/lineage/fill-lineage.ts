import type { Control } from '@aitrader/model';
import { manualSignalId } from '@aitrader/model';
import type { RowOf } from '@aitrader/runtime-database';
import type { LineageRows } from './lineage-rows.ts';

/*
 * The chain from a fill back to whoever printed the bar, of rows alone: wherever these come from, it is the same.
 *
 * 1. A link that is not there is named, and the chain goes on behind it as far as it can.
 */

/** A fill with all that it goes back to; undefined or empty: it is not there. */
export interface FillLineage {
  readonly fill: RowOf<'fills'>;
  /** words of the broker on the order, and what it was asked; with the simulated broker none */
  readonly reports: readonly RowOf<'reports'>[];
  readonly requests: readonly RowOf<'requests'>[];
  readonly order: RowOf<'orders'> | undefined;
  /** the run that the order was approved in, where it is an earlier one; the rows below are that one's */
  readonly orderedIn: string | undefined;
  readonly gates: readonly RowOf<'orderGates'>[];
  readonly signal: RowOf<'signals'> | undefined;
  /** in a signal's place: the command of an operator */
  readonly command: RowOf<'operatorActions'> | undefined;
  readonly state: RowOf<'stateSlices'> | undefined;
  /** the version of the bar that was known when the signal was told, and how many there were by then */
  readonly bar: RowOf<'bars'> | undefined;
  readonly versions: number;
  /** the message that it came in, which names the feed where there is one, and the sources of the run's bars */
  readonly slice: RowOf<'slices'> | undefined;
  readonly sources: readonly RowOf<'vendors'>[];
  /** the links that are not there, in words */
  readonly missing: readonly string[];
}

/** Every fill of a run with its chain. `chain`: the run's rows first, then those of the runs that it goes on from, the last one first. */
export function lineageOf(chain: readonly LineageRows[]): readonly FillLineage[] {
  const [own] = chain;
  if (own === undefined) return [];
  const indexes = chain.map(indexOf);
  // risk asks all gates of every order alike
  const gatesMax = Math.max(0, ...indexes.flatMap(({ gates }) => [...gates.values()].map((of) => of.length)));
  return own.fills.map((fill) => followed(fill, indexes, gatesMax));
}

type Index = ReturnType<typeof indexOf>;

function indexOf(rows: LineageRows) {
  return {
    rows,
    orders: keyed(rows.orders, ({ orderId }) => orderId),
    gates: grouped(rows.orderGates, ({ seq, place }) => `${seq} ${place}`),
    requests: grouped(rows.requests, ({ orderId }) => orderId ?? ''),
    reports: grouped(rows.reports, ({ request }) => request ?? ''),
    executions: keyed(rows.reports, ({ executionId }) => executionId ?? ''),
    signals: keyed(rows.signals, ({ signalId }) => signalId),
    commands: new Map(
      rows.operatorActions.flatMap((row) =>
        (row.details as Pick<Control, 'manual'>).manual.map((manual) => [String(manualSignalId(manual)), row] as const),
      ),
    ),
    shards: keyed(rows.symbols, ({ symbol }) => symbol),
    states: keyed(rows.stateSlices, ({ t, shard }) => `${t} ${shard}`),
    slices: keyed(rows.slices, ({ seq }) => String(seq)),
    bars: grouped(rows.bars, ({ symbol, t }) => `${t} ${symbol}`),
  };
}

const keyed = <T>(rows: readonly T[], keyOf: (row: T) => string): ReadonlyMap<string, T> =>
  new Map(rows.map((row) => [keyOf(row), row]));

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

function followed(fill: RowOf<'fills'>, chain: readonly Index[], gatesMax: number): FillLineage {
  const asked = brokerOf(fill, chain);
  const begun = chain.find(({ orders }) => orders.has(fill.orderId));
  const order = begun?.orders.get(fill.orderId);
  if (begun === undefined || order === undefined)
    return { ...NOTHING, fill, ...asked, missing: [...asked.missing, `order ${fill.orderId}`] };
  const gates = begun.gates.get(`${order.seq} ${order.place}`) ?? [];
  const unseen = Array.from({ length: gatesMax }, (_, place) => place).filter((place) =>
    gates.every((one) => one.gatePlace !== place),
  );
  const cause = causeOf(order, begun);
  return {
    ...{ fill, order, gates, ...cause, reports: asked.reports, requests: asked.requests },
    orderedIn: begun === chain[0] ? undefined : begun.rows.run,
    missing: [...asked.missing, ...unseen.map((place) => `gate ${place + 1} of order ${order.orderId}`), ...cause.missing],
  };
}

const NOTHING = {
  ...{ order: undefined, orderedIn: undefined, gates: [], signal: undefined, command: undefined, state: undefined },
  ...{ bar: undefined, versions: 0, slice: undefined, sources: [] },
};

type Asked = Pick<FillLineage, 'reports' | 'requests' | 'missing'>;

/** What was asked of a broker for a fill's order, and what it said; the very word that the fill is of has to be among it. */
function brokerOf({ orderId, fillId }: RowOf<'fills'>, chain: readonly Index[]): Asked {
  if (chain[0]?.rows.hasBroker !== true) return { reports: [], requests: [], missing: [] };
  // in the order of the recordings
  const runs = chain.toReversed();
  const requests = runs.flatMap((index) => index.requests.get(orderId) ?? []);
  const execution = chain[0].executions.get(fillId);
  const words = runs.flatMap((index) => requests.flatMap(({ requestId }) => index.reports.get(requestId) ?? []));
  const reports = execution === undefined || words.includes(execution) ? words : [...words, execution];
  return {
    ...{ reports, requests },
    missing: [
      ...(execution === undefined ? [`report of execution ${fillId}`] : []),
      ...(requests.length === 0 ? [`request for order ${orderId}`] : []),
    ],
  };
}

type Cause = Pick<FillLineage, 'signal' | 'command' | 'state' | 'bar' | 'versions' | 'slice' | 'sources' | 'missing'>;

/** The signal that an order is of, with the state and the bar that it rests on; or the operator's word. */
function causeOf({ signalId }: RowOf<'orders'>, index: Index): Cause {
  const command = index.commands.get(signalId);
  if (command !== undefined) return { ...NOTHING, command, missing: [] };
  const signal = index.signals.get(signalId);
  if (signal === undefined) return { ...NOTHING, missing: [`signal ${signalId}`] };
  const { symbol, t, seq } = signal;
  const shard = index.shards.get(symbol)?.shard;
  const state = index.states.get(`${t} ${shard}`);
  const known = (index.bars.get(`${t} ${symbol}`) ?? []).filter((bar) => bar.seq < seq);
  const bar = known.at(-1);
  const slice = bar === undefined ? undefined : index.slices.get(String(bar.seq));
  return {
    ...{ signal, command: undefined, state, bar, versions: known.length, slice, sources: index.rows.vendors },
    missing: [
      ...(shard === undefined ? [`symbol ${symbol}`] : []),
      ...(state === undefined ? [`states of ${symbol} at ${new Date(t).toISOString()}`] : []),
      ...(bar === undefined ? [`bar of ${symbol} at ${new Date(t).toISOString()}`] : []),
      ...(slice?.feed === '' && index.rows.vendors.length === 0 ? ['vendor of the bars'] : []),
      ...(bar !== undefined && slice === undefined ? [`slice ${bar.seq}, which the bar of ${symbol} came in`] : []),
    ],
  };
}
