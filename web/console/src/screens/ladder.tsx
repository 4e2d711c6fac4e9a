import type { JSX } from 'react';
import { Badge } from '../parts/figures.tsx';
import { Panel } from '../parts/panel.tsx';
import { When } from '../parts/when.tsx';
import { useRun } from '../stream/run-context.tsx';
import { percent } from '../words/numbers.ts';
import { drawdownShare } from '../words/standing.ts';

/** How far down the account is on the way to its halt, and the halts that there were. */
export function Ladder(): JSX.Element {
  const account = useRun((state) => state.account);
  const halts = useRun(({ tables }) => tables.halts);
  const used = account === undefined ? 0 : Math.min(1, drawdownShare(account));
  const rows = [...halts.byKey.values()].reverse();
  return (
    <Panel title="Halts">
      <div className="ladder">
        <div className="line">
          <p>
            Drawdown {percent(account?.drawdown ?? 0)} of {percent(account?.drawdownHalt ?? 0)} that halt: {percent(used, 0)} used
          </p>
          <div className="rail" aria-hidden="true">
            <div className="used" style={{ width: `${used * 100}%` }} />
          </div>
        </div>
        {rows.length === 0 ? (
          <p className="note">No halt so far.</p>
        ) : (
          <ul>
            {rows.map(({ key, t, kind, words, stands }) => (
              <li key={key}>
                <Badge tone={stands ? 'bad' : 'quiet'}>{stands ? '■ stands' : '○ over'}</Badge> {kind} at <When t={t} dated />:{' '}
                {words}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}
