import type { JSX } from 'react';
import type { ReadinessGateRow } from '@aitrader/application-console';

/** Every gate with what it found, against what, and what to do; those that are not met stand first. */
export function ReadinessGates({
  gates,
  isShort = false,
}: {
  readonly gates: readonly ReadinessGateRow[];
  /** where there is little room: of what is not met, what to do, and of the rest the figures alone */
  readonly isShort?: boolean;
}): JSX.Element {
  const sorted = [...gates.filter(({ isMet }) => !isMet), ...gates.filter(({ isMet }) => isMet)];
  return (
    <div
      className={`table-scroll ${isShort ? 'brief' : 'whole'}`}
      tabIndex={0}
      role="region"
      aria-label="Gates before real money"
    >
      <table className="data" aria-label="Gates before real money">
        <thead>
          <tr>
            <th scope="col">Gate</th>
            <th scope="col">Verdict</th>
            <th scope="col" className="number">
              Value
            </th>
            <th scope="col" className="number">
              Limit
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ key, isMet, value, limit, words, todo }) => (
            <tr key={key} className={isMet ? '' : 'attention'}>
              <th scope="row" className="wrap">
                <code>{key}</code>
                {!isShort && <small className="words">{words}</small>}
                {todo !== '' && <small className="words todo">→ {todo}</small>}
              </th>
              <td className={isMet ? 'tone-good' : 'tone-bad'}>{isMet ? '✓ met' : '✕ not met'}</td>
              <td className="number">{value}</td>
              <td className="number">{limit}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
