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
        {sorted.map((gate) => (
          <Gate key={gate.key} gate={gate} isShort={isShort} />
        ))}
      </table>
    </div>
  );
}

/** A gate's figures, and below them, as wide as the table, its words and what to do. */
function Gate({ gate, isShort }: { readonly gate: ReadinessGateRow; readonly isShort: boolean }): JSX.Element {
  const { key, isMet, value, limit, words, todo } = gate;
  const attention = isMet ? '' : 'attention';
  return (
    <tbody className="of-gate">
      <tr className={attention}>
        <th scope="row">
          <code>{key}</code>
        </th>
        <td className={isMet ? 'tone-good' : 'tone-bad'}>{isMet ? '✓ met' : '✕ not met'}</td>
        <td className="number">{value}</td>
        <td className="number">{limit}</td>
      </tr>
      {!(isShort && isMet) && (
        <tr className={`more ${attention}`}>
          <td colSpan={4}>
            {!isShort && <small className="words">{words}</small>}
            {todo !== '' && <small className="words todo">→ {todo}</small>}
          </td>
        </tr>
      )}
    </tbody>
  );
}
