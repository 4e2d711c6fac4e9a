import { evenly, type TimedSeries } from '@aitrader/core-estimation';
import type { Timeframe } from '@aitrader/model';
import { columnOf, indexColumnOf, numbersOf, placeOf, readSeriesTable, stepsOf, textsOf } from './series-file.ts';

/** One series to fit, and how to speak of it. */
export interface FitSeries {
  /** null for a plain series */
  readonly symbol: string | null;
  /** what a parameters file calls it: the symbol, or the column */
  readonly key: string;
  /** what people call it: the symbol, or file and column */
  readonly name: string;
  /** observations one after the other, each a row of these columns */
  readonly columns: readonly string[];
  readonly series: TimedSeries;
  /** where an observation stands, for a message */
  readonly place: (index: number) => string;
  /** columns of text that observations are known by in a table */
  readonly labels: readonly { readonly name: string; readonly cells: readonly string[] }[];
  /** length of the bars, and the closes of the first and last, epoch ms; null for a plain series */
  readonly timeframe: Timeframe | null;
  readonly from: number | null;
  readonly to: number | null;
}

/** A column of a file as it is. @throws Error that names file, line, column and value */
export async function plainSeries(
  file: string,
  column: string | undefined,
  timeColumn: string | undefined,
  symbol: string | null,
): Promise<FitSeries> {
  const table = await readSeriesTable(file);
  const chosen = columnOf(table, column, timeColumn);
  const values = numbersOf(table, chosen);
  const index = timeColumn ?? indexColumnOf(table, chosen);
  return {
    symbol,
    key: symbol ?? chosen,
    name: `${file}, column ${chosen}`,
    columns: ['y'],
    series: timeColumn === undefined ? evenly(values) : { values, steps: stepsOf(table, timeColumn) },
    place: (row) => `${placeOf(table, row)}: ${chosen}`,
    labels: [
      index === undefined
        ? { name: 'row', cells: table.rows.map((_, i) => String(i + 1)) }
        : { name: index === '' ? 'row' : index, cells: textsOf(table, index) },
    ],
    timeframe: null,
    from: null,
    to: null,
  };
}
