import type { SaidAction } from './action-text.ts';

/*
 * A map file of LEAN's (QuantConnect): how one listing was called. `yyyyMMdd,symbol[,exchange]` without a line of names: the first row has
 * the date of the first trade, every other one the last date of a symbol.
 */

const ROW = /^(\d{4})(\d{2})(\d{2}),([A-Za-z0-9.]+)(?:,[A-Z]*)?$/;
/** Where LEAN's data begin: what is listed then was listed before. */
const DATA_BEGIN = '1998-01-02';
const DAY_MS = 86_400_000;

/** A row, and where it stands. */
interface MapRow {
  readonly line: number;
  readonly date: string;
  readonly symbol: string;
}

/** A map file's rows; undefined for a text that is none. */
export function rowsOfMapFile(text: string): readonly MapRow[] | undefined {
  const lines = text
    .split(/\r?\n/)
    .map((line, i) => ({ line: i + 1, found: ROW.exec(line.trim()), isBlank: line.trim() === '' }));
  const rows = lines.flatMap(({ line, found }): MapRow[] => {
    if (found === null) return [];
    const [, year = '', month = '', day = '', symbol = ''] = found;
    return [{ line, date: `${year}-${month}-${day}`, symbol: symbol.toUpperCase() }];
  });
  return rows.length > 1 && lines.every(({ found, isBlank }) => found !== null || isBlank) ? rows : undefined;
}

/** Why rows cannot be followed; undefined where they can. */
export function mapFileProblem(rows: readonly MapRow[]): string | undefined {
  for (const [i, { line, date, symbol }] of rows.entries()) {
    const before = rows[i - 1];
    if (before !== undefined && date < before.date)
      return `line ${line}: a map file's dates rise, and ${date} comes after ${before.date}`;
    if (i === 1 && before?.symbol !== symbol)
      return `line ${line}: a map file begins with the first date and the last one of one symbol, and this is ${symbol} after ${before?.symbol ?? ''}`;
  }
  return undefined;
}

const NOTHING = { ratio: '', cash: '', pay_date: '', id: '' } as const;

/** The listing and the changes of symbol that a map file tells, with the line of each. That a symbol ends is none of them: its bars do. */
export function saidByMapFile(rows: readonly MapRow[]): readonly { readonly line: number; readonly said: SaidAction }[] {
  const [first] = rows;
  const isListed = first !== undefined && first.date !== DATA_BEGIN;
  const listing = isListed
    ? [{ line: first.line, said: { ...NOTHING, symbol: first.symbol, ex_date: first.date, kind: 'new-listing', other: '' } }]
    : [];
  const changes = rows.slice(1).flatMap(({ line, date, symbol }, i) => {
    const next = rows[i + 2];
    if (next === undefined || next.symbol === symbol) return [];
    const said = { ...NOTHING, symbol, ex_date: dayAfter(date), kind: 'symbol-change', other: next.symbol };
    return [{ line, said }];
  });
  return [...listing, ...changes];
}

const dayAfter = (date: string): string => new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length);
