import { useEffect, useState, type JSX } from 'react';
import type { Change, FigureAt } from '@aitrader/application-time-machine';
import { SeriesChart, type Line } from '../charts/series-chart.tsx';
import { Badge, Figure, Figures } from '../parts/figures.tsx';
import { Panel } from '../parts/panel.tsx';
import { count, dollars, fixed, signedDollars } from '../words/numbers.ts';
import { Changes } from './changes.tsx';
import { DayClient } from './day-client.ts';
import { Minute } from './minute.tsx';
import { Parting } from './parting.tsx';
import type { DayShown, OpenDay, PartingShown } from './questions.ts';

const MS = 1_000;
const CHART_PX = 220;

/** A day under changes: what it came to, and where it parted from the day as it was. */
interface OtherDay {
  readonly changes: readonly Change[];
  readonly figures: readonly FigureAt[];
  readonly day: DayShown;
  readonly parting: PartingShown | null;
}

/** A recorded day decided again in this page: to look at any minute of it, and to see what other limits or strategies would have made of it. */
export function DayMachine({ url }: { readonly url: string }): JSX.Element {
  const [client, setClient] = useState<DayClient>();
  const [open, setOpen] = useState<OpenDay>();
  const [other, setOther] = useState<OtherDay>();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    const asked = new DayClient();
    setClient(asked);
    setOpen(undefined);
    // a worker would take it from where its own file is
    void asked.ask({ kind: 'open', url: new URL(url, document.baseURI).href }).then((answer) => {
      if (answer.kind === 'opened') setOpen(answer);
      else if (answer.kind === 'failed') setProblem(answer.message);
    });
    return () => asked.close();
  }, [url]);
  const decide = (changes: readonly Change[]): void => {
    setProblem(undefined);
    if (changes.length === 0) return setOther(undefined);
    setBusy(true);
    void client?.ask({ kind: 'decide', changes }).then((answer) => {
      setBusy(false);
      if (answer.kind === 'decided') setOther({ ...answer, changes });
      else if (answer.kind === 'failed') {
        // nothing is shown as under changes that it is not under
        setOther(undefined);
        setProblem(answer.message);
      }
    });
  };
  const failed = problem !== undefined && (
    <p className="empty tone-bad" role="alert">
      {problem}
    </p>
  );
  if (open === undefined || client === undefined)
    return failed === false ? (
      <p className="empty" role="status">
        Reading the day, and deciding it again…
      </p>
    ) : (
      failed
    );
  return (
    <div className="stack">
      <Proof open={open} />
      <Account open={open} other={other} />
      {failed}
      <div className="columns halves">
        <Changes open={open} figures={other?.figures ?? open.figures} isBusy={isBusy} onDecide={decide} />
        <Parting other={other} />
      </div>
      <Minute client={client} open={open} day={other?.day ?? open.day} changes={other?.changes ?? []} />
    </div>
  );
}

/** Whether what was decided here is what was recorded, to the byte. */
function Proof({ open: { recorded, day } }: { readonly open: OpenDay }): JSX.Element {
  const isSame = recorded === day.digest;
  return (
    <Panel title="Decided again in this page">
      <Figures>
        <Figure label="Against the recording" tone={isSame ? 'good' : 'bad'}>
          {isSame ? '✓ the same, to the byte' : '✕ another one'}
        </Figure>
        <Figure label="Digest">
          <code className="digest">{day.digest.slice(0, 16)}…</code>
        </Figure>
        <Figure label="Intervals">{count(day.t.length)}</Figure>
        <Figure label="Took">{fixed(day.ms / MS, 2)} s</Figure>
      </Figures>
      {!isSame && (
        <p className="note">
          This code decides otherwise than the one that wrote the recording: what is shown here is what this code decides.
        </p>
      )}
    </Panel>
  );
}

function Account({ open: { day }, other }: { readonly open: OpenDay; readonly other: OtherDay | undefined }): JSX.Element {
  const [was, is] = [day.equity.at(-1) ?? 0, other?.day.equity.at(-1)];
  const lines: readonly Line[] = [
    { label: 'as it was', values: day.equity, colour: 'accent', isFilled: true },
    ...(other === undefined ? [] : [{ label: 'under the changes', values: other.day.equity, colour: 'warn', isDashed: true }]),
  ];
  const words = `Equity, ${dollars(was)} at the end${is === undefined ? '' : `; ${dollars(is)} under the changes, dashed`}`;
  return (
    <Panel
      title="Equity"
      aside={is === undefined ? undefined : <Badge tone="warn">{signedDollars(is - was)} under the changes</Badge>}
    >
      <SeriesChart words={words} times={day.t} lines={lines} height={CHART_PX} format={(value) => `$${count(value)}`} />
      <Counts day={day} other={other?.day} />
    </Panel>
  );
}

const COUNTS = ['signals', 'orders', 'denials', 'fills'] as const satisfies readonly (keyof DayShown['counts'])[];

/** The chart's figures, for who cannot see it. */
const Counts = ({ day, other }: { readonly day: DayShown; readonly other: DayShown | undefined }): JSX.Element => (
  <div className="table-scroll whole">
    <table className="data" aria-label="What the day came to">
      <thead>
        <tr>
          <th scope="col">Day</th>
          {COUNTS.map((name) => (
            <th key={name} scope="col" className="number">
              {name}
            </th>
          ))}
          <th scope="col" className="number">
            equity
          </th>
        </tr>
      </thead>
      <tbody>
        <CountsRow title="as it was" day={day} />
        {other !== undefined && <CountsRow title="under the changes" day={other} />}
      </tbody>
    </table>
  </div>
);

const CountsRow = ({ title, day }: { readonly title: string; readonly day: DayShown }): JSX.Element => (
  <tr>
    <th scope="row">{title}</th>
    {COUNTS.map((name) => (
      <td key={name} className="number">
        {count(day.counts[name])}
      </td>
    ))}
    <td className="number">{dollars(day.equity.at(-1) ?? 0)}</td>
  </tr>
);
