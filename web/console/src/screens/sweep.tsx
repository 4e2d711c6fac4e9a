import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { SweepAnswer, TrialRow } from '@aitrader/service-console';
import { useSweep } from '../api/queries.ts';
import { useParam } from '../chrome/params.ts';
import { HomeFrame } from '../chrome/home-frame.tsx';
import { useScreenSearch } from '../chrome/screen-search.ts';
import { Asked } from '../parts/asked.tsx';
import { Figure, Figures } from '../parts/figures.tsx';
import { Panel } from '../parts/panel.tsx';
import type { Column } from '../tables/column.ts';
import { count, dollars, fixed, percent, signedPercent } from '../words/numbers.ts';
import { partOf, setsText } from '../words/trial.ts';
import { UNTOLD } from '../words/work.ts';
import { Beside } from './beside.tsx';
import { ScreenOf } from './screen.tsx';
import { shareText } from './sweep-list.tsx';
import { TableOf } from './table-of.tsx';

const keyOf = ({ trial }: TrialRow): string => String(trial);

const COLUMNS: readonly Column<TrialRow>[] = [
  { id: 'trial', title: 'Trial', kind: 'number', value: ({ trial }) => trial },
  { id: 'sets', title: 'Sets', value: ({ sets }) => setsText(sets) },
  {
    id: 'sharpe',
    title: 'Sharpe',
    words: 'per year',
    kind: 'number',
    value: (row) => row.sharpe,
    cell: (row) => fixed(row.sharpe, 2),
  },
  {
    id: 'deflated',
    title: 'Deflated',
    words: 'how likely the true Sharpe ratio is above what luck gives the best of so many',
    kind: 'number',
    value: ({ deflated }) => deflated ?? -1,
    cell: ({ deflated }) => shareText(deflated),
  },
  {
    id: 'probabilistic',
    title: 'Above 0',
    words: 'how likely the true Sharpe ratio is above zero',
    kind: 'number',
    value: ({ probabilistic }) => probabilistic ?? -1,
    cell: ({ probabilistic }) => shareText(probabilistic),
    isMinor: true,
  },
  {
    id: 'return',
    title: 'Return',
    kind: 'number',
    value: ({ totalReturn }) => totalReturn,
    cell: ({ totalReturn }) => signedPercent(totalReturn),
  },
  {
    id: 'drawdown',
    title: 'Drawdown',
    kind: 'number',
    value: ({ maxDrawdown }) => maxDrawdown,
    cell: ({ maxDrawdown }) => percent(maxDrawdown),
    isMinor: true,
  },
  {
    id: 'fills',
    title: 'Fills',
    kind: 'number',
    value: ({ counts }) => counts.fills,
    cell: ({ counts }) => count(counts.fills),
    isMinor: true,
  },
];

/** A sweep: its trials, how far the best can be believed, and what walking forward through it came to. */
export function Sweep(): JSX.Element {
  const name = useParam('sweep');
  return (
    <HomeFrame>
      <ScreenOf
        title={`Sweep ${name}`}
        aside={
          <Link to="/backtests" search={{ tab: 'sweeps' }}>
            All sweeps
          </Link>
        }
      >
        <Asked query={useSweep(name)} waiting="Reading the sweep…">
          {(sweep) => (
            <div className="stack">
              <Choice sweep={sweep} />
              <WalkForward sweep={sweep} />
              <Trials sweep={sweep} />
            </div>
          )}
        </Asked>
      </ScreenOf>
    </HomeFrame>
  );
}

function Choice({ sweep }: { readonly sweep: SweepAnswer }): JSX.Element {
  const { choice, trials, leftOut, dates, from, to, digest } = sweep;
  const { overfitting, superiority } = choice;
  return (
    <Panel title="How far choosing the best can be believed">
      <Figures>
        <Figure label="Trials">{count(trials.length + leftOut)}</Figure>
        <Figure label="Trade dates" hint={dates === 0 ? undefined : `${from} … ${to}`}>
          {count(dates)}
        </Figure>
        <Figure label="Overfitting" hint="PBO: the best of one half is below the median in the other">
          {shareText(overfitting?.probability)}
        </Figure>
        <Figure label="Loss" hint="the best of one half loses in the other">
          {shareText(overfitting?.lossProbability)}
        </Figure>
        <Figure label="Reality check" hint="p-value: luck alone does as well">
          {superiority === null ? UNTOLD : fixed(superiority.realityCheck, 3)}
        </Figure>
        <Figure label="Superior ability" hint="p-value, consistent">
          {superiority === null ? UNTOLD : fixed(superiority.superiorAbility.consistent, 3)}
        </Figure>
      </Figures>
      <p className="note">
        Digest of all trials: <code>{digest.slice(0, 16)}…</code>
        {overfitting === null && ' · too few trade dates or trials to say how much is chosen by luck'}
      </p>
    </Panel>
  );
}

function WalkForward({ sweep: { walkForward, walkForwardProblem } }: { readonly sweep: SweepAnswer }): JSX.Element | null {
  if (walkForwardProblem !== null)
    return (
      <Panel title="Walked forward">
        <p className="empty" role="alert">
          {walkForwardProblem}
        </p>
      </Panel>
    );
  if (walkForward === null) return null;
  const { plan, folds, totalReturn, maxDrawdown, sharpe, probabilistic, hindsight } = walkForward;
  return (
    <Panel title="Walked forward">
      <Figures>
        <Figure label="Out of sample" hint={`chosen by ${plan.by}, ${count(plan.embargo)} dates of embargo`}>
          {signedPercent(totalReturn)}
        </Figure>
        <Figure label="Sharpe" hint={`above 0: ${shareText(probabilistic)}`}>
          {fixed(sharpe, 2)}
        </Figure>
        <Figure label="Drawdown">{percent(maxDrawdown)}</Figure>
        <Figure label="With hindsight" hint={`trial ${hindsight.trial}`}>
          {signedPercent(hindsight.totalReturn)}
        </Figure>
      </Figures>
      <div className="table-scroll fit" tabIndex={0} role="region" aria-label="Tests of the walk forward">
        <table className="data short" aria-label="Tests of the walk forward">
          <thead>
            <tr>
              {['Test', 'Trial', 'Sets', 'Return', 'Sharpe', 'Place'].map((head, i) => (
                <th key={head} scope="col" className={i > 2 ? 'number' : 'text'}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {folds.map(({ test, trial, sets, totalReturn: came, sharpe: ratio, rank }) => (
              <tr key={test.first}>
                <th scope="row">
                  {test.first} … {test.last}
                </th>
                <td>{trial}</td>
                <td>{setsText(sets)}</td>
                <td className="number">{signedPercent(came)}</td>
                <td className="number">{fixed(ratio, 2)}</td>
                <td className="number">{count(rank)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Trials({ sweep: { trials, leftOut } }: { readonly sweep: SweepAnswer }): JSX.Element {
  const { row } = useScreenSearch();
  const open = trials.find((trial) => keyOf(trial) === row);
  return (
    <div className={`split${open === undefined ? '' : ' opened'}`}>
      <section className="panel" aria-label="Trials">
        <TableOf
          label="trials"
          rows={trials}
          columns={COLUMNS}
          keyOf={keyOf}
          sortFirst="-sharpe"
          opens
          empty="It has no trial."
        />
        {leftOut > 0 && <p className="note">{count(leftOut)} trials with lower Sharpe ratios are not told of.</p>}
      </section>
      {open !== undefined && (
        <Beside title={`Trial ${open.trial}`}>
          <Trial trial={open} />
        </Beside>
      )}
    </div>
  );
}

function Trial({ trial }: { readonly trial: TrialRow }): JSX.Element {
  const { sets, equity, counts, trackRecordMin, configHash, digest } = trial;
  const part = partOf(sets);
  return (
    <>
      <Figures>
        <Figure label="Equity" hint={`from ${dollars(equity.start)}`}>
          {dollars(equity.end)}
        </Figure>
        <Figure label="Signals">{count(counts.signals)}</Figure>
        <Figure label="Orders">{count(counts.orders)}</Figure>
        <Figure label="Denials">{count(counts.denials)}</Figure>
        <Figure label="Dates until 95 %" hint="until it is that likely above 0">
          {trackRecordMin === null ? UNTOLD : count(trackRecordMin)}
        </Figure>
      </Figures>
      <dl className="settings">
        {Object.entries(sets).map(([path, value]) => (
          <div key={path}>
            <dt>{path}</dt>
            <dd>{JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
      <p className="body">
        Configuration <code>{configHash.slice(0, 12)}</code>, digest <code>{digest.slice(0, 12)}</code>. A trial leaves no
        recording; a backtest of the same bars with its configuration has the same digest, and a report.{' '}
        {part === undefined ? (
          'It sets something of one strategy: give --config the whole list.'
        ) : (
          <Link to="/backtests" search={{ config: JSON.stringify(part) }}>
            Begin it as a backtest
          </Link>
        )}
      </p>
    </>
  );
}
