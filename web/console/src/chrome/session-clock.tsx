import type { JSX } from 'react';
import { useNow } from '../parts/now.ts';
import { useRun } from '../stream/run-context.tsx';
import { countdown, isPlayed, phaseWords } from '../words/session-words.ts';
import { clock, clockSeconds, dayOfWeek, utc } from '../words/times.ts';

/** What time it is for the run, in New York, and what its session comes to next. Bars that are played have a clock of their own. */
export function SessionClock(): JSX.Element {
  const market = useRun((state) => state.market);
  const now = useNow();
  if (market === undefined) return <div className="clock">no interval yet</div>;
  const played = isPlayed(market);
  const t = played ? market.t : now;
  return (
    <div className="clock" title={utc(t)}>
      <strong>{played ? clock(t) : clockSeconds(t)} ET</strong>
      <span>{dayOfWeek(t)}</span>
      <span>{phaseWords(market.phase)}</span>
      <span>{countdown(market, t)}</span>
      <span className="which">{played ? 'the run’s clock: bars are played' : 'wall clock'}</span>
    </div>
  );
}
