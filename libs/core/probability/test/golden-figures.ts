import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type BarSlice,
  epochMs,
  item,
  newBarSlice,
  newStateSlice,
  reserveStates,
  STATE_COLUMNS,
  STATE_WIDTH,
  type StateSlice,
  ticker,
  type Timeframe,
} from '@aitrader/model';

const FILE = path.join(import.meta.dirname, 'golden', 'figures.v2.json.gz');

/** A run's rows: times, symbols and closes of its bars, and every figure that the second version of the states carried of each. */
export interface GoldenRun {
  readonly timeframe: Timeframe;
  readonly t: readonly number[];
  readonly symbol: readonly string[];
  readonly close: readonly number[];
  readonly figures: Readonly<Record<string, readonly number[]>>;
}

/**
 * What the last program that wrote the second version of the states made of a synthetic market: minutes of three symbols in every
 * session, with gaps, a misprint, a price that moves for good, and a symbol whose prices leave all bounds; and days of two symbols.
 */
export interface Golden {
  readonly calibrationHalfLifeBars: number;
  readonly runs: readonly GoldenRun[];
}

export const readGolden = (): Golden => JSON.parse(gunzipSync(readFileSync(FILE)).toString('utf8')) as Golden;

/** An interval of a run: its bars, its states with the carried figures as they were, and which rows of the run they are. */
export interface GoldenInterval {
  readonly bars: BarSlice;
  readonly states: StateSlice;
  readonly rows: readonly number[];
}

export function intervalsOf(run: GoldenRun): GoldenInterval[] {
  const byTime = new Map<number, number[]>();
  run.t.forEach((t, row) => byTime.set(t, [...(byTime.get(t) ?? []), row]));
  return [...byTime].map(([t, rows]) => {
    const bars = newBarSlice(0, run.timeframe, rows.length);
    const states = newStateSlice(0, rows.length);
    reserveStates(states, rows.length);
    for (const slice of [bars, states]) Object.assign(slice, { t: epochMs(t), count: rows.length });
    rows.forEach((row, i) => {
      bars.symbols[i] = ticker(item(run.symbol, row));
      bars.close[i] = item(run.close, row);
      states.symbols[i] = item(bars.symbols, i);
      STATE_COLUMNS.forEach(({ name }, c) => (states.rows[i * STATE_WIDTH + c] = run.figures[name]?.[row] ?? NaN));
    });
    return { bars, states, rows };
  });
}
