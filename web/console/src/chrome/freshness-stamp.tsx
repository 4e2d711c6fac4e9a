import { useEffect, type JSX } from 'react';
import { useNow } from '../parts/now.ts';
import { useRun } from '../stream/run-context.tsx';
import type { RunState } from '../stream/run-state.ts';
import { freshnessOf } from '../stream/freshness.ts';
import { count } from '../words/numbers.ts';
import { duration } from '../words/times.ts';

/** How old what is shown may be. While it is stale, the whole screen is greyed. */
export function FreshnessStamp(): JSX.Element {
  const now = useNow();
  const state = useRun((all: RunState) => all);
  const { ageMs, isStale, why } = freshnessOf(state, now);
  useEffect(() => {
    document.documentElement.dataset['stale'] = String(isStale && state.beat !== undefined);
  }, [isStale, state.beat]);
  const goesOn = state.beat?.isGoingOn === true;
  return (
    <div className={`freshness${isStale ? ' stale' : ''}`}>
      <span className={`sign tone-${isStale ? 'warn' : 'good'}`} aria-hidden="true">
        {isStale ? '▲' : '●'}
      </span>{' '}
      {isStale ? `stale: ${why}, ` : ''}
      {duration(ageMs)} ago
      <span className="words">
        {' '}
        · message {count(state.beat?.read ?? state.seq)} of {count(state.beat?.stored ?? state.seq)}
        {goesOn ? '' : ' · nobody runs this run now'}
      </span>
    </div>
  );
}
