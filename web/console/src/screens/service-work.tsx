import type { JSX } from 'react';
import type { ServiceRow } from '@aitrader/application-console';
import { BucketBars } from '../charts/bucket-bars.tsx';
import { Figure, Figures } from '../parts/figures.tsx';
import { useNow } from '../parts/now.ts';
import { Panel } from '../parts/panel.tsx';
import { When } from '../parts/when.tsx';
import { useRun } from '../stream/run-context.tsx';
import { count } from '../words/numbers.ts';
import { agoText, askedAgainBy, bucketsOf, oldestCheckpoint, rateText, tookAtMost, UNTOLD } from '../words/work.ts';
import { Configured } from './limits.tsx';
import type { Stage } from './pipeline.tsx';

/** What of a run's configuration is whose. */
const CONFIGURATION: Readonly<Record<Stage, readonly (readonly [part: string, title: string])[]>> = {
  ingest: [],
  probability: [['probability', 'Probability, as configured']],
  strategy: [['strategies', 'Strategies, as configured']],
  risk: [['risk', 'Limits, as configured']],
  execution: [
    ['broker', 'Broker, as configured (null: the simulated one)'],
    ['simulation', 'Costs of the simulated broker, as configured'],
  ],
};

/** A service as a process: how long it takes over what it hears, where its instances and their checkpoints are, and what it was told to do. */
export function ServiceWork({ stage }: { readonly stage: Stage }): JSX.Element {
  const service = useRun(({ beat }) => beat?.services.find((one) => one.stage === stage));
  return (
    <>
      {service === undefined ? (
        <Panel title="Work">
          <p className="empty">Nobody runs this run now, so nobody tells how long it takes: a recording has no such figures.</p>
        </Panel>
      ) : (
        <>
          <Handled service={service} />
          <Instances service={service} />
        </>
      )}
      {stage === 'ingest' && <Market />}
      {CONFIGURATION[stage].map(([part, title]) => (
        <Configured key={part} part={part} title={title} />
      ))}
    </>
  );
}

function Handled({ service }: { readonly service: ServiceRow }): JSX.Element {
  const now = useNow();
  const { work, troubles, stage } = service;
  const askedAgain = askedAgainBy(service);
  return (
    <Panel title="Work since the process began">
      <Figures>
        <Figure label="Handled" hint={rateText(work?.perMinute)}>
          {work === null ? UNTOLD : count(work.count)}
        </Figure>
        <Figure label="Half of it took">{work === null ? UNTOLD : tookAtMost(work, 0.5)}</Figure>
        <Figure label="99 % of it took">{work === null ? UNTOLD : tookAtMost(work, 0.99)}</Figure>
        <Figure label="Last">{agoText(work?.lastAt, now)}</Figure>
        <Figure label="Bus asked again">{askedAgain === undefined ? UNTOLD : count(askedAgain)}</Figure>
        <Figure label="Errors logged">{troubles === null ? UNTOLD : count(troubles.errors)}</Figure>
        <Figure label="Started again">{troubles === null ? UNTOLD : count(troubles.restarts)}</Figure>
      </Figures>
      {troubles !== null && troubles.last !== '' && <p className="note tone-bad">Last: {troubles.last}</p>}
      {work === null || work.count === 0 ? (
        <p className="empty">{work === null ? 'It does not tell how long it takes.' : 'It has handled nothing yet.'}</p>
      ) : (
        <BucketBars label={`how long ${stage} takes`} buckets={bucketsOf(work)} />
      )}
      <p className="note">
        {stage === 'ingest'
          ? 'Of ingest: from when an interval was there, or several of bars that are played, until it was stored.'
          : 'From when a message or an interval was handed to the stage until it had its answer; not until that was stored.'}
      </p>
    </Panel>
  );
}

function Instances({ service }: { readonly service: ServiceRow }): JSX.Element {
  const now = useNow();
  const { instances, stage } = service;
  if (instances.length === 0) return <Panel title="Instances">{<p className="empty">None answers.</p>}</Panel>;
  const oldest = oldestCheckpoint(service);
  return (
    <Panel title="Instances">
      <div className="table-scroll fit" tabIndex={0} role="region" aria-label={`Instances of ${stage}`}>
        <table className="data short" aria-label={`instances of ${stage}`}>
          <thead>
            <tr>
              {['Instance', 'Interval', 'Message', 'Waiting', 'Asked again', 'Checkpoint'].map((head, i) => (
                <th key={head} scope="col" className={i > 1 ? 'number' : 'text'}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {instances.map(({ shard, t, seq, waiting, askedAgain, checkpointAt }) => (
              <tr key={shard}>
                <th scope="row">{shard < 0 ? 'of the account' : `shard ${shard}`}</th>
                <td>{t > 0 ? <When t={t} dated /> : UNTOLD}</td>
                <td className="number">{seq > 0 ? count(seq) : UNTOLD}</td>
                <td className="number">{count(waiting)}</td>
                <td className="number">{askedAgain === null ? UNTOLD : count(askedAgain)}</td>
                <td className="number">{agoText(checkpointAt, now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="note">
        {stage === 'ingest'
          ? 'Ingest keeps no checkpoints: it goes on behind its last bar in the recording.'
          : oldest === null
            ? 'An instance has stored no checkpoint since it began: after a crash it reads on from an earlier one, or from the first message.'
            : `Oldest checkpoint: ${agoText(oldest, now)}; after a crash it reads on from there.`}
      </p>
    </Panel>
  );
}

function Market(): JSX.Element {
  const head = useRun((state) => state.head);
  if (head === undefined) return <Panel title="Bars, as configured">{<p className="empty">Nothing was recorded yet.</p>}</Panel>;
  const { kind, timeframe, symbols, shards, from, to, follows } = head;
  return (
    <Panel title="Bars, as configured">
      <Figures>
        <Figure label="Kind">{kind}</Figure>
        <Figure label="Timeframe">{timeframe}</Figure>
        <Figure label="Symbols">{count(symbols)}</Figure>
        <Figure label="Shards">{count(shards)}</Figure>
        <Figure label="From">
          <When t={from} dated />
        </Figure>
        <Figure label="To">
          <When t={to} dated />
        </Figure>
        <Figure label="Follows">{follows ?? 'no run'}</Figure>
      </Figures>
    </Panel>
  );
}
