import type { JSX } from 'react';
import { DayMachine } from '../machine/day-machine.tsx';
import { useRunName } from '../stream/run-context.tsx';
import { ScreenOf } from './screen.tsx';

/** The run as it stands now, decided again in this page. */
export function Machine(): JSX.Element {
  const run = useRunName();
  return (
    <ScreenOf title="Time machine">
      <DayMachine key={run} url={`/api/runs/${run}/tape`} />
    </ScreenOf>
  );
}
