import { useNavigate } from '@tanstack/react-router';
import { useMemo, type JSX } from 'react';
import type { PositionRow } from '@aitrader/application-console';
import { DrawdownChart, EquityChart, useEquity } from '../charts/equity-chart.tsx';
import { WithTable } from '../charts/with-table.tsx';
import { Figure, Figures, toneOf } from '../parts/figures.tsx';
import { Panel } from '../parts/panel.tsx';
import { useRun, useRunName } from '../stream/run-context.tsx';
import type { Column } from '../tables/column.ts';
import { dollars, percent, price, shares, signedDollars } from '../words/numbers.ts';
import { dateAndClock } from '../words/times.ts';
import { Ladder } from './ladder.tsx';
import { ScreenOf } from './screen.tsx';
import { TableOf } from './table-of.tsx';

const CHART_PX = 190;

/** What is held, how much is at stake, and how the account has fared. */
export const Portfolio = (): JSX.Element => (
  <ScreenOf title="Portfolio">
    <div className="columns">
      <Panel title="Exposure" className="wide">
        <Exposure />
      </Panel>
      <Ladder />
      <Panel title="Equity" className="wide">
        <EquityWithTable />
      </Panel>
      <Panel title="Drawdown against the halt">
        <DrawdownChart height={CHART_PX} />
      </Panel>
      <div className="full">
        <Positions />
      </div>
    </div>
  </ScreenOf>
);

function Exposure(): JSX.Element {
  const account = useRun((state) => state.account);
  const positions = useRun(({ tables }) => tables.positions);
  if (account === undefined) return <p className="empty">Nothing was decided yet.</p>;
  const { equity, gross, cash, unrealised, realised, doubts, forecast } = account;
  const values = [...positions.byKey.values()].map(({ marketValue }) => marketValue);
  const net = values.reduce((sum, value) => sum + value, 0);
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const ofEquity = (value: number): string => percent(equity > 0 ? value / equity : 0, 1);
  return (
    <>
      <Figures>
        <Figure label="Equity">{dollars(equity)}</Figure>
        <Figure label="Gross" hint={`${ofEquity(gross)} of equity`}>
          {dollars(gross)}
        </Figure>
        <Figure label="Net" hint={`${ofEquity(net)} of equity`}>
          {dollars(net)}
        </Figure>
        <Figure label="Largest" hint={`${ofEquity(largest)} of equity`}>
          {dollars(largest)}
        </Figure>
        <Figure label="Cash">{dollars(cash)}</Figure>
        <Figure label="Unrealised" tone={toneOf(unrealised)}>
          {signedDollars(unrealised)}
        </Figure>
        <Figure label="Realised" tone={toneOf(realised)}>
          {signedDollars(realised)}
        </Figure>
      </Figures>
      {forecast !== null && <p className="note">The account’s own forecast: {forecast}</p>}
      {doubts.map((doubt) => (
        <p key={doubt} className="body tone-warn">
          ▲ {doubt}
        </p>
      ))}
    </>
  );
}

function EquityWithTable(): JSX.Element {
  const rows = useEquity();
  const cells = useMemo(
    () => rows.map(({ t, equity, drawdown }) => [dateAndClock(t), dollars(equity), percent(drawdown)] as const),
    [rows],
  );
  return (
    <WithTable label="Equity" heads={['Time, ET', 'Equity', 'Drawdown']} rows={cells}>
      <EquityChart height={CHART_PX} />
    </WithTable>
  );
}

const COLUMNS: readonly Column<PositionRow>[] = [
  { id: 'symbol', title: 'Symbol', value: ({ key }) => key },
  { id: 'shares', title: 'Shares', kind: 'number', value: (row) => row.shares, cell: (row) => shares(row.shares) },
  {
    id: 'cost',
    title: 'Average',
    kind: 'number',
    value: ({ averageCost }) => averageCost,
    cell: ({ averageCost }) => price(averageCost),
  },
  { id: 'mark', title: 'Mark', kind: 'number', value: ({ mark }) => mark, cell: ({ mark }) => price(mark) },
  {
    id: 'value',
    title: 'Value',
    kind: 'number',
    value: ({ marketValue }) => marketValue,
    cell: ({ marketValue }) => dollars(marketValue),
    isMinor: true,
  },
  {
    id: 'unrealised',
    title: 'Unrealised',
    kind: 'number',
    value: ({ unrealised }) => unrealised,
    cell: ({ unrealised }) => <span className={`tone-${toneOf(unrealised)}`}>{signedDollars(unrealised)}</span>,
  },
];

function Positions(): JSX.Element {
  const positions = useRun(({ tables }) => tables.positions);
  const rows = useMemo(() => [...positions.byKey.values()].filter((row) => row.shares !== 0), [positions]);
  const run = useRunName();
  const navigate = useNavigate();
  return (
    <Panel title="Positions">
      <TableOf
        label="positions"
        rows={rows}
        columns={COLUMNS}
        keyOf={({ key }) => key}
        sortFirst="symbol"
        empty="Nothing is held."
        onOpen={({ key }) => void navigate({ to: '/runs/$run/symbols/$symbol', params: { run, symbol: key }, search: {} })}
      />
    </Panel>
  );
}
