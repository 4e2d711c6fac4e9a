import { Link } from '@tanstack/react-router';
import type { JSX, ReactNode } from 'react';
import { useScreenSearch } from '../chrome/screen-search.ts';
import { When } from '../parts/when.tsx';
import { useRun } from '../stream/run-context.tsx';
import { count } from '../words/numbers.ts';
import { ServiceBadge, placeOf, type Stage } from './pipeline.tsx';
import { ScreenOf } from './screen.tsx';
import { ServiceWork } from './service-work.tsx';

interface ServiceScreenProps {
  readonly stage: Stage;
  readonly title: string;
  readonly children: ReactNode;
  /** beside the title */
  readonly aside?: ReactNode;
}

/** The same skeleton for every service: how it is, where each of its instances stands, and then its own matter. */
export function ServiceScreen({ stage, title, children, aside }: ServiceScreenProps): JSX.Element {
  const { tab } = useScreenSearch();
  const isWork = tab === WORK_TAB;
  return (
    <ScreenOf title={title} aside={aside}>
      <div className="stack">
        <ServicePlace stage={stage} />
        <p>
          <Link to="." search={isWork ? {} : { tab: WORK_TAB }}>
            {isWork ? `Back to ${title.toLowerCase()}` : 'How long it takes, its checkpoints and its configuration'}
          </Link>
        </p>
        {isWork ? <ServiceWork stage={stage} /> : children}
      </div>
    </ScreenOf>
  );
}

/** The part of every service's screen that tells of its process. */
const WORK_TAB = 'process';

/** Instances that are told of one by one; more are told of together. */
const INSTANCES_SHOWN = 8;

function ServicePlace({ stage }: { readonly stage: Stage }): JSX.Element {
  const service = useRun(({ beat }) => beat?.services.find((one) => one.stage === stage));
  const stored = useRun(({ beat }) => beat?.stored ?? 0);
  if (service === undefined)
    return (
      <p className="place">
        <ServiceBadge service={service} /> Nobody runs this run now: what is shown is what its recording says.
      </p>
    );
  const { seq, waiting } = placeOf(service);
  const { instances, pid } = service;
  return (
    <div className="place">
      <ServiceBadge service={service} />
      <dl>
        <Place name="process">{pid ?? '–'}</Place>
        {stage !== 'ingest' && <Place name="behind">{count(Math.max(0, stored - seq))}</Place>}
        <Place name={stage === 'ingest' ? 'sent ahead' : 'waiting'}>{count(waiting)}</Place>
        {instances.slice(0, INSTANCES_SHOWN).map(({ shard, t, seq: at }) => (
          <Place key={shard} name={shard < 0 ? 'last interval' : `shard ${shard}`}>
            {t > 0 ? <When t={t} /> : 'none yet'}
            {at > 0 && <small> message {count(at)}</small>}
          </Place>
        ))}
        {instances.length > INSTANCES_SHOWN && <Place name="more shards">{count(instances.length - INSTANCES_SHOWN)}</Place>}
      </dl>
    </div>
  );
}

const Place = ({ name, children }: { readonly name: string; readonly children: ReactNode }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
