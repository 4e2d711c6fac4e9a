import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useDecision } from '../api/queries.ts';
import { Asked } from '../parts/asked.tsx';
import { When } from '../parts/when.tsx';
import { useRunName } from '../stream/run-context.tsx';
import { date, clock } from '../words/times.ts';
import { GateTable } from './gate-table.tsx';

/** What risk decided on a signal, and what every gate found. */
export function Decision({ signal }: { readonly signal: string }): JSX.Element {
  const run = useRunName();
  return (
    <Asked query={useDecision(run, signal)} waiting="Asking for the gates…">
      {({ t, symbol, approved, gates }) => {
        const refused = gates.filter(({ verdict }) => verdict !== 'pass').length;
        return (
          <>
            <p className="body">
              {symbol} at <When t={t} dated />: {approved ? 'approved' : `refused by ${refused} of ${gates.length} gates`} ·{' '}
              <Link to="/runs/$run/trace" params={{ run }} search={{ day: date(t), time: clock(t) }}>
                The interval’s way through the stages
              </Link>
            </p>
            <GateTable gates={gates} />
          </>
        );
      }}
    </Asked>
  );
}
