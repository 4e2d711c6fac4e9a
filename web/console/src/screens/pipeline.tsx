import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { ServiceRow } from '@aitrader/application-console';
import { Badge } from '../parts/figures.tsx';
import { useNow } from '../parts/now.ts';
import { When } from '../parts/when.tsx';
import { useRun, useRunName } from '../stream/run-context.tsx';
import { count } from '../words/numbers.ts';
import { agoText, askedAgainBy, rateText, tookAtMost, UNTOLD } from '../words/work.ts';

/** The five services, in the order in which facts pass through them. */
export const STAGES = ['ingest', 'probability', 'strategy', 'risk', 'execution'] as const;
export type Stage = (typeof STAGES)[number];

const SAYS: Readonly<Record<Stage, string>> = {
  ingest: 'bars',
  probability: 'states',
  strategy: 'signals',
  risk: 'orders',
  execution: 'fills',
};

/** How far a service has come: the earliest interval of its instances, since all wait for the last of them. */
export function placeOf({ instances }: Pick<ServiceRow, 'instances'>): {
  readonly t: number;
  readonly waiting: number;
  readonly seq: number;
} {
  return {
    t: instances.reduce((min, { t }) => Math.min(min, t), Infinity),
    seq: instances.reduce((max, { seq }) => Math.max(max, seq), 0),
    waiting: instances.reduce((sum, { waiting }) => sum + waiting, 0),
  };
}

/** The services one after the other, each with what it says to the next. */
export function Pipeline(): JSX.Element {
  const beat = useRun((state) => state.beat);
  return (
    <ol className="pipeline" aria-label="Pipeline">
      {STAGES.map((stage) => (
        <li key={stage}>
          <StageTile stage={stage} service={beat?.services.find((one) => one.stage === stage)} stored={beat?.stored ?? 0} />
        </li>
      ))}
    </ol>
  );
}

function StageTile({
  stage,
  service,
  stored,
}: {
  readonly stage: Stage;
  readonly service: ServiceRow | undefined;
  readonly stored: number;
}): JSX.Element {
  const run = useRunName();
  const place = service === undefined ? undefined : placeOf(service);
  return (
    <Link className="tile" to={`/runs/$run/${stage}`} params={{ run }}>
      <span className="name">
        <strong>{stage}</strong> <ServiceBadge service={service} />
      </span>
      {service !== undefined && place !== undefined && Number.isFinite(place.t) ? (
        <dl>
          <Fact name="interval">{place.t > 0 ? <When t={place.t} /> : 'none yet'}</Fact>
          <Fact name={service.instances.length === 1 ? 'instance' : 'instances'}>{count(service.instances.length)}</Fact>
          <Fact name="behind">{stage === 'ingest' ? '–' : count(Math.max(0, stored - place.seq))}</Fact>
          <Fact name={stage === 'ingest' ? 'sent ahead' : 'waiting'}>{count(place.waiting)}</Fact>
          <WorkFacts service={service} />
        </dl>
      ) : (
        <p className="quiet">nobody runs it now</p>
      )}
      <span className="says" aria-hidden="true">
        {SAYS[stage]} →
      </span>
    </Link>
  );
}

/** What a service has done of late, and what of it went wrong; what it does not tell is no zero. */
function WorkFacts({ service }: { readonly service: ServiceRow }): JSX.Element {
  const now = useNow();
  const { work, troubles } = service;
  const askedAgain = askedAgainBy(service);
  const wrong = troubles === null ? undefined : troubles.errors + troubles.restarts;
  return (
    <>
      <Fact name="handled">{rateText(work?.perMinute)}</Fact>
      <Fact name="last">{agoText(work?.lastAt, now)}</Fact>
      <Fact name="p50">{work === null ? UNTOLD : tookAtMost(work, 0.5)}</Fact>
      <Fact name="p99">{work === null ? UNTOLD : tookAtMost(work, 0.99)}</Fact>
      <Fact name="asked again">{askedAgain === undefined ? UNTOLD : count(askedAgain)}</Fact>
      <Fact name="errors">
        {wrong === undefined ? UNTOLD : wrong === 0 ? '0' : <span className="tone-bad">✕ {count(wrong)}</span>}
      </Fact>
    </>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: React.ReactNode }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** Whether a service runs, as it says itself. */
export function ServiceBadge({ service }: { readonly service: ServiceRow | undefined }): JSX.Element {
  if (service === undefined) return <Badge tone="quiet">○ off</Badge>;
  if (service.status === null) return <Badge tone="bad">✕ silent</Badge>;
  return service.status === 'running' ? <Badge tone="good">● running</Badge> : <Badge tone="warn">▲ {service.status}</Badge>;
}
