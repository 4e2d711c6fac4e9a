import type { JSX } from 'react';
import type { GateRow } from '@aitrader/application-console';

const SIGNS: Readonly<Record<GateRow['verdict'], readonly [string, string]>> = {
  pass: ['good', '✓ pass'],
  deny: ['bad', '✕ deny'],
  unknown: ['warn', '? unknown'],
};

/** Every gate with what it found, against what, and in words; those that refused stand first. */
export function GateTable({ gates }: { readonly gates: readonly GateRow[] }): JSX.Element {
  const sorted = [...gates.filter(({ verdict }) => verdict !== 'pass'), ...gates.filter(({ verdict }) => verdict === 'pass')];
  return (
    <div className="table-scroll whole" tabIndex={0} role="region" aria-label="Gates">
      <table className="data" aria-label="Gates">
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
          {sorted.map(({ gate, verdict, value, limit, words }) => (
            <tr key={gate} className={verdict === 'pass' ? '' : 'attention'}>
              <th scope="row" className="wrap">
                <code>{gate}</code>
                <small className="words">{words}</small>
              </th>
              <td className={`tone-${SIGNS[verdict][0]}`}>{SIGNS[verdict][1]}</td>
              <td className="number">{value}</td>
              <td className="number">{limit}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
