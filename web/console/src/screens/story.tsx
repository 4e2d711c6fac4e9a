import type { JSX } from 'react';
import type { StoryPart } from '@aitrader/application-console';
import { When } from '../parts/when.tsx';
import { count } from '../words/numbers.ts';
import { GateTable } from './gate-table.tsx';

/** Why something happened, one part after the other. */
export const Story = ({ parts }: { readonly parts: readonly StoryPart[] }): JSX.Element => (
  <ol className="chain">
    {parts.map(({ title, t, seq, lines, conditions, gates }, i) => (
      <li key={`${title} ${i}`}>
        <span className="at">
          {t !== null && <When t={t} dated />}
          {seq !== null && ` · message ${count(seq)}`}
        </span>
        <h3>{title}</h3>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
        {conditions.length > 0 && (
          <ul className="conditions">
            {conditions.map(({ condition, passes, words }) => (
              <li key={condition}>
                <span className={`tone-${passes ? 'good' : 'bad'}`}>{passes ? '✓ pass' : '✕ deny'}</span> <code>{condition}</code>{' '}
                {words}
              </li>
            ))}
          </ul>
        )}
        {gates.length > 0 && (
          <details>
            <summary>{gatesWords(gates)}</summary>
            <GateTable gates={gates} />
          </details>
        )}
      </li>
    ))}
  </ol>
);

function gatesWords(gates: StoryPart['gates']): string {
  const refused = gates.filter(({ verdict }) => verdict !== 'pass');
  if (refused.length === 0) return `passed all ${gates.length} gates`;
  return `${refused.length} of ${gates.length} gates did not pass: ${refused.map(({ gate }) => gate).join(', ')}`;
}
