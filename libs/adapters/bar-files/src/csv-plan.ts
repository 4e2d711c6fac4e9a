import type { BarShape, ReadFile } from './bar-shape.ts';
import type { BarTimes } from './bar-times.ts';
import type { NumberStyle } from './number-style.ts';

/** Where one bar lies in a row. */
export interface BarFields {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** a second field of volume, which adds to the first */
  readonly moreVolume?: number;
  /** the field of the symbol, or the symbol itself where no field has it */
  readonly symbol: number | string;
}

/** How the rows of one table are read. */
export interface CsvPlan {
  readonly shape: BarShape;
  /** the product's own: nothing is trimmed, no row may be empty, times are whole milliseconds */
  readonly isOwn: boolean;
  readonly delimiter: number;
  /** lines before the first bar */
  readonly linesBefore: number;
  readonly fieldCount: number;
  readonly time: readonly number[];
  readonly timeName: string;
  readonly times: BarTimes;
  readonly bars: readonly BarFields[];
  readonly numbers: NumberStyle;
  /** how many of the numbers that stand for prices make a dollar */
  readonly pricesPerDollar: number;
  readonly symbol: ReadFile['symbol'];
}
