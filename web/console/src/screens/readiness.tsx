import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { Button } from 'react-aria-components';
import type { ReadinessPart } from '@aitrader/application-console';
import { testKillSwitch } from '../api/commands.ts';
import { readinessOf, SESSION, useReadiness } from '../api/queries.ts';
import { Operations } from '../commands/operations.tsx';
import { Asked } from '../parts/asked.tsx';
import { Badge, Figure, Figures } from '../parts/figures.tsx';
import { Panel } from '../parts/panel.tsx';
import { ReadinessGates } from '../parts/readiness-gates.tsx';
import { When } from '../parts/when.tsx';
import { useRunName } from '../stream/run-context.tsx';
import { count } from '../words/numbers.ts';
import { ScreenOf } from './screen.tsx';

/** Whether the run may be armed for real money, gate by gate, and what that rests on; of a run without real money, whether it would be. */
export function Readiness(): JSX.Element {
  const readiness = useReadiness(useRunName());
  return (
    <ScreenOf title="Readiness" aside={<Operations kinds={['arm', 'disarm']} />}>
      <Asked query={readiness} waiting="Asking the gates…">
        {(part) => (
          <div className="stack">
            <Verdict part={part} />
            <Panel title="Gates" aside={<KillSwitchTest part={part} />}>
              <ReadinessGates gates={part.gates} />
            </Panel>
            <PaperDays part={part} />
            <Evidence part={part} />
          </div>
        )}
      </Asked>
    </ScreenOf>
  );
}

interface PartProps {
  readonly part: ReadinessPart;
}

/** Armed, ready, or not; and how many gates and days that is. */
function Verdict({ part }: PartProps): JSX.Element {
  const { armed, isReady, isPreOpenMet, isLive, gates, cleanDays, days, date, at } = part;
  return (
    <section className="panel" aria-label="Verdict">
      <Figures>
        <Figure label="Verdict" tone={isReady ? 'good' : 'warn'}>
          {isReady ? '✓ ready' : '▲ not ready'}
        </Figure>
        <Figure label="Gates met">
          {gates.filter(({ isMet }) => isMet).length} of {gates.length}
        </Figure>
        <Figure label="Clean paper days in succession">
          {cleanDays} of {days.length}
        </Figure>
        <Figure label="Pre-open gate" tone={isPreOpenMet ? 'good' : 'warn'}>
          {isPreOpenMet ? '✓ met' : '▲ not met'}
        </Figure>
        <Figure label="Trade date">{date}</Figure>
        <Figure label="Armed" tone={armed === null ? 'quiet' : 'bad'}>
          {armed === null ? '○ no' : '● REAL MONEY'}
        </Figure>
      </Figures>
      <p className="note body">
        Looked at <When t={at} dated />. {armed === null ? '' : `Armed for ${armed.date} by ${armed.by}: ${armed.reason}. `}
        {isLive ? '' : 'This run trades with no real money: it cannot be armed, and is told what one would be.'}
      </p>
    </section>
  );
}

/** The trading dates that are asked for, each with what its parity found. */
function PaperDays({ part: { days, cleanDays } }: PartProps): JSX.Element {
  const [end = ''] = days.flatMap(({ problem }) => problem ?? []);
  return (
    <Panel title="Paper days" aside={`${cleanDays} clean in succession, of ${days.length} that are asked for`}>
      <ol className="days" aria-label="Trading dates, the latest first">
        {days.map(({ date, problem }) => (
          <li key={date} className={problem === null ? 'tone-good' : 'tone-quiet'} title={problem ?? 'clean'}>
            {problem === null ? '✓' : '✕'} {date}
            <span className="visually-hidden">{problem === null ? ': clean' : `: ${problem}`}</span>
          </li>
        ))}
      </ol>
      {end !== '' && <p className="note body">The count ends there: {end}.</p>}
    </Panel>
  );
}

/** What else is on record. */
const Evidence = ({ part: { approval, killSwitch } }: PartProps): JSX.Element => (
  <Panel title="On record">
    <dl className="said">
      <div>
        <dt>limits</dt>
        <dd>
          {approval === null ? (
            'nobody has approved any'
          ) : (
            <>
              <code>{approval.hash.slice(0, HASH_DIGITS)}…</code> approved by {approval.by}, <When t={approval.at} dated />:{' '}
              {approval.reason}
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>kill switch</dt>
        <dd>
          {killSwitch === null ? (
            'was not tested in this run'
          ) : (
            <>
              tested <When t={killSwitch.at} dated /> by message {count(killSwitch.seq)}:{' '}
              {killSwitch.heardMs === null
                ? 'services had not read it in time'
                : `execution and risk had read it after ${count(killSwitch.heardMs)} ms`}
            </>
          )}
        </dd>
      </div>
    </dl>
  </Panel>
);
const HASH_DIGITS = 12;

/** Tests whether commands reach the run; of one that is armed it would take that. */
function KillSwitchTest({ part: { armed, date } }: PartProps): JSX.Element {
  const run = useRunName();
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: async () => testKillSwitch(run, (await queries.ensureQueryData(SESSION)).csrf),
    onSettled: () => queries.invalidateQueries(readinessOf(run)),
  });
  return (
    <>
      {test.error !== null && <Badge tone="bad">{test.error.message}</Badge>}
      <Button className="button" isDisabled={test.isPending || armed?.date === date} onPress={() => test.mutate()}>
        {test.isPending ? 'Testing…' : 'Test the kill switch'}
      </Button>
    </>
  );
}
