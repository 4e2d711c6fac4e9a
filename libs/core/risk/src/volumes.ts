import { findSlot, item, read, type BarSlice, type SymbolIndex, type Ticker } from '@aitrader/model';

/*
 * How much trades: the volume of each symbol's last bar, of the session so far, and of the sessions heard before.
 *
 * 1. A symbol's figures depend on its own bars alone.
 * 2. The mean of a day is that of the sessions that were heard to their end; before the first of them it is what this one has traded so far.
 */

/** Columns indexed by the tape's slots, shares. */
export interface Volumes {
  /** index of the session that the bars are of; −1 before the first */
  session: number;
  last: Float64Array;
  today: Float64Array;
  before: Float64Array;
  /** sessions in `before` */
  days: Float64Array;
}

const empty = (): Float64Array => new Float64Array(0);
export const newVolumes = (): Volumes => ({ session: -1, last: empty(), today: empty(), before: empty(), days: empty() });

/** Takes in one shard's bars, which the tape has heard, of a session. O(bars), and of all symbols once a session. */
export function hearVolumes(volumes: Volumes, index: SymbolIndex, bars: BarSlice, session: number): void {
  if (bars.count === 0) return;
  if (session !== volumes.session) endSession(volumes, session);
  let slot = -1;
  for (let i = 0; i < bars.count; i++) {
    slot = findSlot(index, item(bars.symbols, i), slot + 1);
    const volume = read(bars.volume, i);
    if (slot >= volumes.last.length) grow(volumes, slot);
    volumes.last[slot] = volume;
    volumes.today[slot] = read(volumes.today, slot) + volume;
  }
}

function endSession(volumes: Volumes, session: number): void {
  const { today, before, days } = volumes;
  for (let slot = 0; slot < today.length; slot++) {
    if (!(read(today, slot) > 0)) continue;
    before[slot] = read(before, slot) + read(today, slot);
    days[slot] = read(days, slot) + 1;
    today[slot] = 0;
  }
  volumes.session = session;
}

function grow(volumes: Volumes, slot: number): void {
  for (const name of ['last', 'today', 'before', 'days'] as const) {
    const larger = new Float64Array(Math.max(64, 2 * slot));
    larger.set(volumes[name]);
    volumes[name] = larger;
  }
}

/** Forgets a symbol whose shares are other ones now. */
export function forgetVolumes(volumes: Volumes, index: SymbolIndex, symbol: Ticker): void {
  const slot = index.slots.get(symbol);
  if (slot === undefined || slot >= volumes.last.length) return;
  for (const name of ['last', 'today', 'before', 'days'] as const) volumes[name][slot] = 0;
}

/** Volume of the last bar, shares; NaN where there is none. */
export const lastVolume = ({ last }: Volumes, index: SymbolIndex, symbol: Ticker): number => at(last, index, symbol);

/** Mean volume of a day, shares; NaN where nothing was heard. */
export function dayVolume({ today, before, days }: Volumes, index: SymbolIndex, symbol: Ticker): number {
  const sessions = at(days, index, symbol);
  return sessions > 0 ? at(before, index, symbol) / sessions : at(today, index, symbol);
}

function at(column: Float64Array, index: SymbolIndex, symbol: Ticker): number {
  const slot = index.slots.get(symbol);
  return slot === undefined ? NaN : (column[slot] ?? NaN);
}
