import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { FollowedOrders, TraceStep } from '@aitrader/application-console';
import type { TraceAnswer } from '@aitrader/service-console';
import { useTrace } from '../api/queries.ts';
import { WaterfallBar } from '../charts/waterfall.tsx';
import { useScreenSearch } from '../chrome/screen-search.ts';
import { Asked } from '../parts/asked.tsx';
import { Panel } from '../parts/panel.tsx';
import { When } from '../parts/when.tsx';
import { useRun, useRunName } from '../stream/run-context.tsx';
import { count, fixed } from '../words/numbers.ts';
import { clock, clockMillis, date, instantOf } from '../words/times.ts';
import { IntervalForm } from './interval-form.tsx';
import { ScreenOf } from './screen.tsx';

const MINUTE_MS = 60_000;

/** The way of an interval through the stages, by what is recorded of it: which message, and when the bus stored it. */
export function TraceScreen(): JSX.Element {
  const { day, time } = useScreenSearch();
  const t = day === undefined || time === undefined ? undefined : instantOf(day, time);
  return (
    <ScreenOf title="Trace">
      <div className="stack">
        <Panel title="An interval, by the minute that it closed">
          <IntervalForm key={`${day} ${time}`} />
        </Panel>
        {t !== undefined && (
          <>
            <Neighbours t={t} />
            <TraceOf t={t} />
          </>
        )}
      </div>
    </ScreenOf>
  );
}

function Neighbours({ t }: { readonly t: number }): JSX.Element {
  const run = useRunName();
  const to = (at: number, words: string): JSX.Element => (
    <Link to="/runs/$run/trace" params={{ run }} search={{ day: date(at), time: clock(at) }}>
      {words} {clock(at)}
    </Link>
  );
  return (
    <p>
      {to(t - MINUTE_MS, '← A minute earlier,')} · {to(t + MINUTE_MS, 'A minute later,')}
    </p>
  );
}

function TraceOf({ t }: { readonly t: number }): JSX.Element {
  const goesOn = useRun(({ beat }) => beat?.isGoingOn === true);
  return (
    <Asked query={useTrace(useRunName(), t, goesOn)} waiting="Reading the recording there…">
      {(trace) => (
        <>
          <Way trace={trace} />
          <Orders orders={trace.orders} />
        </>
      )}
    </Asked>
  );
}

const atMs = (ms: number): string => `${ms < 0 ? '−' : '+'}${fixed(Math.abs(ms), Math.abs(ms) < 100 ? 1 : 0)} ms`;

function Way({ trace }: { readonly trace: TraceAnswer }): JSX.Element {
  const { t, steps, missing, traceId, link, reads, shardsLeftOut } = trace;
  const began = steps.reduce((min, { storedAt }) => Math.min(min, storedAt), Infinity);
  const ended = steps.reduce((max, { storedAt }) => Math.max(max, storedAt), -Infinity);
  return (
    <Panel title={`The interval that closed at ${clock(t)}, ${date(t)}`}>
      <div className="table-scroll fit" tabIndex={0} role="region" aria-label="The way of the interval">
        <table className="data short buckets" aria-label="The way of the interval">
          <thead>
            <tr>
              {['Stage', 'Fact', 'Says', 'Message', 'Stored, ET', 'After the first'].map((head, i) => (
                <th key={head} scope="col" className={i > 2 ? 'number' : 'text'}>
                  {head}
                </th>
              ))}
              <td aria-hidden="true" />
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => (
              <Step key={step.seq} step={step} began={began} whole={ended - began} />
            ))}
          </tbody>
        </table>
      </div>
      {missing.length > 0 && <p className="note tone-warn">Not recorded of it, by now: {missing.join(', ')}.</p>}
      {shardsLeftOut > 0 && <p className="note">{count(shardsLeftOut)} more shards are not told of here.</p>}
      <p className="note">
        Execution says its word on the interval, with the orders of the one before, and then risk decides. The times are those at
        which the bus stored each message: of a recording that one process made in one go they say when it was written.{' '}
        {count(reads)} messages were read to find these. Its trace is{' '}
        {link === null ? (
          <code>{traceId}</code>
        ) : (
          <a href={link} target="_blank" rel="noreferrer">
            <code>{traceId}</code>
          </a>
        )}
        .
      </p>
    </Panel>
  );
}

const Step = ({
  step,
  began,
  whole,
}: {
  readonly step: TraceStep;
  readonly began: number;
  readonly whole: number;
}): JSX.Element => (
  <tr>
    <th scope="row">{step.shard < 0 ? step.stage : `${step.stage} ${step.shard}`}</th>
    <td>{step.fact}</td>
    <td>{step.words}</td>
    <td className="number">{count(step.seq)}</td>
    <td className="number">{clockMillis(step.storedAt)}</td>
    <td className="number">{atMs(step.storedAt - began)}</td>
    <td className="length" aria-hidden="true">
      <WaterfallBar from={0} to={step.storedAt - began} whole={whole} />
    </td>
  </tr>
);

function Orders({ orders }: { readonly orders: FollowedOrders }): JSX.Element {
  const run = useRunName();
  const { rows, happenings, isCut, upTo } = orders;
  if (rows.length === 0) return <Panel title="Its orders">{<p className="empty">Risk approved none in it.</p>}</Panel>;
  return (
    <>
      {rows.map(({ key, symbol, words }) => (
        <Panel
          key={key}
          title={`${symbol}: ${words}`}
          aside={
            <Link to="/runs/$run/execution" params={{ run }} search={{ row: key }}>
              The order
            </Link>
          }
        >
          <ol className="chain">
            {happenings
              .filter(({ orderId }) => orderId === key)
              .map(({ seq, fact, t, storedAt, words: said }, i) => (
                <li key={`${seq} ${i}`}>
                  <span className="at">
                    <When t={t} dated /> · message {count(seq)}, stored at {clockMillis(storedAt)}
                  </span>
                  <h3>{fact}</h3>
                  <p>{said}</p>
                </li>
              ))}
          </ol>
          {!happenings.some(({ orderId }) => orderId === key) && <p className="empty">Nothing has happened to it by now.</p>}
        </Panel>
      ))}
      <p className="note">
        What happened within two hours of the run, up to message {count(upTo)}
        {isCut ? '; there was more than is told here' : ''}. Requests and reports are of runs with a broker; the simulated one is
        asked nothing.
      </p>
    </>
  );
}
