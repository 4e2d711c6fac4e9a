import { priceMapOf, symbolsOf } from '@aitrader/core-market';
import type { BarSlice, CorporateAction, EpochMs, StateSlice } from '@aitrader/model';
import { momentAt, newCalendarCursor, type CalendarCursor } from '@aitrader/core-sessions';
import { estimateCorrelations, newCorrelations, type Correlations } from './correlation.ts';
import { forgetPoints, newHorizonScales, notePoint, pointAt, type HorizonScales } from './horizon-scales.ts';
import { forgetInnovations, hearStates, hearVolatilities, newInnovations, type Innovations } from './innovations.ts';
import { hearBars, newTape, restateTape, type Tape } from './tape.ts';

/** What risk knows of the market: where prices are, how far they move, each and together. Plain data. */
export interface MarketSight {
  readonly calendar: CalendarCursor;
  readonly tape: Tape;
  readonly innovations: Innovations;
  readonly correlations: Correlations;
  readonly scales: HorizonScales;
}

export const newMarketSight = (): MarketSight => ({
  calendar: newCalendarCursor(),
  tape: newTape(),
  innovations: newInnovations(),
  correlations: newCorrelations(),
  scales: newHorizonScales(),
});

/** Takes in an interval's bars and the states on them, one slice per shard. O(bars), and O(symbols) at points of the day. @throws CalendarRangeError */
export function seeMarket(sight: MarketSight, t: EpochMs, bars: readonly BarSlice[], states: readonly StateSlice[]): void {
  const { calendar, tape, innovations, correlations } = sight;
  const { phase, sessionIndex } = momentAt(calendar, t);
  for (const slice of bars) hearBars(tape, slice, phase === 'RTH' ? sessionIndex : -1);
  // what moves together is told by regular hours alone
  if (phase !== 'RTH') hearVolatilities(innovations, states);
  else if (hearStates(innovations, t, states)) estimateCorrelations(correlations, innovations);
  const point = pointAt(calendar, t);
  if (point >= 0) notePoint(sight, sessionIndex, point);
}

/** Reads what is known of before a corporate action as it would be after it, or forgets it. */
export function followActionInSight({ tape, innovations, scales }: MarketSight, action: CorporateAction): void {
  restateTape(tape, action);
  for (const symbol of symbolsOf(action)) {
    forgetPoints(scales, innovations, symbol);
    if (priceMapOf(action) === 'anew') forgetInnovations(innovations, symbol);
  }
}
