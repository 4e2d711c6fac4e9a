/*
 * How symbols surprise together: the innovations of their states, the standardised errors of one-step forecasts, summed over blocks of half
 * an hour of regular hours. Trades of thin symbols are not at the same time, so that errors of single minutes hide what moves together (Epps
 * 1979, "Comovements in stock prices in the very short run").
 *
 * 1. A symbol's entry depends on its own states alone, and on no shard.
 * 2. It is bounded: so many blocks of each symbol of the run.
 * 3. Only blocks that have closed count; one without states of a symbol says nothing of it.
 */
import {
  AT,
  STATE_WIDTH,
  addSlot,
  compareText,
  findSlot,
  item,
  newSymbolIndex,
  read,
  type EpochMs,
  type StateColumn,
  type StateSlice,
  type SymbolIndex,
  type Ticker,
} from '@aitrader/model';

/** What is read of a state. */
export const RISK_COLUMNS: readonly StateColumn[] = ['z', 'volatility'];

/** Blocks kept of a symbol: those of five sessions. */
export const BLOCKS = 64;
const BLOCK_MS = 30 * 60_000;
/** A block counts for so many standard deviations at most. */
const WINSOR = 4;
const Z_UNITS = 1000;
const SLOTS_AT_FIRST = 64;

/** Columns by slot; `rows` has `BLOCKS` figures a slot, in a ring. Plain data. */
export interface Innovations {
  readonly index: SymbolIndex;
  /** slots in canonical order of their symbols: sums are taken in it, so that they do not depend on which symbol was seen first */
  order: number[];
  /** the open block, counted from 1970; 0 before the first */
  block: number;
  /** blocks closed so far */
  closed: number;
  /** sum of z in the open block, and states it is of */
  sum: Float64Array;
  count: Float64Array;
  /** closed blocks, each of variance 1 where z is; 0 where nothing was heard */
  rows: Float64Array;
  /** last volatility of each symbol, e8 per square root of a trading minute; 0 before the first */
  volatility: Float64Array;
}

export const newInnovations = (): Innovations => ({
  index: newSymbolIndex(),
  order: [],
  block: 0,
  closed: 0,
  sum: new Float64Array(SLOTS_AT_FIRST),
  count: new Float64Array(SLOTS_AT_FIRST),
  rows: new Float64Array(SLOTS_AT_FIRST * BLOCKS),
  volatility: new Float64Array(SLOTS_AT_FIRST),
});

/**
 * Hears the states of an interval of regular hours, one slice per shard, and says whether they closed a block: those of a later one do, of
 * daily bars every one. O(states), and O(symbols) once a block.
 */
export function hearStates(book: Innovations, t: EpochMs, slices: readonly StateSlice[]): boolean {
  const heard = slices.some(({ count }) => count > 0);
  // an interval is named by its close
  const block = Math.ceil(t / BLOCK_MS);
  const closes = heard && book.block > 0 && block > book.block;
  if (closes) closeBlock(book);
  if (heard) book.block = block;
  for (const slice of slices) hearSlice(book, slice);
  return closes;
}

function hearSlice(book: Innovations, { symbols, rows, count }: StateSlice): void {
  let slot = -1;
  for (let i = 0; i < count; i++) {
    slot = slotOf(book, item(symbols, i), slot + 1);
    const at = i * STATE_WIDTH;
    book.volatility[slot] = read(rows, at + AT.volatility);
    book.sum[slot] = read(book.sum, slot) + read(rows, at + AT.z) / Z_UNITS;
    book.count[slot] = read(book.count, slot) + 1;
  }
}

/** Hears of other hours how much symbols move. O(states). */
export function hearVolatilities(book: Innovations, slices: readonly StateSlice[]): void {
  for (const { symbols, rows, count } of slices) {
    let slot = -1;
    for (let i = 0; i < count; i++) {
      slot = slotOf(book, item(symbols, i), slot + 1);
      book.volatility[slot] = read(rows, i * STATE_WIDTH + AT.volatility);
    }
  }
}

function closeBlock(book: Innovations): void {
  const { index, sum, count, rows, closed } = book;
  if (book.order.length < index.symbols.length) book.order = canonicalOrder(index);
  const column = closed % BLOCKS;
  for (let slot = 0; slot < index.symbols.length; slot++) {
    const states = read(count, slot);
    const together = states === 0 ? 0 : read(sum, slot) / Math.sqrt(states);
    rows[slot * BLOCKS + column] = Math.max(-WINSOR, Math.min(together, WINSOR));
  }
  sum.fill(0);
  count.fill(0);
  book.closed = closed + 1;
}

const canonicalOrder = ({ symbols }: SymbolIndex): number[] =>
  symbols.map((_, slot) => slot).sort((a, b) => compareText(item(symbols, a), item(symbols, b)));

function slotOf(book: Innovations, symbol: Ticker, likely: number): number {
  const known = findSlot(book.index, symbol, likely);
  if (known >= 0) return known;
  const slot = addSlot(book.index, symbol);
  if (slot === book.sum.length) {
    book.sum = doubled(book.sum);
    book.count = doubled(book.count);
    book.rows = doubled(book.rows);
    book.volatility = doubled(book.volatility);
  }
  return slot;
}

function doubled(column: Float64Array): Float64Array {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}

/** Of a symbol that no state was heard of, e8 per square root of a trading minute: 10 bp. */
const VOLATILITY_UNKNOWN_E8 = 100_000;

/** How much a slot's symbol moves, e8 per square root of a trading minute; −1 for one without a slot. */
export const volatilityOf = ({ volatility }: Innovations, slot: number): number =>
  (slot < 0 ? 0 : read(volatility, slot)) || VOLATILITY_UNKNOWN_E8;

/** What is under a symbol's name from now on has not been heard of. */
export function forgetInnovations(book: Innovations, symbol: Ticker): void {
  const slot = findSlot(book.index, symbol, 0);
  if (slot < 0) return;
  book.sum[slot] = 0;
  book.count[slot] = 0;
  book.volatility[slot] = 0;
  book.rows.fill(0, slot * BLOCKS, (slot + 1) * BLOCKS);
}
