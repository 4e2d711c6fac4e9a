import { useNavigate } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { RunRow } from '@aitrader/application-console';
import { useJobs, useRuns } from '../api/queries.ts';
import { HomeFrame } from '../chrome/home-frame.tsx';
import { Asked } from '../parts/asked.tsx';
import { Badge, type Tone } from '../parts/figures.tsx';
import type { Column } from '../tables/column.ts';
import { bytes, count } from '../words/numbers.ts';
import { JobList } from './job-list.tsx';
import { MoreOfRun } from './more-of-run.tsx';
import { ScreenOf } from './screen.tsx';
import { TableOf } from './table-of.tsx';

const STATES: Readonly<Record<string, readonly [Tone, string]>> = {
  running: ['good', '●'],
  complete: ['plain', '✓'],
  interrupted: ['warn', '▲'],
  failed: ['bad', '✕'],
};

const COLUMNS: readonly Column<RunRow>[] = [
  { id: 'run', title: 'Run', value: ({ run }) => run, cell: ({ run }) => <code>{run}</code> },
  {
    id: 'state',
    title: 'State',
    value: ({ state }) => state,
    cell: ({ state }) => {
      const [tone, sign] = STATES[state] ?? ['quiet', '○'];
      return (
        <Badge tone={tone}>
          {sign} {state}
        </Badge>
      );
    },
  },
  { id: 'kind', title: 'Kind', value: ({ kind }) => kind, isMinor: true },
  {
    id: 'created',
    title: 'Begun',
    value: ({ created }) => created,
    cell: ({ created }) => created.slice(0, 16).replace('T', ' '),
  },
  { id: 'from', title: 'Dates', value: ({ from }) => from, cell: ({ from, to }) => datesText(from, to), isMinor: true },
  { id: 'symbols', title: 'Symbols', kind: 'number', value: ({ symbols }) => symbols, cell: ({ symbols }) => count(symbols) },
  {
    id: 'messages',
    title: 'Messages',
    kind: 'number',
    value: (row) => row.messages,
    cell: (row) => count(row.messages),
    isMinor: true,
  },
  { id: 'bytes', title: 'Size', kind: 'number', value: (row) => row.bytes, cell: (row) => bytes(row.bytes), isMinor: true },
  {
    id: 'more',
    title: 'More',
    value: () => '',
    cell: ({ run, state }) => (state === 'complete' ? <MoreOfRun run={run} /> : ''),
    isMinor: true,
  },
  { id: 'problem', title: 'Problem', value: ({ problem }) => problem ?? '', isMinor: true },
];

const datesText = (from: string, to: string): string => {
  const [first, last] = [from.slice(0, 10), to.slice(0, 10)];
  return first === last ? first : `${first} … ${last}`;
};

/** All recordings of the home: what goes on first, then the newest. */
export function Runs(): JSX.Element {
  const runs = useRuns();
  const navigate = useNavigate();
  const { data: jobs = [] } = useJobs();
  return (
    <HomeFrame>
      <ScreenOf title="Recordings">
        {jobs.length > 0 && <JobList />}
        <Asked query={runs} waiting="Asking for the recordings…">
          {(rows) => (
            <section className="panel fill" aria-label="Recordings">
              <TableOf
                label="recordings"
                rows={rows}
                columns={COLUMNS}
                keyOf={({ run }) => run}
                empty="Nothing was recorded here yet: aitrader paper begins a run."
                onOpen={({ run }) => void navigate({ to: '/runs/$run', params: { run }, search: {} })}
              />
            </section>
          )}
        </Asked>
      </ScreenOf>
    </HomeFrame>
  );
}
