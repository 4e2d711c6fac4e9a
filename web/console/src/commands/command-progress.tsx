import type { JSX, ReactNode } from 'react';
import type { CommandAnswer } from '@aitrader/service-console';
import { When } from '../parts/when.tsx';
import { useRun } from '../stream/run-context.tsx';
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

/** How far a command has come: nothing is shown as done before the recording says it. */
export function CommandProgress({
  requestedAt,
  answer,
}: {
  readonly requestedAt: number;
  readonly answer: CommandAnswer | undefined;
}): JSX.Element {
  const seq = answer?.seq ?? null;
  const row = useRun(({ tables }) => (seq === null ? undefined : tables.commands.byKey.get(String(seq))));
  const inForceAt = row?.inForceAt ?? null;
  const awaited = answer?.running === false ? 'when the run is gone on with: nobody runs it now' : 'at the next decision';
  return (
    <ol className="progress" role="status">
      <Step done title="requested">
        <When t={requestedAt} />
      </Step>
      {answer !== undefined && answer.awaits !== null && (
        <Step done={false} title="approved">
          by a second person, under <em>Proposals</em> or by <code>aitrader approve {answer.awaits}</code>
        </Step>
      )}
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
