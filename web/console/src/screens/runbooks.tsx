import { Link, useNavigate } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { RunbookRow } from '@aitrader/application-console';
import { useRunbook, useRunbooks } from '../api/queries.ts';
import { HomeFrame } from '../chrome/home-frame.tsx';
import { useParam } from '../chrome/params.ts';
import { Asked } from '../parts/asked.tsx';
import { Blocks } from '../parts/blocks.tsx';
import type { Column } from '../tables/column.ts';
import { ScreenOf } from './screen.tsx';
import { TableOf } from './table-of.tsx';

const COLUMNS: readonly Column<RunbookRow>[] = [
  { id: 'title', title: 'Runbook', value: ({ title }) => title },
  // searched by all its words, and shown by none of them
  { id: 'text', title: 'File', value: ({ text }) => text, cell: ({ key }) => <code>{key}.md</code>, isMinor: true },
];

/** What to do when something is the matter: found by any of its words. */
export function Runbooks(): JSX.Element {
  const runbooks = useRunbooks();
  const navigate = useNavigate();
  return (
    <HomeFrame>
      <ScreenOf title="Runbooks">
        <Asked query={runbooks} waiting="Asking for the runbooks…">
          {(rows) => (
            <section className="panel fill" aria-label="Runbooks">
              <TableOf
                label="runbooks"
                rows={rows}
                columns={COLUMNS}
                keyOf={({ key }) => key}
                sortFirst="title"
                empty="There are no runbooks beside this console: they are the Markdown files of deploy/runbooks. docs/operations.md says what to do meanwhile."
                onOpen={({ key: runbook }) => void navigate({ to: '/runbooks/$runbook', params: { runbook }, search: {} })}
              />
            </section>
          )}
        </Asked>
      </ScreenOf>
    </HomeFrame>
  );
}

/** One runbook. */
export function Runbook(): JSX.Element {
  const name = useParam('runbook');
  return (
    <HomeFrame>
      <Asked query={useRunbook(name)} waiting="Asking for the runbook…">
        {({ title, blocks }) => (
          <ScreenOf title={title} aside={<Link to="/runbooks">All runbooks</Link>}>
            <article className="panel prose">
              <Blocks blocks={blocks[0]?.kind === 'heading' ? blocks.slice(1) : blocks} />
            </article>
          </ScreenOf>
        )}
      </Asked>
    </HomeFrame>
  );
}
