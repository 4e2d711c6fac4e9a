import { Link } from '@tanstack/react-router';
import { useState, type FormEvent, type JSX } from 'react';
import { Button, FieldError, Form, Label, TextArea, TextField } from 'react-aria-components';
import type { RunRow } from '@aitrader/application-console';
import { useJob, type BacktestAsked } from '../api/jobs.ts';
import { useRuns } from '../api/queries.ts';
import { useScreenSearch } from '../chrome/screen-search.ts';
import { HomeFrame } from '../chrome/home-frame.tsx';
import { Field } from '../commands/field.tsx';
import { Asked } from '../parts/asked.tsx';
import { Panel } from '../parts/panel.tsx';
import type { Column } from '../tables/column.ts';
import { count } from '../words/numbers.ts';
import { JobList } from './job-list.tsx';
import { MoreOfRun } from './more-of-run.tsx';
import { ScreenOf } from './screen.tsx';
import { SweepList } from './sweep-list.tsx';
import { TableOf } from './table-of.tsx';
import { Tabs } from './tabs.tsx';

const COLUMNS: readonly Column<RunRow>[] = [
  {
    id: 'run',
    title: 'Run',
    value: ({ run }) => run,
    cell: ({ run }) => (
      <Link to="/runs/$run" params={{ run }}>
        <code>{run}</code>
      </Link>
    ),
  },
  { id: 'kind', title: 'Kind', value: ({ kind }) => kind },
  {
    id: 'created',
    title: 'Begun',
    value: ({ created }) => created,
    cell: ({ created }) => created.slice(0, 16).replace('T', ' '),
  },
  { id: 'state', title: 'State', value: ({ state }) => state },
  { id: 'symbols', title: 'Symbols', kind: 'number', value: ({ symbols }) => symbols, cell: ({ symbols }) => count(symbols) },
  {
    id: 'more',
    title: 'More',
    value: () => '',
    cell: ({ run, state }) => (state === 'running' ? '' : <MoreOfRun run={run} />),
  },
];

/** Runs of recorded bars: what was found, what goes on, and the form that begins one. */
export function Backtests(): JSX.Element {
  const { tab } = useScreenSearch();
  return (
    <HomeFrame>
      <ScreenOf title="Backtests">
        <div className="stack">
          <BacktestForm />
          <JobList />
          <Tabs label="Parts of backtests" tabs={TABS} />
          {tab === 'sweeps' ? <SweepList /> : <BacktestRuns />}
        </div>
      </ScreenOf>
    </HomeFrame>
  );
}

function BacktestRuns(): JSX.Element {
  const runs = useRuns();
  return (
    <Asked query={runs} waiting="Asking for the recordings…">
      {(rows) => (
        <section className="panel" aria-label="Backtests and replays">
          <TableOf
            label="backtests and replays"
            rows={rows.filter(({ kind }) => kind === 'backtest' || kind === 'replay')}
            columns={COLUMNS}
            keyOf={({ run }) => run}
            sortFirst="-created"
            empty="No backtest has left a recording here yet."
          />
        </section>
      )}
    </Asked>
  );
}

const TABS = [
  ['runs', 'Backtests and replays'],
  ['sweeps', 'Sweeps'],
] as const;

const NOTHING = { bars: 'sample', from: '', to: '', symbols: '', shards: '1', config: '' };

function BacktestForm(): JSX.Element {
  const job = useJob();
  const { config: asked = '' } = useScreenSearch();
  const [given, setGiven] = useState({ ...NOTHING, config: asked });
  const set = (name: keyof typeof NOTHING) => (value: string) => setGiven((before) => ({ ...before, [name]: value }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { bars, from, to, symbols, shards, config } = given;
    const wanted: BacktestAsked = {
      ...{ bars: bars.trim(), shards: Number(shards), config },
      ...(from.trim() === '' ? {} : { from: from.trim() }),
      ...(to.trim() === '' ? {} : { to: to.trim() }),
      ...(symbols.trim() === '' ? {} : { symbols: symbols.trim() }),
    };
    job.mutate({ kind: 'backtest', asked: wanted });
  };
  return (
    <Panel title="Begin a backtest">
      <Form className="form body" onSubmit={submit}>
        <div className="fields three">
          <Field label="Bars: sample, a file or an archive" name="bars" value={given.bars} onChange={set('bars')} isRequired />
          <Field label="From, YYYY-MM-DD" name="from" value={given.from} onChange={set('from')} />
          <Field label="To, YYYY-MM-DD" name="to" value={given.to} onChange={set('to')} />
          <Field label="Symbols, by commas; none: all" name="symbols" value={given.symbols} onChange={set('symbols')} />
          <Field label="Shards" name="shards" value={given.shards} onChange={set('shards')} isRequired isDecimal />
        </div>
        <TextField value={given.config} onChange={set('config')} name="config">
          <Label>What is to differ of the configuration, as JSON</Label>
          <TextArea rows={2} spellCheck={false} />
          <FieldError />
        </TextField>
        {job.error !== null && (
          <p className="refusal" role="alert">
            Refused: {job.error.message}
          </p>
        )}
        <div className="buttons">
          <Button className="button" type="submit" isDisabled={job.isPending}>
            Begin
          </Button>
        </div>
      </Form>
    </Panel>
  );
}
