import type { JSX, ReactNode } from 'react';
import type { ProposalRow } from '@aitrader/application-console';
import type { CommandAnswer } from '@aitrader/service-console';
import { When } from '../parts/when.tsx';
import { useProposals, useSession } from '../api/queries.ts';
import { useRun, useRunName } from '../stream/run-context.tsx';
import { count } from '../words/numbers.ts';

interface StepProps {
  readonly done: boolean;
  readonly title: string;
  readonly children: ReactNode;
}

const Step = ({ done, title, children }: StepProps): JSX.Element => (
  <li className={done ? 'done' : 'awaited'}>
    <span className="sign" aria-hidden="true">
      {done ? '✓' : '…'}
    </span>
    <strong>{title}</strong> <span>{children}</span>
  </li>
);

/** What a second person has made of what takes two. */
function Approved({ proposal, id }: { readonly proposal: ProposalRow | undefined; readonly id: string }): JSX.Element {
  const { standing = 'open', decidedBy = '', decidedBecause = '' } = proposal ?? {};
  // who has a name of an issuer's is answered by another one who has
  const isNamed = useSession().data?.mode === 'oidc';
  if (standing === 'late')
    return (
      <Step done={false} title="too late">
        nobody has approved it in time: ask anew
      </Step>
    );
  if (decidedBy !== '')
    return (
      <Step done={standing === 'approved'} title={standing === 'rejected' ? 'turned down' : 'approved'}>
        by {decidedBy}
        {decidedBecause === '' ? '' : `: ${decidedBecause}`}
      </Step>
    );
  return (
    <Step done={false} title="approved">
      by a second person, under <em>Proposals</em>
      {!isNamed && (
        <>
          {' '}
          or by <code>aitrader approve {id}</code>
        </>
      )}
    </Step>
  );
}

/** How far a command has come: nothing is shown as done before the recording says it. */
export function CommandProgress({
  requestedAt,
  answer,
}: {
  readonly requestedAt: number;
  readonly answer: CommandAnswer | undefined;
}): JSX.Element {
  const awaits = answer?.awaits ?? null;
  const { data: proposals = [] } = useProposals(useRunName());
  const asked = awaits === null ? undefined : proposals.find(({ key }) => key === awaits);
  const seq = answer?.seq ?? asked?.seq ?? null;
  const row = useRun(({ tables }) => (seq === null ? undefined : tables.commands.byKey.get(String(seq))));
  const inForceAt = row?.inForceAt ?? null;
  const awaited = answer?.running === false ? 'when the run is gone on with: nobody runs it now' : 'at the next decision';
  return (
    <ol className="progress" role="status">
      <Step done title="requested">
        <When t={requestedAt} />
      </Step>
      {awaits !== null && <Approved proposal={asked} id={awaits} />}
      <Step done={seq !== null} title="recorded">
        {seq === null ? 'awaited' : `as message ${count(seq)}`}
      </Step>
      <Step done={inForceAt !== null} title="in force">
        {inForceAt === null ? (
          awaited
        ) : (
          <>
            from the interval that closed at <When t={inForceAt} dated />
          </>
        )}
      </Step>
    </ol>
  );
}
