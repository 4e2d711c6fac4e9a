import { Link } from '@tanstack/react-router';
import { useMemo, type JSX } from 'react';
import type { SignalRow } from '@aitrader/application-console';
import { useScreenSearch } from '../chrome/screen-search.ts';
import { Direction } from '../parts/direction.tsx';
import { Badge, Figure, Figures } from '../parts/figures.tsx';
import { When } from '../parts/when.tsx';
import { latest } from '../stream/run-state.ts';
import { useRun, useRunName } from '../stream/run-context.tsx';
import type { Column } from '../tables/column.ts';
import { fixed, percent, price, signed } from '../words/numbers.ts';
import { clock, date } from '../words/times.ts';
import { Beside } from './beside.tsx';
import { Decision } from './decision.tsx';
import { Configured } from './limits.tsx';
import { RegimeMark } from './regime.tsx';
import { ServiceScreen } from './service-screen.tsx';
import { TableOf } from './table-of.tsx';
import { Tabs } from './tabs.tsx';

const TABS = [
  ['signals', 'Signals'],
  ['configuration', 'Configuration'],
] as const;
const ROWS_MAX = 2_000;

const COLUMNS: readonly Column<SignalRow>[] = [
  { id: 'symbol', title: 'Symbol', value: ({ symbol }) => symbol },
  { id: 't', title: 'Time, ET', value: ({ t }) => t, cell: ({ t }) => <When t={t} dated /> },
  { id: 'strategy', title: 'Strategy', value: ({ strategy }) => strategy, isMinor: true },
  {
    id: 'side',
    title: 'Side',
    value: ({ direction }) => (direction > 0 ? 'long' : 'short'),
    cell: ({ direction }) => <Direction up={direction > 0} words={direction > 0 ? 'long' : 'short'} />,
  },
  {
    id: 'claim',
    title: 'Claim, bp',
    words: 'the forward return that the strategy claims',
    kind: 'number',
    value: ({ meanBp }) => meanBp,
    cell: ({ meanBp, sdBp }) => `${signed(meanBp, 1)} ± ${fixed(sdBp, 0)}`,
  },
  {
    id: 'velocity',
    title: 'P(up)',
    kind: 'number',
    value: ({ velocityUp }) => velocityUp,
    cell: ({ velocityUp }) => percent(velocityUp, 1),
    isMinor: true,
  },
  {
    id: 'regime',
    title: 'Regime',
    value: ({ regime }) => regime,
    cell: ({ regime }) => <RegimeMark regime={regime} />,
    isMinor: true,
  },
  { id: 'answer', title: 'Risk’s answer', value: ({ answer }) => answer, cell: ({ answer }) => <Answer answer={answer} /> },
];

/** What risk said to a signal. */
const Answer = ({ answer }: { readonly answer: string }): JSX.Element =>
  answer === 'approved' ? <Badge tone="good">✓ approved</Badge> : answer === '' ? <>awaited</> : <code>✕ {answer}</code>;

/** What strategies believe, what that rests on, and what risk answered. */
export function Strategy(): JSX.Element {
  const { tab = 'signals' } = useScreenSearch();
  return (
    <ServiceScreen stage="strategy" title="Strategy">
      <Tabs label="Parts of strategy" tabs={TABS} />
      {tab === 'configuration' ? <Configured part="strategies" title="Strategies, as configured" /> : <Signals />}
    </ServiceScreen>
  );
}

function Signals(): JSX.Element {
  const signals = useRun(({ tables }) => tables.signals);
  const rows = useMemo(() => latest(signals, ROWS_MAX), [signals]);
  const { row } = useScreenSearch();
  const open = row === undefined ? undefined : signals.byKey.get(row);
  return (
    <div className={`split${row === undefined ? '' : ' opened'}`}>
      <section className="panel" aria-label="Signals">
        <TableOf
          label="signals"
          rows={rows}
          columns={COLUMNS}
          keyOf={({ key }) => key}
          opens
          empty="No strategy has signalled yet."
        />
      </section>
      {row !== undefined && (
        <Beside title={open === undefined ? 'Signal' : `${open.symbol} ${clock(open.t)}`}>
          {open !== undefined && <Evidence signal={open} />}
          <Decision signal={row} />
        </Beside>
      )}
    </div>
  );
}

/** What a signal rests on. */
function Evidence({ signal }: { readonly signal: SignalRow }): JSX.Element {
  const run = useRunName();
  const { symbol, t, reference, stop, target, horizonMinutes, meanBp, sdBp } = signal;
  return (
    <>
      <Figures>
        <Figure label="Reference">{price(reference)}</Figure>
        <Figure label="Stop">{price(stop)}</Figure>
        <Figure label="Target">{price(target)}</Figure>
        <Figure label="Horizon">{horizonMinutes} min</Figure>
        <Figure label="Claim, bp">
          {signed(meanBp, 1)} ± {fixed(sdBp, 0)}
        </Figure>
      </Figures>
      <p className="body">
        <Link to="/runs/$run/why" params={{ run }} search={{ symbol, day: date(t), time: clock(t) }}>
          Why this minute
        </Link>{' '}
        ·{' '}
        <Link to="/runs/$run/symbols/$symbol" params={{ run, symbol }}>
          {symbol} on a chart
        </Link>
      </p>
    </>
  );
}
