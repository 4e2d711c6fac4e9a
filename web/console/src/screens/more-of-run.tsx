import type { JSX } from 'react';
import { Button } from 'react-aria-components';
import { useJob } from '../api/jobs.ts';

/** What else can be made of a recording: it is played again, or its report is written. */
export function MoreOfRun({ run }: { readonly run: string }): JSX.Element {
  const job = useJob();
  return (
    <span className="row-actions">
      <Button className="button quiet" isDisabled={job.isPending} onPress={() => job.mutate({ kind: 'replay', run, config: '' })}>
        Replay<span className="visually-hidden"> {run}</span>
      </Button>
      <Button className="button quiet" isDisabled={job.isPending} onPress={() => job.mutate({ kind: 'report', run })}>
        Write report<span className="visually-hidden"> of {run}</span>
      </Button>
      {job.error !== null && <span role="alert">{job.error.message}</span>}
    </span>
  );
}
