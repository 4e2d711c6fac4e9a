import { namedColumns, VALUE_COLUMNS } from './column-names.ts';

type Fields = Readonly<Record<string, unknown>>;
type Columns = Readonly<Record<string, readonly unknown[]>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isRows = (value: unknown): value is readonly (readonly unknown[])[] => Array.isArray(value) && value.every(Array.isArray);

/** What rows are counted by where no column has the time. */
const INDEX = 'timestamp';
/** Where answers keep their table: nowhere, or as Nasdaq Data Link (Quandl) does. */
const PLACES = ['dataset', 'datatable'];

/** A table that a document holds as names and rows, or as values by row and column, as lists side by side; undefined when it holds none. */
export function columnsOfTable(document: Fields): Columns | undefined {
  for (const table of [document, ...PLACES.map((place) => document[place])]) {
    const columns = isFields(table) ? (namedRows(table) ?? valuesByRow(table)) : undefined;
    if (columns !== undefined) return columns;
  }
  return undefined;
}

const hasTime = (names: readonly string[]): boolean => namedColumns(names).time.length > 0;
const hasBars = (names: readonly string[]): boolean => {
  const columns = namedColumns(names);
  return VALUE_COLUMNS.every((column) => columns[column] >= 0);
};

/** Names in `columns` or `column_names`, rows in `data`, and perhaps what they go by in `index`. */
function namedRows({ columns, column_names: columnNames, data, index }: Fields): Columns | undefined {
  const given = columns ?? columnNames;
  if (!Array.isArray(given) || !isRows(data)) return undefined;
  const names = given.map((name: unknown) => (isFields(name) ? String(name['name']) : String(name)));
  const lists = names.map((name, at): [string, readonly unknown[]] => [name, data.map((row) => row[at])]);
  const counted: [string, readonly unknown[]][] = Array.isArray(index) && !hasTime(names) ? [[INDEX, index]] : [];
  return Object.fromEntries([...counted, ...lists]);
}

/** `{"Open": {"1704205800000": 10}}`, as pandas writes a table unless it is told otherwise. */
function valuesByRow(table: Fields): Columns | undefined {
  const names = Object.keys(table);
  if (!hasBars(names) || !Object.values(table).every(isFields)) return undefined;
  const rows = Object.keys(Object.assign({}, ...Object.values(table)) as Fields);
  const lists = names.map((name): [string, readonly unknown[]] => {
    const values = table[name];
    return [name, rows.map((row) => (isFields(values) ? values[row] : undefined))];
  });
  return Object.fromEntries([...(hasTime(names) ? [] : [[INDEX, rows] as const]), ...lists]);
}
