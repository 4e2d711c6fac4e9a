import { BarFileError, type BarFilePlace } from './bar-file-error.ts';
import type { BarShape } from './bar-shape.ts';
import { areBarValues, instantProblem, stretchOf, takeBar, valueProblem, type BarSink } from './bar-sink.ts';
import { instantOfPrinted, type BarTimes } from './bar-times.ts';
import { isEmptyCell, styledNumber } from './number-style.ts';
import type { PrintedTime } from './time-text.ts';

/** A file of bars that are values already, not text: JSON or Parquet. */
export interface RecordReading {
  readonly sink: BarSink;
  readonly shape: BarShape;
  readonly times: BarTimes;
  /** bars so far, empty ones among them */
  row: number;
}

/** A bar as values: `values` are open, high, low, close and volume, of whatever type. */
export interface BarRecord {
  /** where it stands, for errors */
  readonly at: string;
  readonly time: PrintedTime;
  readonly timeName: string;
  readonly timeText: string;
  readonly values: readonly unknown[];
  readonly symbol: string;
}

/** Takes a bar, or counts it where it has no prices. @throws BarFileError */
export function takeRecord(reading: RecordReading, record: BarRecord): void {
  const { sink, times } = reading;
  reading.row++;
  const place = (field: string, value: string): BarFilePlace => ({ file: sink.file, at: record.at, field, value });
  const time = instantOfPrinted(times, record.time);
  const timeProblem = Number.isNaN(time) ? times.problem : instantProblem(sink, time);
  if (timeProblem !== undefined) throw new BarFileError(place(record.timeName, record.timeText), timeProblem);
  const [open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = record.values.map(numberOf);
  const numbers = [open, high, low, close, volume];
  if (!areBarValues(open, high, low, close, volume)) {
    if (record.values.slice(0, 4).every(isEmpty) && (volume === 0 || isEmpty(record.values[4]))) {
      sink.emptyRows++;
      return;
    }
    const found = valueProblem(numbers);
    if (found !== undefined) throw new BarFileError(place(found.column, textOfValue(record.values[found.index])), found.problem);
  }
  const stretch = stretchOf(sink, record.symbol, reading.shape, () => ({ file: sink.file, at: record.at, field: 'symbol' }));
  const problem = takeBar(sink, stretch, reading.row, time, open, high, low, close, volume);
  if (problem !== undefined) throw new BarFileError(place(record.timeName, record.timeText), problem);
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' ? styledNumber(value.trim(), 'plain') : Number.NaN;
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || Number.isNaN(value) || (typeof value === 'string' && isEmptyCell(value.trim()));

/** A value as a message shows it. */
export const textOfValue = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
