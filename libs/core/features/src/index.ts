/*
 * Streaming features of many symbols at once. Every feature has the same shape: `newX(parameters)` makes one without slots,
 * `growX(x, slots)` makes room, `updateX(x, slot, …)` folds one bar of one symbol in O(1) amortised. Its outputs are columns
 * indexed by slot that hold NaN until they mean something, so a comparison with one that is not ready is false. A feature is
 * plain data: typed arrays and its parameters.
 */
export { type Atr, newAtr, growAtr, updateAtr } from './atr.ts';
export { type Donchian, newDonchian, growDonchian, updateDonchian } from './donchian.ts';
export { type OpeningRange, newOpeningRange, growOpeningRange, updateOpeningRange } from './opening-range.ts';
export { grownCounts } from './columns.ts';
