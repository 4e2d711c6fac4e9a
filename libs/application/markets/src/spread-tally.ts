import { edgeSpreadOf, growEdgeSpread, newEdgeSpread, updateEdgeSpread, type EdgeSpread } from '@aitrader/core-features';
import type { Phase } from '@aitrader/core-sessions';
import { read, type BarSlice } from '@aitrader/model';

/** Half-spreads that bars tell, basis points of the price, by the part of the trading day; of daily bars under RTH. */
export type SpreadsBp = Partial<Record<Phase, number>>;

/** Parts of the day that are told apart. */
const PARTS = ['PRE', 'RTH', 'POST', 'OVERNIGHT'] as const;
/** Fewer pairs of neighbouring bars tell nothing that one could rest on. */
const PAIRS_MIN = 100;
const HALF_BP = 0.5 * 1e4;
const NEVER = -1;

/** What the bars of many symbols tell of spreads; one slot a symbol and part of the day. */
export interface SpreadTally {
  readonly edge: EdgeSpread;
  /** the slot of each symbol's last bar, and its instant */
  readonly lastSlot: Int32Array;
  readonly lastT: Float64Array;
  /** the longest step between neighbours, ms */
  readonly stepMs: number;
}

export function newSpreadTally(symbols: number, stepMs: number): SpreadTally {
  const edge = newEdgeSpread();
  growEdgeSpread(edge, symbols * PARTS.length);
  return { edge, lastSlot: new Int32Array(symbols).fill(NEVER), lastT: new Float64Array(symbols), stepMs };
}

/** Folds row `row` of a slice, a bar of the symbol at `index`; one that is not believed ends what it would have followed. */
export function noteSpread(
  tally: SpreadTally,
  index: number,
  phase: Phase,
  slice: BarSlice,
  row: number,
  isBelieved: boolean,
): void {
  const { edge, lastSlot, lastT, stepMs } = tally;
  const part = PARTS.findIndex((each) => each === phase);
  if (part < 0) return;
  const slot = index * PARTS.length + part;
  const follows = lastSlot[index] === slot && slice.t - read(lastT, index) <= stepMs;
  const low = isBelieved ? read(slice.low, row) : NaN;
  updateEdgeSpread(edge, slot, follows, read(slice.open, row), read(slice.high, row), low, read(slice.close, row));
  lastSlot[index] = slot;
  lastT[index] = slice.t;
}

/** The half-spreads of a symbol, for those parts of the day whose bars tell one. */
export function spreadsOf({ edge }: SpreadTally, index: number): SpreadsBp {
  const told: SpreadsBp = {};
  PARTS.forEach((part, at) => {
    const { spread, pairs } = edgeSpreadOf(edge, index * PARTS.length + at);
    if (pairs >= PAIRS_MIN && spread > 0) told[part] = spread * HALF_BP;
  });
  return told;
}
