import { Link } from '@tanstack/react-router';
import type { JSX, ReactNode } from 'react';
import { useReadiness } from '../api/queries.ts';
import { EquityChart } from '../charts/equity-chart.tsx';
import { Operations } from '../commands/operations.tsx';
import { Asked } from '../parts/asked.tsx';
import { Direction } from '../parts/direction.tsx';
import { Figure, Figures, toneOf } from '../parts/figures.tsx';
import { Panel } from '../parts/panel.tsx';
import { When } from '../parts/when.tsx';
import { latest } from '../stream/run-state.ts';
import { useRun, useRunName } from '../stream/run-context.tsx';
import { count, dollars, price, shares, signed, signedDollars } from '../words/numbers.ts';
import { clock, date } from '../words/times.ts';
import { Pipeline } from './pipeline.tsx';
import { ScreenOf } from './screen.tsx';

const LATEST = 8;
/** It is one panel of many, and to look at a run costs its bus something. */
const READINESS_EVERY_MS = 60_000;

/** One run at a glance: what its services do, how its account stands, and what happened last. */
export const Mission = (): JSX.Element => (
  <ScreenOf title="Mission control" aside={<Operations kinds={['resume', 'cancel', 'order']} />}>
    <Pipeline />
    <LastInterval />
    <div className="columns">
      <Panel title="Account" className="wide">
        <Account />
        <EquityChart height={120} />
      </Panel>
      <Panel title="So far">
        <Counts />
      </Panel>
      <Ready />
      <LatestFills />
      <LatestDenials />
      <LatestSignals />
    </div>
  </ScreenOf>
);

/** Where the way of the interval is told that the run has closed last. */
function LastInterval(): JSX.Element | null {
  const run = useRunName();
  const t = useRun(({ market }) => market?.t);
  if (t === undefined) return null;
  return (
    <p className="note">
      <Link to="/runs/$run/trace" params={{ run }} search={{ day: date(t), time: clock(t) }}>
        Follow the interval of <When t={t} /> through the stages
      </Link>
    </p>
  );
}

function Account(): JSX.Element {
  const account = useRun((state) => state.account);
  if (account === undefined) return <p className="empty">Nothing was decided yet.</p>;
  const { equity, cash, gross, realised, unrealised, fees, forecast } = account;
  return (
    <>
      <Figures>
        <Figure label="Equity">{dollars(equity)}</Figure>
        <Figure label="Realised" tone={toneOf(realised)}>
          {signedDollars(realised)}
        </Figure>
        <Figure label="Unrealised" tone={toneOf(unrealised)}>
          {signedDollars(unrealised)}
        </Figure>
        <Figure label="Cash">{dollars(cash)}</Figure>
        <Figure label="Gross">{dollars(gross)}</Figure>
        <Figure label="Fees">{dollars(fees)}</Figure>
      </Figures>
      {forecast !== null && <p className="note">The account’s own forecast: {forecast}</p>}
    </>
  );
}

/** How far the run is from real money, or whether it is there. */
function Ready(): JSX.Element {
  const run = useRunName();
  return (
    <Panel
      title="Readiness"
      aside={
        <Link to="/runs/$run/readiness" params={{ run }}>
          All gates
        </Link>
      }
    >
      <Asked query={useReadiness(run, READINESS_EVERY_MS)} waiting="Asking the gates…">
        {({ armed, isReady, gates, cleanDays, days }) => (
          <Figures>
            <Figure label="For real money" tone={armed !== null ? 'bad' : isReady ? 'good' : 'quiet'}>
              {armed !== null ? `● armed for ${armed.date}` : isReady ? '✓ ready' : '○ not ready'}
            </Figure>
            <Figure label="Gates met">
              {gates.filter(({ isMet }) => isMet).length} of {gates.length}
            </Figure>
            <Figure label="Clean paper days">
              {cleanDays} of {days.length}
            </Figure>
          </Figures>
        )}
      </Asked>
    </Panel>
  );
}

function Counts(): JSX.Element {
  const market = useRun((state) => state.market);
  if (market === undefined) return <p className="empty">Nothing yet.</p>;
  const { counts, bars, slices } = market;
  return (
    <Figures>
      <Figure label="Intervals">{count(slices)}</Figure>
      <Figure label="Bars">{count(bars)}</Figure>
      <Figure label="Signals">{count(counts.signals)}</Figure>
      <Figure label="Orders">{count(counts.orders)}</Figure>
      <Figure label="Denials">{count(counts.denials)}</Figure>
      <Figure label="Fills">{count(counts.fills)}</Figure>
    </Figures>
  );
}

interface LatestProps {
  readonly title: string;
  readonly more: ReactNode;
  readonly heads: readonly string[];
  readonly rows: readonly JSX.Element[];
  readonly empty: string;
}

/** The rows of a kind that came last. */
const Latest = ({ title, more, heads, rows, empty }: LatestProps): JSX.Element => (
  <Panel title={title} aside={more}>
    {rows.length === 0 ? (
      <p className="empty">{empty}</p>
    ) : (
      <table className="data short" aria-label={title}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" className={/Shares|Price|bp/.test(head) ? 'number' : 'text'}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{rows}</tbody>
      </table>
    )}
  </Panel>
);

function LatestFills(): JSX.Element {
  const run = useRunName();
  const fills = useRun(({ tables }) => tables.fills);
  const rows = latest(fills, LATEST).map(({ key, t, symbol, side, shares: held, price: at, leg }) => (
    <tr key={key}>
      <th scope="row">
        <Link to="/runs/$run/execution" params={{ run }} search={{ tab: 'fills', row: key }}>
          <When t={t} /> {symbol}
        </Link>
      </th>
      <td>
        <Direction up={side === 'buy'} words={side} />
      </td>
      <td className="number">{shares(held)}</td>
      <td className="number">{price(at)}</td>
      <td>{leg}</td>
    </tr>
  ));
  const more = (
    <Link to="/runs/$run/execution" params={{ run }} search={{ tab: 'fills' }}>
      All fills
    </Link>
  );
  return (
    <Latest
      title="Fills"
      more={more}
      heads={['Fill', 'Side', 'Shares', 'Price', 'Leg']}
      rows={rows}
      empty="Nothing was filled yet."
    />
  );
}

function LatestDenials(): JSX.Element {
  const run = useRunName();
  const denials = useRun(({ tables }) => tables.denials);
  const rows = latest(denials, LATEST).map(({ key, t, symbol, gate, words }) => (
    <tr key={key}>
      <th scope="row">
        <Link to="/runs/$run/risk" params={{ run }} search={{ row: key }}>
          <When t={t} /> {symbol}
        </Link>
      </th>
      <td>
        <code>{gate}</code>
      </td>
      <td className="clip" title={words}>
        {words}
      </td>
    </tr>
  ));
  const more = (
    <Link to="/runs/$run/risk" params={{ run }}>
      All denials
    </Link>
  );
  return (
    <Latest title="Denials" more={more} heads={['Denial', 'Gate', 'Why']} rows={rows} empty="Risk has refused nothing yet." />
  );
}

function LatestSignals(): JSX.Element {
  const run = useRunName();
  const signals = useRun(({ tables }) => tables.signals);
  const rows = latest(signals, LATEST).map(({ key, t, symbol, direction, meanBp, answer }) => (
    <tr key={key}>
      <th scope="row">
        <Link to="/runs/$run/strategy" params={{ run }} search={{ row: key }}>
          <When t={t} /> {symbol}
        </Link>
      </th>
      <td>
        <Direction up={direction > 0} words={direction > 0 ? 'long' : 'short'} />
      </td>
      <td className="number">{signed(meanBp, 1)}</td>
      <td className="clip">{answer}</td>
    </tr>
  ));
  const more = (
    <Link to="/runs/$run/strategy" params={{ run }}>
      All signals
    </Link>
  );
  return (
    <Latest
      title="Signals"
      more={more}
      heads={['Signal', 'Side', 'Claim, bp', 'Risk']}
      rows={rows}
      empty="No strategy has signalled yet."
    />
  );
}
