/*
 * Streaming features of many symbols at once. Every feature has the same shape: `newX(parameters)` makes one without slots,
 * `growX(x, slots)` makes room, `updateX(x, slot, …)` folds one bar of one symbol in O(1) amortised. Its outputs are columns
 * indexed by slot that hold NaN until they mean something, so a comparison with one that is not ready is false. A feature is
 * plain data: typed arrays and its parameters.
 *
 * Beside them, aggregation makes bars of longer timeframes, slice by slice.
 */
export { type Atr, type FirstBar, newAtr, growAtr, updateAtr, restateAtr, clearAtr } from './atr.ts';
export { type Rsi, newRsi, growRsi, updateRsi } from './rsi.ts';
export { type Adx, newAdx, growAdx, updateAdx } from './adx.ts';
export { type Sma, newSma, growSma, updateSma } from './sma.ts';
export { type Ema, type EmaSeed, newEma, growEma, updateEma, restateEma, clearEma } from './ema.ts';
export { type Macd, newMacd, growMacd, updateMacd } from './macd.ts';
export { type RollingDeviation, newRollingDeviation, growRollingDeviation, updateRollingDeviation } from './rolling-deviation.ts';
export { type Bollinger, newBollinger, growBollinger, updateBollinger } from './bollinger.ts';
export { type Keltner, newKeltner, growKeltner, updateKeltner } from './keltner.ts';
export {
  type CurrentBar,
  type Donchian,
  newDonchian,
  growDonchian,
  updateDonchian,
  restateDonchian,
  clearDonchian,
} from './donchian.ts';
export { type OpeningRange, newOpeningRange, growOpeningRange, updateOpeningRange, clearOpeningRange } from './opening-range.ts';
export { type Vwap, newVwap, growVwap, updateVwap, typicalPrice } from './vwap.ts';
export { type Filling, type RollingVwap, newRollingVwap, growRollingVwap, updateRollingVwap } from './rolling-vwap.ts';
export {
  type AggregatedBars,
  type Aggregation,
  type BarsToAggregate,
  newAggregation,
  updateAggregation,
  closeUpTo,
} from './aggregation.ts';
export { bucketStart, type DailyHours } from './bucket-end.ts';
export {
  type EdgeSpread,
  type SpreadEstimate,
  newEdgeSpread,
  growEdgeSpread,
  updateEdgeSpread,
  fadeEdgeSpread,
  edgeSpreadOf,
} from './edge-spread.ts';
export { grownCounts, grownFloats } from './columns.ts';
