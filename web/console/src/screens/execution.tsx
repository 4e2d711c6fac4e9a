import { useMemo, type JSX } from 'react';
import type { FillRow, OrderRow, OrderStatus } from '@aitrader/application-console';
import { useFillStory } from '../api/queries.ts';
import { useScreenSearch } from '../chrome/screen-search.ts';
import { Operations } from '../commands/operations.tsx';
import { Asked } from '../parts/asked.tsx';
import { Direction } from '../parts/direction.tsx';
import { Badge, type Tone } from '../parts/figures.tsx';
import { When } from '../parts/when.tsx';
import { latest } from '../stream/run-state.ts';
import { useRun, useRunName } from '../stream/run-context.tsx';
import type { Column } from '../tables/column.ts';
import { dollars, price, shares } from '../words/numbers.ts';
import { Beside } from './beside.tsx';
import { Lifecycle } from './lifecycle.tsx';
import { ServiceScreen } from './service-screen.tsx';
import { Story } from './story.tsx';
import { TableOf } from './table-of.tsx';
import { Tabs } from './tabs.tsx';

const TABS = [
  ['orders', 'Orders'],
  ['fills', 'Fills'],
] as const;
const ROWS_MAX = 2_000;

/** Orders, what became of each, and the fills with the chain behind each of them. */
export function Execution(): JSX.Element {
  const { tab = 'orders' } = useScreenSearch();
  return (
    <ServiceScreen stage="execution" title="Execution" aside={<Operations kinds={['cancel', 'order', 'close-break']} />}>
      <Tabs label="Parts of execution" tabs={TABS} />
      {tab === 'fills' ? <Fills /> : <Orders />}
    </ServiceScreen>
  );
}

/** Where an order stands among all: what nobody knows the fate of first, then what is at work, then what has ended. */
const RANK: Readonly<Record<OrderStatus, number>> = {
  ...{ unknown: 0, working: 1, approved: 2, open: 3 },
  ...{ closed: 4, rejected: 4, canceled: 4, expired: 4 },
};
const STATUS: Readonly<Record<OrderStatus, readonly [Tone, string]>> = {
  unknown: ['bad', '? unknown'],
  working: ['warn', '… working'],
  approved: ['plain', '✓ approved'],
  open: ['good', '● open'],
  closed: ['quiet', '○ closed'],
  rejected: ['bad', '✕ rejected'],
  canceled: ['quiet', '✕ canceled'],
  expired: ['quiet', '✕ expired'],
};
const keyOf = ({ key }: { readonly key: string }): string => key;

const Status = ({ status }: { readonly status: OrderStatus }): JSX.Element => {
  const [tone, words] = STATUS[status];
  return <Badge tone={tone}>{words}</Badge>;
};

const ORDER_COLUMNS: readonly Column<OrderRow>[] = [
  { id: 'symbol', title: 'Symbol', value: ({ symbol }) => symbol },
  { id: 'status', title: 'Status', value: ({ status }) => status, cell: ({ status }) => <Status status={status} /> },
  { id: 't', title: 'Time, ET', value: ({ t }) => t, cell: ({ t }) => <When t={t} dated />, isMinor: true },
  { id: 'side', title: 'Side', value: ({ side }) => side, cell: ({ side }) => <Direction up={side === 'buy'} words={side} /> },
  { id: 'shares', title: 'Shares', kind: 'number', value: (row) => row.shares, cell: (row) => shares(row.shares) },
  {
    id: 'entry',
    title: 'Entry',
    words: 'average price of the entry',
    kind: 'number',
    value: ({ averageEntry }) => averageEntry,
    cell: ({ entered, averageEntry }) => (entered > 0 ? price(averageEntry) : '–'),
  },
  {
    id: 'exit',
    title: 'Exit',
    words: 'average price of the exits',
    kind: 'number',
    value: ({ averageExit }) => averageExit,
    cell: ({ left, averageExit }) => (left > 0 ? price(averageExit) : '–'),
  },
  { id: 'stop', title: 'Stop', kind: 'number', value: ({ stop }) => stop, cell: ({ stop }) => price(stop), isMinor: true },
  {
    id: 'target',
    title: 'Target',
    kind: 'number',
    value: ({ target }) => target,
    cell: ({ target }) => price(target),
    isMinor: true,
  },
];

function Orders(): JSX.Element {
  const orders = useRun(({ tables }) => tables.orders);
  const rows = useMemo(
    () => [...latest(orders, ROWS_MAX)].sort((a, b) => RANK[a.status] - RANK[b.status] || b.t - a.t),
    [orders],
  );
  const { row } = useScreenSearch();
  const open = row === undefined ? undefined : orders.byKey.get(row);
  return (
    <div className={`split${open === undefined ? '' : ' opened'}`}>
      <section className="panel" aria-label="Orders">
        <TableOf
          label="orders"
          rows={rows}
          columns={ORDER_COLUMNS}
          keyOf={keyOf}
          opens
          empty="Risk has approved no order yet."
          toneOf={({ status }) => (status === 'unknown' ? 'attention' : RANK[status] === 4 ? 'over' : undefined)}
        />
      </section>
      {open !== undefined && (
        <Beside title={`Order of ${open.symbol}`}>
          <Lifecycle order={open} />
        </Beside>
      )}
    </div>
  );
}

const FILL_COLUMNS: readonly Column<FillRow>[] = [
  { id: 'symbol', title: 'Symbol', value: ({ symbol }) => symbol },
  { id: 't', title: 'Time, ET', value: ({ t }) => t, cell: ({ t }) => <When t={t} dated /> },
  { id: 'side', title: 'Side', value: ({ side }) => side, cell: ({ side }) => <Direction up={side === 'buy'} words={side} /> },
  { id: 'shares', title: 'Shares', kind: 'number', value: (row) => row.shares, cell: (row) => shares(row.shares) },
  { id: 'price', title: 'Price', kind: 'number', value: (row) => row.price, cell: (row) => price(row.price) },
  { id: 'leg', title: 'Leg', value: ({ leg }) => leg },
  { id: 'fee', title: 'Fee', kind: 'number', value: ({ fee }) => fee, cell: ({ fee }) => dollars(fee), isMinor: true },
  { id: 'kind', title: 'Kind', value: ({ kind }) => kind, isMinor: true },
];

function Fills(): JSX.Element {
  const fills = useRun(({ tables }) => tables.fills);
  const rows = useMemo(() => latest(fills, ROWS_MAX), [fills]);
  const { row } = useScreenSearch();
  return (
    <div className={`split${row === undefined ? '' : ' opened'}`}>
      <section className="panel" aria-label="Fills">
        <TableOf label="fills" rows={rows} columns={FILL_COLUMNS} keyOf={keyOf} opens empty="Nothing was filled yet." />
      </section>
      {row !== undefined && (
        <Beside title="Why this fill">
          <FillChain fill={row} />
        </Beside>
      )}
    </div>
  );
}

const FillChain = ({ fill }: { readonly fill: string }): JSX.Element => (
  <Asked query={useFillStory(useRunName(), fill)} waiting="Reading the recording…">
    {(parts) => <Story parts={parts} />}
  </Asked>
);
