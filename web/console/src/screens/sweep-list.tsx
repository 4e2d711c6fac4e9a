import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { ListedSweep } from '@aitrader/application-sweep';
import { useSweeps } from '../api/queries.ts';
import { Asked } from '../parts/asked.tsx';
import { Badge } from '../parts/figures.tsx';
import type { Column } from '../tables/column.ts';
import { count, fixed, percent } from '../words/numbers.ts';
import { dateAndClock } from '../words/times.ts';
import { UNTOLD } from '../words/work.ts';
import { TableOf } from './table-of.tsx';

/** What a share is of that nobody can tell. */
export const shareText = (share: number | null | undefined): string =>
  share === null || share === undefined ? UNTOLD : percent(share, 0);

const COLUMNS: readonly Column<ListedSweep>[] = [
  {
    id: 'name',
    title: 'Sweep',
    value: ({ name }) => name,
    cell: ({ name, summary }) =>
      summary === null ? (
        <code>{name}</code>
      ) : (
        <Link to="/sweeps/$sweep" params={{ sweep: name }} search={{}}>
          <code>{name}</code>
        </Link>
      ),
  },
  {
    id: 'written',
    title: 'Written, ET',
    value: ({ writtenAt }) => writtenAt,
    cell: ({ writtenAt }) => (writtenAt === 0 ? UNTOLD : dateAndClock(writtenAt)),
  },
  {
    id: 'trials',
    title: 'Trials',
    kind: 'number',
    value: ({ summary }) => summary?.trials ?? -1,
    cell: ({ summary }) => (summary === null ? UNTOLD : count(summary.trials)),
  },
  {
    id: 'dates',
    title: 'Dates',
    value: ({ summary }) => summary?.from ?? '',
    cell: ({ summary }) => (summary === null ? UNTOLD : `${summary.from} … ${summary.to}`),
    isMinor: true,
  },
  {
    id: 'sharpe',
    title: 'Best Sharpe',
    words: 'the highest Sharpe ratio per year of all trials',
    kind: 'number',
    value: ({ summary }) => summary?.sharpe ?? -Infinity,
    cell: ({ summary }) => (summary === null ? UNTOLD : fixed(summary.sharpe, 2)),
  },
  {
    id: 'deflated',
    title: 'Deflated',
    words: 'how likely the best is above what luck gives the best of so many',
    kind: 'number',
    value: ({ summary }) => summary?.deflated ?? -1,
    cell: ({ summary }) => shareText(summary?.deflated),
  },
  {
    id: 'overfitting',
    title: 'PBO',
    words: 'probability that the best was chosen by luck',
    kind: 'number',
    value: ({ summary }) => summary?.overfitting ?? -1,
    cell: ({ summary }) => shareText(summary?.overfitting),
  },
  { id: 'walk', title: 'Walked forward', value: ({ hasWalkForward }) => (hasWalkForward ? 'yes' : 'no'), isMinor: true },
  {
    id: 'problem',
    title: 'State',
    value: ({ problem }) => problem ?? 'whole',
    cell: ({ problem }) =>
      problem === null ? (
        'whole'
      ) : (
        <>
          <Badge tone="bad">✕ cannot be read</Badge> <span className="words">{problem}</span>
        </>
      ),
  },
];

/** The sweeps that are kept in the home; one that is damaged is listed with what is wrong with it. */
export const SweepList = (): JSX.Element => (
  <Asked query={useSweeps()} waiting="Asking for the sweeps…">
    {(rows) => (
      <section className="panel" aria-label="Sweeps">
        <TableOf
          label="sweeps"
          rows={rows}
          columns={COLUMNS}
          keyOf={({ name }) => name}
          sortFirst="-written"
          empty="No sweep is kept in this home: aitrader sweep … --into .aitrader/sweeps/NAME keeps one here."
        />
      </section>
    )}
  </Asked>
);
