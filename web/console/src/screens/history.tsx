import { Link } from '@tanstack/react-router';
import { useMemo, type JSX, type ReactNode } from 'react';
import type { DayRow, Past, PastCommand, PastFillRow, PastGate } from '@aitrader/service-console';
import { usePast } from '../api/queries.ts';
import { SeriesChart, type Line } from '../charts/series-chart.tsx';
import { HomeFrame } from '../chrome/home-frame.tsx';
import { useScreen, useScreenSearch } from '../chrome/screen-search.ts';
import { Field } from '../commands/field.tsx';
import { Asked } from '../parts/asked.tsx';
import { Direction } from '../parts/direction.tsx';
import { Panel } from '../parts/panel.tsx';
import { When } from '../parts/when.tsx';
import type { Column } from '../tables/column.ts';
import { count, dollars, percent, price, shares, signedDollars } from '../words/numbers.ts';
import { instantOf } from '../words/times.ts';
import { ScreenOf } from './screen.tsx';
import { TableOf } from './table-of.tsx';
import { Tabs } from './tabs.tsx';

const TABS = [
  ['days', 'Days'],
  ['fills', 'Fills'],
  ['commands', 'Commands'],
  ['gates', 'Refusals'],
] as const;

/** What happened in all runs, date by date. */
export function History(): JSX.Element {
  const { tab } = useScreenSearch();
  return (
    <HomeFrame>
      <ScreenOf title="History">
        <div className="stack">
          <SpanForm />
          <Tabs label="Parts of the past" tabs={TABS} />
          {tab === 'fills' ? <Fills /> : tab === 'commands' ? <Commands /> : tab === 'gates' ? <Gates /> : <Days />}
        </div>
      </ScreenOf>
    </HomeFrame>
  );
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Which run and dates are asked for; what is half written is not asked yet. */
function SpanForm(): JSX.Element {
  const { of = '', from = '', to = '' } = useScreenSearch();
  const change = useScreen();
  const set = (name: 'of' | 'from' | 'to') => (value: string) =>
    change({ [name]: value.trim() === '' ? undefined : value.trim() });
  return (
    <Panel title="What is told of">
      <div className="form body">
        <div className="fields three">
          <Field label="Run; none: all" name="of" value={of} onChange={set('of')} />
          <Field label="From, YYYY-MM-DD" name="from" value={from} onChange={set('from')} />
          <Field label="To, YYYY-MM-DD" name="to" value={to} onChange={set('to')} />
        </div>
      </div>
    </Panel>
  );
}

function useSpan(): string {
  const { of, from, to } = useScreenSearch();
  const asked = [
    ...(of === undefined ? [] : [['run', of]]),
    ...(from !== undefined && DATE.test(from) ? [['from', from]] : []),
    ...(to !== undefined && DATE.test(to) ? [['to', to]] : []),
  ];
  return asked.length === 0 ? '' : `?${new URLSearchParams(asked).toString()}`;
}

/** Where a part of the past is from, and what of it is not told. */
function Sources({ past }: { readonly past: Past<unknown> }): JSX.Element {
  const from = (source: 'postgres' | 'recording'): number => past.runs.filter((run) => run.from === source).length;
  const [tables, recordings] = [from('postgres'), from('recording')];
  return (
    <p className="note" role="note">
      {tables === 0 && recordings === 0 && 'No run is recorded here. '}
      {tables > 0 && `${runs(tables)} from Postgres, as far as the journal has written. `}
      {recordings > 0 && `${runs(recordings)} from recordings, which Postgres has not. `}
      {past.leftOut > 0 && `${runs(past.leftOut)} of before are left out: name a run to be told of it. `}
      {past.rowsLeftOut > 0 && `${count(past.rowsLeftOut)} older ones are left out: name dates to be told of them. `}
      {past.problem !== null && <strong>Not all could be read: {past.problem}</strong>}
    </p>
  );
}

const runs = (n: number): string => `${count(n)} ${n === 1 ? 'run' : 'runs'}`;

const RunLink = ({ run }: { readonly run: string }): JSX.Element => (
  <Link to="/runs/$run" params={{ run }} search={{}}>
    <code>{run}</code>
  </Link>
);

interface PartOf<Row extends object> {
  readonly label: string;
  readonly past: Past<Row>;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly sortFirst: string;
  readonly empty: ReactNode;
}

const PartTable = <Row extends object>({ label, past, columns, keyOf, sortFirst, empty }: PartOf<Row>): JSX.Element => (
  <>
    <Sources past={past} />
    <section className="panel" aria-label={label}>
      <TableOf label={label} rows={past.rows} columns={columns} keyOf={keyOf} sortFirst={sortFirst} empty={empty} />
    </section>
  </>
);

const DAYS: readonly Column<DayRow>[] = [
  { id: 'date', title: 'Date, ET', value: ({ date }) => date },
  { id: 'run', title: 'Run', value: ({ run }) => run, cell: ({ run }) => <RunLink run={run} /> },
  {
    id: 'equity',
    title: 'Equity',
    words: 'equity at the last interval of the date',
    kind: 'number',
    value: ({ equityLast }) => equityLast,
    cell: ({ equityLast }) => dollars(equityLast),
  },
  {
    id: 'result',
    title: 'Result',
    words: 'equity at the last interval of the date, less that at the first',
    kind: 'number',
    value: ({ equityFirst, equityLast }) => equityLast - equityFirst,
    cell: ({ equityFirst, equityLast }) => signedDollars(equityLast - equityFirst),
  },
  {
    id: 'drawdown',
    title: 'Drawdown',
    words: 'the deepest drawdown of the date',
    kind: 'number',
    value: ({ drawdown }) => drawdown,
    cell: ({ drawdown }) => percent(drawdown),
  },
  { id: 'orders', title: 'Orders', kind: 'number', value: ({ orders }) => orders, cell: ({ orders }) => count(orders) },
  {
    id: 'denials',
    title: 'Refusals',
    kind: 'number',
    value: ({ denials }) => denials,
    cell: ({ denials }) => count(denials),
    isMinor: true,
  },
  { id: 'fills', title: 'Fills', kind: 'number', value: ({ fills }) => fills, cell: ({ fills }) => count(fills) },
  { id: 'fees', title: 'Fees', kind: 'number', value: ({ fees }) => fees, cell: ({ fees }) => dollars(fees), isMinor: true },
  {
    id: 'turnover',
    title: 'Turnover',
    kind: 'number',
    value: ({ turnover }) => turnover,
    cell: ({ turnover }) => dollars(turnover),
    isMinor: true,
  },
];

const Days = (): JSX.Element => (
  <Asked query={usePast('days', useSpan())} waiting="Asking for the days…">
    {(past) => (
      <>
        <EquityOfDays past={past} />
        <PartTable
          label="days"
          past={past}
          columns={DAYS}
          keyOf={({ run, date }) => `${date} ${run}`}
          sortFirst="-date"
          empty="Nothing was decided on these dates."
        />
      </>
    )}
  </Asked>
);

/** The equity of one run, date by date; of several there is no one line. */
function EquityOfDays({ past }: { readonly past: Past<DayRow> }): JSX.Element | null {
  const { of } = useScreenSearch();
  const days = useMemo(() => [...past.rows].sort((a, b) => (a.date < b.date ? -1 : 1)), [past]);
  const lines = useMemo(
    (): readonly Line[] => [
      { label: 'equity', values: days.map(({ equityLast }) => equityLast), colour: 'accent', isFilled: true },
    ],
    [days],
  );
  const times = useMemo(() => days.map(({ date }) => instantOf(date, '16:00') ?? 0), [days]);
  const [first, last] = [days[0], days.at(-1)];
  if (of === undefined || first === undefined || last === undefined || days.length < 2) return null;
  const words = `Equity from ${dollars(first.equityFirst)} to ${dollars(last.equityLast)} over ${count(days.length)} dates`;
  return (
    <Panel title="Equity by date">
      <SeriesChart words={words} times={times} lines={lines} height={180} format={(value) => `$${count(value)}`} />
    </Panel>
  );
}

const FILLS: readonly Column<PastFillRow>[] = [
  { id: 't', title: 'Time, ET', value: ({ t }) => t, cell: ({ t }) => <When t={t} dated /> },
  { id: 'symbol', title: 'Symbol', value: ({ symbol }) => symbol },
  { id: 'side', title: 'Side', value: ({ side }) => side, cell: ({ side }) => <Direction up={side === 'buy'} words={side} /> },
  { id: 'shares', title: 'Shares', kind: 'number', value: (row) => row.shares, cell: (row) => shares(row.shares) },
  { id: 'price', title: 'Price', kind: 'number', value: (row) => row.price, cell: (row) => price(row.price) },
  { id: 'leg', title: 'Leg', value: ({ leg }) => leg, isMinor: true },
  { id: 'fee', title: 'Fee', kind: 'number', value: ({ fee }) => fee, cell: ({ fee }) => dollars(fee), isMinor: true },
  { id: 'kind', title: 'Kind', value: ({ kind }) => kind, isMinor: true },
  {
    id: 'run',
    title: 'Why',
    words: 'the chain behind the fill, in its run',
    value: ({ run }) => run,
    cell: ({ run, fillId }) => (
      <Link to="/runs/$run/execution" params={{ run }} search={{ tab: 'fills', row: fillId }}>
        <code>{run}</code>
      </Link>
    ),
  },
];

const Fills = (): JSX.Element => (
  <Asked query={usePast('fills', useSpan())} waiting="Asking for the fills…">
    {(past) => (
      <PartTable
        label="fills"
        past={past}
        columns={FILLS}
        keyOf={({ run, fillId }) => `${run} ${fillId}`}
        sortFirst="-t"
        empty="Nothing was filled on these dates."
      />
    )}
  </Asked>
);

const COMMANDS: readonly Column<PastCommand>[] = [
  { id: 't', title: 'After, ET', value: ({ t }) => t, cell: ({ t }) => <When t={t} dated /> },
  { id: 'kind', title: 'What', value: ({ kind }) => kind, cell: ({ kind }) => <code>{kind}</code> },
  { id: 'actor', title: 'Who', value: ({ actor }) => actor },
  { id: 'reason', title: 'Why', value: ({ reason }) => reason },
  { id: 'run', title: 'Run', value: ({ run }) => run, cell: ({ run }) => <RunLink run={run} /> },
  { id: 'seq', title: 'Message', kind: 'number', value: ({ seq }) => seq, cell: ({ seq }) => count(seq), isMinor: true },
];

const Commands = (): JSX.Element => (
  <Asked query={usePast('commands', useSpan())} waiting="Asking for the commands…">
    {(past) => (
      <PartTable
        label="commands"
        past={past}
        columns={COMMANDS}
        keyOf={({ run, seq }) => `${run} ${seq}`}
        sortFirst="-t"
        empty="Nobody commanded anything on these dates."
      />
    )}
  </Asked>
);

const GATES: readonly Column<PastGate>[] = [
  { id: 'date', title: 'Date, ET', value: ({ date }) => date },
  {
    id: 'gate',
    title: 'Gate',
    words: 'the first that refused',
    value: ({ gate }) => gate,
    cell: ({ gate }) => <code>{gate}</code>,
  },
  { id: 'denials', title: 'Refused', kind: 'number', value: ({ denials }) => denials, cell: ({ denials }) => count(denials) },
  { id: 'run', title: 'Run', value: ({ run }) => run, cell: ({ run }) => <RunLink run={run} /> },
];

const Gates = (): JSX.Element => (
  <Asked query={usePast('gates', useSpan())} waiting="Asking for the refusals…">
    {(past) => (
      <PartTable
        label="refusals"
        past={past}
        columns={GATES}
        keyOf={({ run, date, gate }) => `${run} ${date} ${gate}`}
        sortFirst="-date"
        empty="Nothing was refused on these dates."
      />
    )}
  </Asked>
);
