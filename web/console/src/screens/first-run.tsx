import { Navigate } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useRuns } from '../api/queries.ts';
import { Asked } from '../parts/asked.tsx';

/** Where somebody comes in: at the run that goes on, else at the newest, else at the list. */
export function FirstRun(): JSX.Element {
  const runs = useRuns();
  return (
    <main id="screen" className="alone">
      <h1 className="visually-hidden">AI Trader console</h1>
      <Asked query={runs} waiting="Asking for the runs…">
        {(rows) => {
          const run = (rows.find(({ state }) => state === 'running') ?? rows[0])?.run;
          return run === undefined ? <Navigate to="/runs" replace /> : <Navigate to="/runs/$run" params={{ run }} replace />;
        }}
      </Asked>
    </main>
  );
}
