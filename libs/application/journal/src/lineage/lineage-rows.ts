import type { RowOf } from '@aitrader/runtime-database';

/** What of a run leads from its fills back to the bars, as rows; in the order of the recording. */
export interface LineageRows {
  readonly run: string;
  /** the run that it goes on from */
  readonly follows: string | null;
  /** whether it trades with a broker, of whom things are asked */
  readonly hasBroker: boolean;
  readonly fills: readonly RowOf<'fills'>[];
  readonly orders: readonly RowOf<'orders'>[];
  readonly orderGates: readonly RowOf<'orderGates'>[];
  readonly requests: readonly RowOf<'requests'>[];
  readonly reports: readonly RowOf<'reports'>[];
  /** those that an order names */
  readonly signals: readonly RowOf<'signals'>[];
  /** what operators asked to be bought or sold */
  readonly operatorActions: readonly RowOf<'operatorActions'>[];
  readonly symbols: readonly RowOf<'symbols'>[];
  /** where its bars come from */
  readonly vendors: readonly RowOf<'vendors'>[];
  /** of the intervals and shards of those signals */
  readonly stateSlices: readonly RowOf<'stateSlices'>[];
  readonly slices: readonly RowOf<'slices'>[];
  /** every version of the bars of those signals */
  readonly bars: readonly RowOf<'bars'>[];
}

/** What tells a bar of a run from another, but for its version. */
export const barKey = ({ symbol, t }: { readonly symbol: string; readonly t: number }): string => `${t} ${symbol}`;
