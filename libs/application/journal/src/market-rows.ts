import { createHash } from 'node:crypto';
import { decodeBars, decodeStates, intervalOf, type RecordedManifest } from '@aitrader/contracts';
import { CalendarRangeError, sessionOn, tradeDateAt } from '@aitrader/core-sessions';
import {
  AT,
  STATE_WIDTH,
  item,
  newBarSlice,
  newStateSlice,
  read,
  readUint32,
  shardOf,
  type EpochMs,
  type StateColumn,
} from '@aitrader/model';
import type { Rows } from './rows.ts';

/** States are kept of the intervals that close on this grid: four an hour tell how a session went, and all are in the recording. */
export const SAMPLE_MS = 15 * 60_000;

/** The universe of a run, and where its bars come from. */
export function manifestRows({ universe, shards, sources }: RecordedManifest, rows: Rows): void {
  for (const symbol of universe) rows.add('symbols', { symbol, shard: shardOf(symbol, shards) });
  for (const [place, source] of sources.entries()) rows.add('vendors', { place, ...source });
}

/** What tells one recording from another of its name. */
export const manifestHash = (stored: Uint8Array): string => createHash('sha256').update(stored).digest('hex');

const BARS = newBarSlice(0, '1m', 0);

/** The bars of a slice, those that a vendor restates, and the symbols that have none for a reason of their own. */
export function barRows(seq: number, payload: Uint8Array, rows: Rows): void {
  decodeBars(payload, BARS);
  const { t, shard, knownAt, feed, absent, gaps, revisions, count, symbols, open, high, low, close, volume, flags } = BARS;
  rows.add('slices', { seq, t, shard, knownAt, feed, absent, bars: count, revisions: revisions.length });
  sessionRow(t, rows);
  for (let i = 0; i < count; i++)
    rows.add('bars', {
      ...{ symbol: item(symbols, i), t, seq, knownAt },
      ...{ open: read(open, i), high: read(high, i), low: read(low, i), close: read(close, i) },
      ...{ volume: read(volume, i), flags: readUint32(flags, i) },
    });
  for (const revision of revisions) rows.add('bars', { ...revision, seq, knownAt });
  for (const { symbol, cause } of gaps) rows.add('gaps', { symbol, t, seq, cause });
}

/** The trade date of an interval, with its session. A date beyond the calendar's has none, and no row. */
function sessionRow(t: EpochMs, rows: Rows): void {
  const tradeDate = dateOf(t);
  if (tradeDate === undefined) return;
  const session = sessionOn(tradeDate);
  rows.add('sessions', { tradeDate, opensAt: session?.open ?? null, closesAt: session?.close ?? null, lastT: t });
}

function dateOf(t: EpochMs): string | undefined {
  try {
    return tradeDateAt(t);
  } catch (error) {
    if (error instanceof CalendarRangeError) return undefined;
    throw error;
  }
}

const STATES = newStateSlice(0, 0);

/** That there are states of an interval, and the states where it is on the grid. */
export function stateRows(seq: number, payload: Uint8Array, rows: Rows, shard: number): void {
  const interval = intervalOf('states', payload);
  rows.add('stateSlices', { seq, t: interval, shard });
  if (interval % SAMPLE_MS !== 0) return;
  decodeStates(payload, STATES);
  const { t, model, symbols, count } = STATES;
  for (let i = 0; i < count; i++) {
    const at = (column: StateColumn): number => read(STATES.rows, i * STATE_WIDTH + AT[column]);
    rows.add('states', {
      ...{ symbol: item(symbols, i), t, seq, model },
      ...{ levelE8: at('level'), velocityE8: at('velocity'), velocityUpPpm: at('velocityUp'), volatilityE8: at('volatility') },
      ...{ regime: at('regime'), calmPpm: at('calm'), turbulentPpm: at('turbulent') },
      ...{ q025E8: at('q025'), q500E8: at('q500'), q975E8: at('q975'), a025E8: at('a025'), a975E8: at('a975') },
      ...{ coverage95Ppm: at('coverage95'), scored: at('scored'), flags: at('flags') },
    });
  }
}
