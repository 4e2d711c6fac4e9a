/**
 * What was seen to trade in this part of the day.
 *
 * 1. Volume is that of bars that are believed, of intervals that have closed.
 * 2. What nothing is known of is large: in the first interval of a part of the day, and in a symbol that did not trade in it.
 */
import {
  QUANTITY_UNITS_PER_SHARE,
  item,
  read,
  readUint32,
  verdictOf,
  type BarSlice,
  type EpochMs,
  type Quantity,
  type Ticker,
} from '@aitrader/model';
import { phaseAt, tradeDateAt, type Phase } from '@aitrader/core-sessions';

/** Shares by symbol since the part of the day began, over so many intervals. Plain data, bounded by the symbols that have bars. */
export interface VolumeSeen {
  phase: Phase;
  tradeDate: string;
  intervals: number;
  readonly shares: Map<Ticker, number>;
}

export const newVolumeSeen = (): VolumeSeen => ({ phase: 'CLOSED', tradeDate: '', intervals: 0, shares: new Map() });

/** Takes down what traded in the interval that closed at `t`. O(bars). */
export function noteVolumes(seen: VolumeSeen, t: EpochMs, bars: readonly BarSlice[]): void {
  const [phase, tradeDate] = [phaseAt(t), tradeDateAt(t)];
  if (phase !== seen.phase || tradeDate !== seen.tradeDate) {
    Object.assign(seen, { phase, tradeDate, intervals: 0 });
    seen.shares.clear();
  }
  seen.intervals += 1;
  for (const slice of bars) {
    for (let row = 0; row < slice.count; row++) {
      const volume = read(slice.volume, row);
      if (!(volume > 0 && volume < Infinity) || verdictOf(readUint32(slice.flags, row)) === 'quarantined') continue;
      const symbol = item(slice.symbols, row);
      seen.shares.set(symbol, (seen.shares.get(symbol) ?? 0) + volume);
    }
  }
}

/** Whether an order is of more than a share of the mean volume of an interval, in the part of the day that begins now. */
export function isLarge(seen: VolumeSeen, phase: Phase, symbol: Ticker, size: Quantity, share: number): boolean {
  const shares = phase === seen.phase ? seen.shares.get(symbol) : undefined;
  return shares === undefined || size / QUANTITY_UNITS_PER_SHARE > (share * shares) / seen.intervals;
}
