import { momentAt, type CalendarCursor, type Moment } from '@aitrader/core-sessions';
import {
  AT,
  isQuarantined,
  MINUTES_OF,
  read,
  readUint32,
  STATE_WIDTH,
  type BarSlice,
  type Direction,
  type StateColumn,
  type StateSlice,
  type Timeframe,
} from '@aitrader/model';

const MS_PER_MINUTE = 60_000;

/** A bar with all that a strategy may look at. One object a slice, moved from bar to bar. */
export interface Sight {
  readonly bars: BarSlice;
  readonly states: StateSlice;
  readonly timeframe: Timeframe;
  /** where the bar's close lies in the exchange's calendar */
  readonly moment: Moment;
  /** epoch ms: the bar's close and its beginning */
  readonly t: number;
  readonly startAt: number;
  /** index of the bar in its slice */
  row: number;
  /** index of its symbol in what is remembered */
  slot: number;
  /** dollars */
  open: number;
  high: number;
  low: number;
  close: number;
  /** a misprint by all that is known: a range or a return would not be one of the market */
  isQuarantined: boolean;
  /** whether the bar is the symbol's first of its session; every daily bar is */
  isFirstOfSession: boolean;
  /** the side that is considered */
  direction: Direction;
}

/** One figure of the bar's state; NaN where it is missing. */
export const figure = ({ states, row }: Pick<Sight, 'states' | 'row'>, column: StateColumn): number =>
  read(states.rows, row * STATE_WIDTH + AT[column]);

/** A look at the bars of a slice that has no bar in view yet. @throws CalendarRangeError */
export const newSight = (cursor: CalendarCursor, bars: BarSlice, states: StateSlice): Sight => ({
  bars,
  states,
  timeframe: bars.timeframe,
  moment: momentAt(cursor, bars.t),
  t: bars.t,
  startAt: bars.t - MINUTES_OF[bars.timeframe] * MS_PER_MINUTE,
  row: 0,
  slot: -1,
  open: NaN,
  high: NaN,
  low: NaN,
  close: NaN,
  isQuarantined: false,
  isFirstOfSession: false,
  direction: 1,
});

/** Takes a bar into view; of which slot, is for the caller to say. */
export function lookAt(sight: Sight, row: number): void {
  const { bars } = sight;
  sight.row = row;
  sight.open = read(bars.open, row);
  sight.high = read(bars.high, row);
  sight.low = read(bars.low, row);
  sight.close = read(bars.close, row);
  sight.isQuarantined = isQuarantined(readUint32(bars.flags, row));
}

/** A bar without positive finite prices is no bar: what is remembered passes over it. */
export const isPriced = (bars: BarSlice, row: number): boolean =>
  isPositive(read(bars.high, row)) && isPositive(read(bars.low, row)) && isPositive(read(bars.close, row));

const isPositive = (dollars: number): boolean => dollars > 0 && dollars < Infinity;
