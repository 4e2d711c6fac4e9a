import { item } from '@aitrader/model';
import type { ReadingOptions } from './bar-shape.ts';
import { newBarTimes } from './bar-times.ts';
import { VALUE_COLUMNS } from './column-names.ts';
import type { CsvHead } from './csv-head.ts';
import type { BarFields, CsvPlan } from './csv-plan.ts';
import { yfinanceTable } from './csv-shapes.ts';
import { numberStyle } from './number-style.ts';
import { stampOf } from './bar-sink.ts';

const FIELD_NAMES = new Set([
  'Open',
  'High',
  'Low',
  'Close',
  'Adj Close',
  'Volume',
  'Dividends',
  'Stock Splits',
  'Capital Gains',
  'Repaired?',
]);
/** Rows of a header of two levels: what, of which ticker, and what the first column is. */
const HEADER_ROWS = 3;

/** A table of tickers side by side: one row of a header says the field and another the ticker of each column. */
export function wideTable(head: CsvHead, row: number, options: ReadingOptions): CsvPlan | undefined {
  const [first = [], second = [], third = []] = head.rows.slice(row, row + HEADER_ROWS);
  const isIndex = /^(?:Date|Datetime)$/.test(third[0] ?? '') && third.slice(1).every((cell) => cell === '');
  if (!isIndex || first.length < 2 || second.length !== first.length) return undefined;
  const [fields, tickers] = areFields(first) ? [first, second] : [second, first];
  if (!areFields(fields)) return undefined;
  const names = [...new Set(tickers.slice(1))];
  const bars = names.map((name) => fieldsOf(name, fields, tickers));
  if (bars.some((bar) => VALUE_COLUMNS.some((column) => bar[column] < 0))) return undefined;
  const shape = yfinanceTable(fields.includes('Adj Close'));
  const linesBefore = row + HEADER_ROWS;
  return {
    shape,
    isOwn: false,
    delimiter: head.delimiter,
    linesBefore,
    fieldCount: first.length,
    time: [0],
    timeName: item(third, 0),
    times: newBarTimes(options.timeZone ?? shape.timeZone, stampOf(options, shape)),
    bars,
    numbers: numberStyle(
      head.rows.slice(linesBefore).flatMap((cells) => cells.slice(1)),
      head.delimiter,
    ),
    pricesPerDollar: 1,
    symbol: undefined,
  };
}

const areFields = (cells: readonly string[]): boolean => cells.slice(1).every((cell) => FIELD_NAMES.has(cell));

function fieldsOf(name: string, fields: readonly string[], tickers: readonly string[]): BarFields {
  const at = (field: string): number => fields.findIndex((cell, i) => i > 0 && cell === field && tickers[i] === name);
  return { open: at('Open'), high: at('High'), low: at('Low'), close: at('Close'), volume: at('Volume'), symbol: name };
}
