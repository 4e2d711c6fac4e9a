import type { JSX, ReactNode } from 'react';
import type { ProposalRow } from '@aitrader/application-console';
import { useProposals } from '../api/queries.ts';
import { useScreenSearch } from '../chrome/screen-search.ts';
import { DecideForm } from '../commands/decide-form.tsx';
import { Asked } from '../parts/asked.tsx';
import { Badge, type Tone } from '../parts/figures.tsx';
import { When } from '../parts/when.tsx';
import { useRunName } from '../stream/run-context.tsx';
import type { Column } from '../tables/column.ts';
import { count } from '../words/numbers.ts';
import { Beside } from './beside.tsx';
import { ScreenOf } from './screen.tsx';
import { TableOf } from './table-of.tsx';

const STANDINGS: Readonly<Record<ProposalRow['standing'], readonly [Tone, string]>> = {
  open: ['warn', '▲ to be decided'],
  late: ['quiet', '○ too late'],
  approved: ['good', '✓ approved'],
  rejected: ['plain', '✕ turned down'],
  unrecorded: ['bad', '? approved, not known to be recorded'],
};

const Standing = ({ standing }: Pick<ProposalRow, 'standing'>): JSX.Element => (
  <Badge tone={STANDINGS[standing][0]}>{STANDINGS[standing][1]}</Badge>
);

const COLUMNS: readonly Column<ProposalRow>[] = [
  { id: 'kind', title: 'What', value: ({ kind }) => kind, cell: ({ kind }) => <code>{kind}</code> },
  { id: 'by', title: 'By', value: ({ by }) => by },
  { id: 'at', title: 'Proposed, ET', value: ({ at }) => at, cell: ({ at }) => <When t={at} dated /> },
  { id: 'standing', title: 'Standing', value: ({ standing }) => STANDINGS[standing][1], cell: (row) => <Standing {...row} /> },
  { id: 'reason', title: 'Why', value: ({ reason }) => reason, isMinor: true },
  { id: 'decidedBy', title: 'Decided by', value: ({ decidedBy }) => decidedBy, isMinor: true },
];

/** What agents propose, and what a first person asks for that takes two: what each would do, and the way to let it or to turn it down. */
export function Proposals(): JSX.Element {
  const proposals = useProposals(useRunName());
  const { row } = useScreenSearch();
  return (
    <ScreenOf title="Proposals">
      <Asked query={proposals} waiting="Asking for the proposals…">
        {(rows) => {
          const open = rows.find(({ key }) => key === row);
          return (
            <div className={`split${open === undefined ? '' : ' opened'}`}>
              <section className="panel" aria-label="Proposals">
                <TableOf
                  label="proposals"
                  rows={rows}
                  columns={COLUMNS}
                  keyOf={({ key }) => key}
                  sortFirst="-at"
                  opens
                  empty="Nothing was proposed for this run. docs/agents.md says how an agent does it."
                />
              </section>
              {open !== undefined && (
                <Beside title="Proposal">
                  <Proposal key={open.key} proposal={open} />
                </Beside>
              )}
            </div>
          );
        }}
      </Asked>
    </ScreenOf>
  );
}

function Proposal({ proposal }: { readonly proposal: ProposalRow }): JSX.Element {
  const { kind, by, from, at, words, reason, needs, standing, decidedBy, decidedBecause, seq, hash } = proposal;
  return (
    <>
      <dl className="said">
        <Said name="asks for">
          <code>{kind}</code>
        </Said>
        <Said name="would do">{words}</Said>
        <Said name="because">{reason}</Said>
        <Said name="by">
          {by}, {from === 'agent' ? 'an agent' : 'a person, who needs a second one'}, <When t={at} dated />
        </Said>
        <Said name="takes">somebody else, as {needs} at least</Said>
        <Said name="standing">
          <Standing standing={standing} />
        </Said>
        {decidedBy !== '' && (
          <Said name="decided">
            by {decidedBy}
            {decidedBecause === '' ? '' : `: ${decidedBecause}`}
            {seq === null ? '' : `; message ${count(seq)}`}
          </Said>
        )}
        <Said name="hash">
          <code>{hash.slice(0, SHOWN_DIGITS)}…</code>
        </Said>
      </dl>
      <DecideForm proposal={proposal} />
    </>
  );
}

const SHOWN_DIGITS = 16;

const Said = ({ name, children }: { readonly name: string; readonly children: ReactNode }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
