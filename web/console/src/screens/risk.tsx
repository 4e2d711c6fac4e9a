import { useMemo, type JSX } from 'react';
import type { DenialRow, GateCountRow } from '@aitrader/application-console';
import { useScreenSearch } from '../chrome/screen-search.ts';
import { Operations } from '../commands/operations.tsx';
import { When } from '../parts/when.tsx';
import { latest } from '../stream/run-state.ts';
import { useRun } from '../stream/run-context.tsx';
import type { Column } from '../tables/column.ts';
import { count } from '../words/numbers.ts';
import { Beside } from './beside.tsx';
import { Decision } from './decision.tsx';
import { Ladder } from './ladder.tsx';
import { Limits } from './limits.tsx';
import { ServiceScreen } from './service-screen.tsx';
import { TableOf } from './table-of.tsx';
import { Tabs } from './tabs.tsx';

const TABS = [
  ['denials', 'Denials'],
  ['gates', 'Gates'],
  ['limits', 'Limits'],
] as const;

/** What risk refuses and why, how near the account is to its halts, and what the limits are. */
export function Risk(): JSX.Element {
  const { tab = 'denials' } = useScreenSearch();
  return (
    <ServiceScreen stage="risk" title="Risk" aside={<Operations kinds={['resume']} />}>
      <Ladder />
      <Tabs label="Parts of risk" tabs={TABS} />
      {tab === 'gates' ? <Gates /> : tab === 'limits' ? <Limits /> : <Denials />}
    </ServiceScreen>
  );
}

const DENIAL_COLUMNS: readonly Column<DenialRow>[] = [
  { id: 'symbol', title: 'Symbol', value: ({ symbol }) => symbol },
  { id: 't', title: 'Time, ET', value: ({ t }) => t, cell: ({ t }) => <When t={t} dated /> },
  { id: 'gate', title: 'First gate', value: ({ gate }) => gate, cell: ({ gate }) => <code>{gate}</code> },
  { id: 'refusals', title: 'Refused', words: 'how many gates refused', kind: 'number', value: ({ refusals }) => refusals },
  { id: 'words', title: 'Why', value: ({ words }) => words, isMinor: true },
];

const ROWS_MAX = 2_000;
const keyOf = ({ key }: { readonly key: string }): string => key;

function Denials(): JSX.Element {
  const denials = useRun(({ tables }) => tables.denials);
  const rows = useMemo(() => latest(denials, ROWS_MAX), [denials]);
  const { row } = useScreenSearch();
  return (
    <div className={`split${row === undefined ? '' : ' opened'}`}>
      <section className="panel" aria-label="Denials">
        <TableOf label="denials" rows={rows} columns={DENIAL_COLUMNS} keyOf={keyOf} opens empty="Risk has refused nothing yet." />
      </section>
      {row !== undefined && (
        <Beside title="Gates">
          <Decision signal={row} />
        </Beside>
      )}
    </div>
  );
}

const GATE_COLUMNS: readonly Column<GateCountRow>[] = [
  { id: 'gate', title: 'Gate', value: ({ key }) => key, cell: ({ key }) => <code>{key}</code> },
  { id: 'first', title: 'Refused first', kind: 'number', value: ({ first }) => first, cell: ({ first }) => count(first) },
  { id: 'all', title: 'Refused', kind: 'number', value: ({ all }) => all, cell: ({ all }) => count(all) },
];

function Gates(): JSX.Element {
  const gates = useRun(({ tables }) => tables.gates);
  const rows = useMemo(() => [...gates.byKey.values()], [gates]);
  return (
    <section className="panel" aria-label="Gates">
      <TableOf
        label="gates"
        rows={rows}
        columns={GATE_COLUMNS}
        keyOf={keyOf}
        sortFirst="-all"
        empty="No gate has refused anything yet."
      />
    </section>
  );
}
