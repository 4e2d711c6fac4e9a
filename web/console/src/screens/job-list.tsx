import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { Button } from 'react-aria-components';
import type { JobRow } from '@aitrader/application-console';
import { ofRun } from '../api/client.ts';
import { useJob } from '../api/jobs.ts';
import { useJobs } from '../api/queries.ts';
import { Badge, type Tone } from '../parts/figures.tsx';
import { useNow } from '../parts/now.ts';
import { Panel } from '../parts/panel.tsx';
import { percent } from '../words/numbers.ts';
import { duration } from '../words/times.ts';

const STATES: Readonly<Record<JobRow['state'], readonly [Tone, string]>> = {
  running: ['good', '● goes on'],
  done: ['plain', '✓ done'],
  failed: ['bad', '✕ failed'],
  stopped: ['quiet', '○ stopped'],
};

/** Work that was started here, with how far it has come, and what it left. */
export function JobList(): JSX.Element {
  const { data: jobs = [] } = useJobs();
  return (
    <Panel title="Started here">
      {jobs.length === 0 ? (
        <p className="empty">Nothing was started here since the console is up.</p>
      ) : (
        <ul className="jobs" aria-label="Started here">
          {jobs.map((job) => (
            <Job key={job.key} job={job} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Job({ job }: { readonly job: JobRow }): JSX.Element {
  const { key, kind, about, by, startedAt, endedAt, state, share, run, isSame, words } = job;
  const now = useNow();
  const stop = useJob();
  const name = `${kind} of ${about}`;
  return (
    <li>
      <span className="what">
        <Badge tone={STATES[state][0]}>{STATES[state][1]}</Badge> <strong>{kind}</strong> <code>{about}</code>
      </span>
      <span className="far">
        {state === 'running' && <progress aria-label={name} max={1} {...(share === null ? {} : { value: share })} />}{' '}
        {share === null || state !== 'running' ? '' : `${percent(share, 0)}, `}
        {duration((endedAt ?? now) - startedAt)}, by {by}
      </span>
      <span className="left">
        {run !== null && state === 'done' && kind !== 'report' && (
          <Link to="/runs/$run" params={{ run }}>
            <code>{run}</code>
          </Link>
        )}
        {isSame !== null &&
          (isSame ? <Badge tone="good">✓ the digest of its recording</Badge> : <Badge tone="warn">▲ another digest</Badge>)}{' '}
        {run !== null && state === 'done' && kind === 'report' && (
          <a href={ofRun(run, 'report')} target="_blank" rel="noreferrer">
            Read the report
          </a>
        )}
        {state === 'running' && (
          <Button className="button quiet" onPress={() => stop.mutate({ kind: 'stop', job: key })}>
            Stop<span className="visually-hidden"> the {name}</span>
          </Button>
        )}
        {state === 'failed' && <span className="tone-bad">{words}</span>}
      </span>
    </li>
  );
}
