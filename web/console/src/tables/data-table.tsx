import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, type JSX, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { sortedRows, sortingIn, sortingText, type Column, type Sorting } from './column.ts';

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
  const [sorting] = useMemo(
    () =>
      sortingIn(
        sort,
        columns.map(({ id }) => id),
        sortFirst,
      ),
    [sort, columns, sortFirst],
  );
  const sorted = useMemo(() => sortedRows(rows, columns, sorting), [rows, columns, sorting]);
  const scrolled = useRef<HTMLDivElement>(null);
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
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Head key={column.id} column={column} sorting={sorting} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Gap px={before} columns={columns.length} />}
          {items.map(({ index }) => {
            const row = sorted[index];
            if (row === undefined) return null;
            const id = keyOf(row);
            return <Row key={id} id={id} row={row} index={index} {...props} />;
          })}
          {after > 0 && <Gap px={after} columns={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

/** A column's title, which sorts by it: first as its kind is looked for, figures from large to small, and then the other way round. */
function Head<R>({
  column,
  sorting,
  onSort,
}: {
  readonly column: Column<R>;
  readonly sorting: Sorting | undefined;
  readonly onSort: (sort: string | undefined) => void;
}): JSX.Element {
  const { id, title, words = title, kind } = column;
  const isSorted = sorting?.id === id;
  const desc = isSorted ? !sorting.desc : kind === 'number';
  return (
    <th scope="col" className={classOf(column)} aria-sort={!isSorted ? 'none' : sorting.desc ? 'descending' : 'ascending'}>
      <button type="button" className="sort" onClick={() => onSort(sortingText([{ id, desc }]))} title={words}>
        {title}
        <span aria-hidden="true" className="arrow">
          {!isSorted ? '' : sorting.desc ? '▼' : '▲'}
        </span>
      </button>
    </th>
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
  const open =
    onOpen === undefined ? {} : { onClick: ({ target }: MouseEvent) => isAction(target) || onOpen(row), 'data-opens': true };
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

/** Whether a click is for something within a row that does a thing of its own. */
const isAction = (target: EventTarget): boolean => target instanceof Element && target.closest('.row-actions') !== null;

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
