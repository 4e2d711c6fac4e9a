import type { JSX, ReactNode } from 'react';
import { Figure, Figures } from '../parts/figures.tsx';
import { Panel } from '../parts/panel.tsx';
import { When } from '../parts/when.tsx';
import { useRun } from '../stream/run-context.tsx';
import { count } from '../words/numbers.ts';
import { ServiceBadge, placeOf, type Stage } from './pipeline.tsx';
import { ScreenOf } from './screen.tsx';

interface ServiceScreenProps {
  readonly stage: Stage;
  readonly title: string;
  readonly children: ReactNode;
  /** beside the title */
  readonly aside?: ReactNode;
}

/** The same skeleton for every service: how it is, where each of its instances stands, and then its own matter. */
export const ServiceScreen = ({ stage, title, children, aside }: ServiceScreenProps): JSX.Element => (
  <ScreenOf title={title} aside={aside}>
    <div className="stack">
      <ServicePlace stage={stage} />
      {children}
    </div>
  </ScreenOf>
);

/** Instances that are told of one by one; more are told of together. */
const INSTANCES_SHOWN = 8;

function ServicePlace({ stage }: { readonly stage: Stage }): JSX.Element {
  const service = useRun(({ beat }) => beat?.services.find((one) => one.stage === stage));
  const stored = useRun(({ beat }) => beat?.stored ?? 0);
  if (service === undefined)
    return (
      <Panel title="Service" aside={<ServiceBadge service={service} />}>
        <p className="empty">Nobody runs this run now: what is shown is what its recording says.</p>
      </Panel>
    );
  const { seq, waiting } = placeOf(service);
  return (
    <Panel title="Service" aside={<ServiceBadge service={service} />}>
      <Figures>
        <Figure label="Process">{service.pid ?? '–'}</Figure>
        <Figure label="Behind the recording">{stage === 'ingest' ? '–' : count(Math.max(0, stored - seq))}</Figure>
        <Figure label={stage === 'ingest' ? 'Sent ahead' : 'Intervals that wait'}>{count(waiting)}</Figure>
        {service.instances.slice(0, INSTANCES_SHOWN).map(({ shard, t, seq: at }) => (
          <Figure
            key={shard}
            label={shard < 0 ? 'Last interval' : `Shard ${shard}`}
            hint={at > 0 ? `message ${count(at)}` : undefined}
          >
            {t > 0 ? <When t={t} /> : 'none yet'}
          </Figure>
        ))}
        {service.instances.length > INSTANCES_SHOWN && (
          <Figure label="More shards">{count(service.instances.length - INSTANCES_SHOWN)}</Figure>
        )}
      </Figures>
    </Panel>
  );
}
