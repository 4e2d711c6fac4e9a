import type { JSX } from 'react';
import { toneOf } from '../parts/figures.tsx';
import { useRun } from '../stream/run-context.tsx';
import { percent, signedDollars, signedPercent } from '../words/numbers.ts';
import { drawdownShare } from '../words/standing.ts';

/** What the run has won or lost, and how much of the drawdown that halts is used up. */
export function DayResult(): JSX.Element {
  const account = useRun((state) => state.account);
  if (account === undefined) return <div className="result">…</div>;
  const result = account.equity - account.equityBefore;
  const used = drawdownShare(account);
  return (
    <div className="result">
      <span>
        <span className="label">PnL</span> <strong className={`tone-${toneOf(result)}`}>{signedDollars(result)}</strong>{' '}
        <span className="words">{signedPercent(account.equityBefore > 0 ? result / account.equityBefore : 0)}</span>
      </span>
      <span title={`drawdown ${percent(account.drawdown)} of ${percent(account.drawdownHalt)} that halt`}>
        <span className="label">Drawdown</span>{' '}
        <meter
          min={0}
          max={1}
          low={0.5}
          high={0.8}
          optimum={0}
          value={Math.min(1, used)}
          aria-label="drawdown, as a share of what halts"
        />{' '}
        {percent(used, 0)} <span className="words">of halt</span>
      </span>
    </div>
  );
}
