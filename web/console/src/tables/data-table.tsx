import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_basic,
  tableFeatures,
  useTable,
  type SortingState,
  type Updater,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, type JSX, type KeyboardEvent, type ReactNode } from 'react';
import { sortingIn, sortingText, type Column } from './column.ts';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const ROW_PX = 28;
/** Rows that are drawn above and below what is seen. */
const OVERSCAN = 12;

interface DataTableProps<Row> {
  /** what the table is of, to who reads with their ears */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly sort: string | undefined;
  readonly sortFirst?: string;
  readonly onSort: (sort: string | undefined) => void;
  readonly openKey?: string | undefined;
  readonly onOpen?: (row: Row) => void;
  /** what the table says where it has no rows */
  readonly empty: ReactNode;
  readonly toneOf?: (row: Row) => string | undefined;
}

/** A real table of any length: only what is seen of it is drawn, and it says how many rows there are. */
export function DataTable<Row extends object>(props: DataTableProps<Row>): JSX.Element {
  const { label, rows, columns, keyOf, sort, sortFirst, onSort, empty } = props;
  const sorting = useMemo(
    () => [
      ...sortingIn(
        sort,
        columns.map(({ id }) => id),
        sortFirst,
      ),
    ],
    [sort, columns, sortFirst],
  );
  const defined = useMemo(() => definedColumns(columns), [columns]);
  const table = useTable({
    features,
    columns: defined,
    data: rows,
    state: { sorting },
    onSortingChange: (updater: Updater<SortingState>) =>
      onSort(sortingText(typeof updater === 'function' ? updater(sorting) : updater)),
    getRowId: keyOf,
    enableSortingRemoval: false,
  });
  const scrolled = useRef<HTMLDivElement>(null);
  const sorted = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scrolled.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();
  const [before, after] = [items[0]?.start ?? 0, virtual.getTotalSize() - (items.at(-1)?.end ?? 0)];
  if (rows.length === 0) return <p className="empty">{empty}</p>;
  return (
    <div className="table-scroll" ref={scrolled} tabIndex={0} role="region" aria-label={label} onKeyDown={walkRows}>
      <table className="data" aria-label={label} aria-rowcount={sorted.length + 1}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              {group.headers.map(({ column }) => {
                const of = columns.find(({ id }) => id === column.id);
                const sorted = column.getIsSorted();
                return (
                  <th key={column.id} scope="col" className={classOf(of)} aria-sort={ariaSort(sorted)}>
                    <button type="button" className="sort" onClick={() => column.toggleSorting()} title={of?.words ?? of?.title}>
                      {of?.title}
                      <span aria-hidden="true" className="arrow">
                        {sorted === false ? '' : sorted === 'asc' ? '▲' : '▼'}
                      </span>
                    </button>
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {before > 0 && <Gap px={before} columns={columns.length} />}
          {items.map(({ index }) => {
            const row = sorted[index];
            return row === undefined ? null : <Row key={row.id} id={row.id} row={row.original} index={index} {...props} />;
          })}
          {after > 0 && <Gap px={after} columns={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

function Row<R extends object>({
  id,
  row,
  index,
  columns,
  openKey,
  onOpen,
  toneOf,
}: DataTableProps<R> & { readonly id: string; readonly row: R; readonly index: number }): JSX.Element {
  const isOpen = openKey === id;
  const open = onOpen === undefined ? {} : { onClick: () => onOpen(row), 'data-opens': true };
  return (
    <tr aria-rowindex={index + 2} className={`${isOpen ? 'open' : ''} ${toneOf?.(row) ?? ''}`} {...open}>
      {columns.map((column, i) => {
        const shown = column.cell === undefined ? column.value(row) : column.cell(row);
        const classes = { key: column.id, className: classOf(column) };
        if (i > 0) return <td {...classes}>{shown}</td>;
        return (
          <th {...classes} scope="row">
            {onOpen === undefined ? shown : <Opener isOpen={isOpen}>{shown}</Opener>}
          </th>
        );
      })}
    </tr>
  );
}

/** Its click is the row's. */
const Opener = ({ isOpen, children }: { readonly isOpen: boolean; readonly children: ReactNode }): JSX.Element => (
  <button type="button" className="row-opener" aria-expanded={isOpen}>
    {children}
  </button>
);

/** What stands for the rows that are not drawn. */
const Gap = ({ px, columns }: { readonly px: number; readonly columns: number }): JSX.Element => (
  <tr aria-hidden="true" className="gap">
    <td colSpan={columns} style={{ height: px }} />
  </tr>
);

const classOf = <R,>(column: Column<R> | undefined): string =>
  `${column?.kind === 'number' ? 'number' : 'text'}${column?.isMinor === true ? ' minor' : ''}`;

const ariaSort = (sorted: false | 'asc' | 'desc'): 'ascending' | 'descending' | 'none' =>
  sorted === false ? 'none' : sorted === 'asc' ? 'ascending' : 'descending';

const helper = <R extends object>(): ReturnType<typeof createColumnHelper<typeof features, R>> =>
  createColumnHelper<typeof features, R>();

function definedColumns<R extends object>(columns: readonly Column<R>[]) {
  const of = helper<R>();
  return of.columns(
    columns.map(({ id, value, kind }) => of.accessor(value, { id, sortFn: sortFn_basic, sortDescFirst: kind === 'number' })),
  );
}

/** `j` and `k`, or the arrows, go from row to row. */
function walkRows(event: KeyboardEvent<HTMLDivElement>): void {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const openers = [...event.currentTarget.querySelectorAll<HTMLElement>('tbody .row-opener')];
  const at = openers.findIndex((opener) => opener === document.activeElement);
  const next = openers[at < 0 ? 0 : at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}
