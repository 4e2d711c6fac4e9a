import type { JSX } from 'react';
import { Panel } from '../parts/panel.tsx';
import { When } from '../parts/when.tsx';
import type { GateFoundOnce, PartingShown } from './questions.ts';

/** Where the day would have parted: the first decision that differs, and by which gate. */
export function Parting({ other }: { readonly other: { readonly parting: PartingShown | null } | undefined }): JSX.Element {
  return (
    <Panel title="Where it parts">
      <div role="status">
        {other === undefined && (
          <p className="empty">
            Change a figure or a strategy, and the first decision that would have been another one stands here.
          </p>
        )}
        {other?.parting === null && <p className="empty">Nowhere: every decision of the day stays as it was.</p>}
        {other !== undefined && other.parting !== null && <FirstParting parting={other.parting} />}
      </div>
    </Panel>
  );
}

const FirstParting = ({ parting: { t, answers } }: { readonly parting: PartingShown }): JSX.Element => (
  <div className="body">
    <p>
      At <When t={t} dated />, {answers.length === 1 ? 'one answer' : `${answers.length} answers`} of risk:
    </p>
    {answers.map(({ signalId, first, second, figures }) => (
      <div key={signalId}>
        <p>
          <code>{signalId}</code>: {first} as it was, <strong>{second}</strong> under the changes
        </p>
        {figures.length > 0 && (
          <div className="table-scroll whole" tabIndex={0} role="region" aria-label="Gates that found something else">
            <table className="data" aria-label="Gates that found something else">
              <thead>
                <tr>
                  <th scope="col">Gate</th>
                  <th scope="col">As it was</th>
                  <th scope="col">Under the changes</th>
                </tr>
              </thead>
              <tbody>
                {figures.map((figure) => (
                  <tr key={figure.gate}>
                    <th scope="row">
                      <code>{figure.gate}</code>
                    </th>
                    <Found found={figure.first} />
                    <Found found={figure.second} />
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    ))}
  </div>
);

const Found = ({ found: { isPass, words } }: { readonly found: GateFoundOnce }): JSX.Element =>
  isPass === null ? (
    <td>{words}</td>
  ) : (
    <td className={`tone-${isPass ? 'good' : 'bad'} wrap`}>
      {isPass ? '✓' : '✕'} {words}
    </td>
  );
