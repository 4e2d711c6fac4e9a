import { DAYPART } from './bucket.ts';

/** Bars that are worked on together: what they need of the processor's first cache leaves room for what is remembered of them. */
export const BATCH_BARS = 64;

/** What the bars of a slice share. */
export interface BarMoment {
  /** trading minute and session of the calendar, bucket and part of the day of the forecasts made here, session that the bars are scored in */
  minute: number;
  session: number;
  bucket: number;
  daypart: number;
  scoredAs: number;
  /** trading minutes of a step, NaN where steps are whole sessions; and how many a step stands for */
  stepMinutes: number;
  minutesPerStep: number;
}

export const newMoment = (): BarMoment => ({
  minute: NaN,
  session: NaN,
  bucket: 0,
  daypart: DAYPART.regular,
  scoredAs: 0,
  stepMinutes: NaN,
  minutesPerStep: NaN,
});

/** Figures of one bar, which one step works out for a later one. */
export const BAR = {
  /** bp of ln(USD), and the variance in bp² that the tick adds to it */
  closeBp: 0,
  tick: 1,
  /** return from the last close in e8, as it is scored; what of it was not expected, in bp and in sd of its forecast */
  outcome: 2,
  innovation: 3,
  z: 4,
  /** steps since the last bar */
  steps: 5,
  /** what is learned from: the innovation of this bar or of one that waited, its variance as it was forecast, and where that was */
  judged: 6,
  judgedVariance: 7,
  judgedBucket: 8,
  /** its square in squared sd, cut, and in bp² of a pinned step */
  square: 9,
  observed: 10,
  /** of how many raw quantiles the outcome lies beyond */
  beyond: 11,
} as const;
export const BAR_WIDTH = 12;

/** Some of a batch's bars, by their index in it. */
export interface Rows {
  count: number;
  readonly at: Int32Array;
}

/** Some bars of a slice on their way through the stage, each of another symbol. It means nothing once its bars are done. */
export interface Batch {
  count: number;
  /** where each bar's symbol is remembered, and which row of the slice it is */
  readonly slot: Int32Array;
  readonly row: Int32Array;
  /** bits of STATE_FLAG known so far */
  readonly flags: Int32Array;
  /** BAR_WIDTH figures of each bar */
  readonly bars: Float64Array;
  /** bars whose last one waited for them, those of these that confirm it, and those that are learned from */
  readonly waiting: Rows;
  readonly confirming: Rows;
  readonly learned: Rows;
}

const newRows = (bars: number): Rows => ({ count: 0, at: new Int32Array(bars) });

export function newBatch(bars = BATCH_BARS): Batch {
  return {
    count: 0,
    slot: new Int32Array(bars),
    row: new Int32Array(bars),
    flags: new Int32Array(bars),
    bars: new Float64Array(bars * BAR_WIDTH),
    waiting: newRows(bars),
    confirming: newRows(bars),
    learned: newRows(bars),
  };
}

/** Puts a bar among some. */
export function addRow(rows: Rows, i: number): void {
  rows.at[rows.count++] = i;
}
