import type { PathColumn } from '@aitrader/core-estimation';
import { writeAtomically } from '@aitrader/runtime-storage';
import type { FitSeries } from './fit-series.ts';

/** One series with what a model says of it. */
export interface FittedPaths {
  readonly of: FitSeries;
  readonly columns: readonly PathColumn[];
}

const QUOTED = /[",\n]/;
const text = (cell: string): string => (QUOTED.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
/** With all digits; nothing where there is no number. */
const number = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? '' : String(value));

/** The lines of one series, without a header. */
function rowsOf({ of: { labels, series, columns: observed }, columns }: FittedPaths): string[] {
  return Array.from({ length: series.values.length / observed.length }, (_, i) =>
    [
      ...labels.map(({ cells }) => text(cells[i] ?? '')),
      ...observed.map((_name, c) => number(series.values[i * observed.length + c])),
      ...columns.map(({ values }) => number(values[i])),
    ].join(','),
  );
}

/** The paths as CSV: labels, the observation's columns, and the model's. */
export function pathsText(all: readonly FittedPaths[]): string {
  const [first] = all;
  if (first === undefined) return '';
  const { labels, columns } = first.of;
  const header = [...labels.map(({ name }) => text(name)), ...columns, ...first.columns.map(({ name }) => name)].join(',');
  return `${[header, ...all.flatMap(rowsOf)].join('\n')}\n`;
}

/** Replaces a file by the paths, at once. @throws Error that names it */
export const writePaths = (file: string, all: readonly FittedPaths[]): Promise<void> => writeAtomically(file, pathsText(all));
