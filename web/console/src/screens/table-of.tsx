import { useDeferredValue, useMemo, type JSX, type ReactNode } from 'react';
import { Input, Label, SearchField } from 'react-aria-components';
import { useScreen, useScreenSearch } from '../chrome/screen-search.ts';
import { isFound, type Column } from '../tables/column.ts';
import { DataTable } from '../tables/data-table.tsx';
import { count } from '../words/numbers.ts';

interface TableOfProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly sortFirst?: string;
  readonly empty: ReactNode;
  /** whether a row opens beside the table; else where it leads */
  readonly onOpen?: (row: Row) => void;
  readonly opens?: boolean;
  readonly toneOf?: (row: Row) => string | undefined;
}

/** The table of a screen: what is searched for, how it is sorted and which row is open stand in the screen's link. */
export function TableOf<Row extends object>(props: TableOfProps<Row>): JSX.Element {
  const { label, rows, columns, keyOf, sortFirst, empty, opens = false, toneOf } = props;
  const { q = '', sort, row: openKey } = useScreenSearch();
  const change = useScreen();
  const search = useDeferredValue(q);
  const found = useMemo(
    () => (search === '' ? rows : rows.filter((row) => isFound(row, columns, search))),
    [rows, columns, search],
  );
  const onOpen =
    props.onOpen ?? (opens ? (row: Row) => change({ row: openKey === keyOf(row) ? undefined : keyOf(row) }) : undefined);
  return (
    <>
      <div className="table-tools">
        <SearchField value={q} onChange={(value) => change({ q: value === '' ? undefined : value })} className="search">
          <Label className="visually-hidden">Search {label}</Label>
          <Input placeholder="Search  /" />
        </SearchField>
        <span className="count" role="status">
          {search === '' ? count(rows.length) : `${count(found.length)} of ${count(rows.length)}`}
        </span>
      </div>
      <DataTable
        label={label}
        rows={found}
        columns={columns}
        keyOf={keyOf}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={search === '' ? empty : 'Nothing has all these words.'}
        openKey={openKey}
        {...(sortFirst === undefined ? {} : { sortFirst })}
        {...(onOpen === undefined ? {} : { onOpen })}
        {...(toneOf === undefined ? {} : { toneOf })}
      />
    </>
  );
}
