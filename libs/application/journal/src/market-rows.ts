import { createHash } from 'node:crypto';
import { decodeBars, decodeStates, intervalOf, type RecordedManifest } from '@aitrader/contracts';
import { AT, STATE_WIDTH, item, newBarSlice, newStateSlice, read, readUint32, shardOf, type StateColumn } from '@aitrader/model';
import type { Rows } from './rows.ts';

/** States are kept of the intervals that close on this grid: four an hour tell how a session went, and all are in the recording. */
export const SAMPLE_MS = 15 * 60_000;

/** The universe of a run. */
export function symbolRows({ universe, shards }: RecordedManifest, rows: Rows): void {
  for (const symbol of universe) rows.add('symbols', { symbol, shard: shardOf(symbol, shards) });
}

/** What tells one recording from another of its name. */
export const manifestHash = (stored: Uint8Array): string => createHash('sha256').update(stored).digest('hex');

const BARS = newBarSlice(0, '1m', 0);

/** The bars of a slice, those that a vendor restates, and the symbols that have none for a reason of their own. */
export function barRows(seq: number, payload: Uint8Array, rows: Rows): void {
  decodeBars(payload, BARS);
  const { t, knownAt, gaps, revisions, count, symbols, open, high, low, close, volume, flags } = BARS;
  for (let i = 0; i < count; i++)
    rows.add('bars', {
      ...{ symbol: item(symbols, i), t, seq, knownAt },
      ...{ open: read(open, i), high: read(high, i), low: read(low, i), close: read(close, i) },
      ...{ volume: read(volume, i), flags: readUint32(flags, i) },
    });
  for (const revision of revisions) rows.add('bars', { ...revision, seq, knownAt });
  for (const { symbol, cause } of gaps) rows.add('gaps', { symbol, t, seq, cause });
}

const STATES = newStateSlice(0, 0);

/** The states of an interval that is on the grid; of any other none. */
export function stateRows(seq: number, payload: Uint8Array, rows: Rows): void {
  if (intervalOf('states', payload) % SAMPLE_MS !== 0) return;
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
