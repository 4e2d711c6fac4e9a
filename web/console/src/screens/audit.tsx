import { useMemo, type JSX } from 'react';
import type { CommandRow } from '@aitrader/application-console';
import { Badge } from '../parts/figures.tsx';
import { When } from '../parts/when.tsx';
import { latest } from '../stream/run-state.ts';
import { useRun } from '../stream/run-context.tsx';
import type { Column } from '../tables/column.ts';
import { count } from '../words/numbers.ts';
import { standingOf } from '../words/standing.ts';
import { ScreenOf } from './screen.tsx';
import { TableOf } from './table-of.tsx';

const COLUMNS: readonly Column<CommandRow>[] = [
  { id: 'seq', title: 'Message', kind: 'number', value: ({ key }) => Number(key), cell: ({ key }) => count(Number(key)) },
  { id: 'kind', title: 'What', value: ({ kind }) => kind, cell: ({ kind }) => <code>{kind}</code> },
  { id: 'actor', title: 'Who', value: ({ actor }) => actor },
  { id: 'reason', title: 'Why', value: ({ reason }) => reason },
  { id: 'symbols', title: 'Symbols', value: ({ symbols }) => (symbols.length === 0 ? 'all' : symbols.join(', ')), isMinor: true },
  {
    id: 't',
    title: 'Recorded after, ET',
    words: 'the interval that had closed when it was recorded',
    value: ({ t }) => t,
    cell: ({ t }) => <When t={t} dated />,
  },
  {
    id: 'standing',
    title: 'Standing',
    value: (row) => standingOf(row),
    cell: (row) =>
      standingOf(row) === 'in force' ? <Badge tone="good">✓ in force</Badge> : <Badge tone="warn">… recorded</Badge>,
  },
  {
    id: 'inForceAt',
    title: 'In force from, ET',
    value: ({ inForceAt }) => inForceAt ?? 0,
    cell: ({ inForceAt }) => (inForceAt === null ? '–' : <When t={inForceAt} dated />),
    isMinor: true,
  },
];
const ROWS_MAX = 500;

/** Who commanded what, why, where it is recorded, and from when on it was in force. */
export function Audit(): JSX.Element {
  const commands = useRun(({ tables }) => tables.commands);
  const rows = useMemo(() => latest(commands, ROWS_MAX), [commands]);
  return (
    <ScreenOf title="Audit">
      <section className="panel" aria-label="Commands">
        <TableOf
          label="commands"
          rows={rows}
          columns={COLUMNS}
          keyOf={({ key }) => key}
          sortFirst="-seq"
          empty="Nobody has commanded anything."
        />
      </section>
    </ScreenOf>
  );
}
