import {
  type CurrentBar,
  type EmaSeed,
  type Filling,
  type FirstBar,
  growAdx,
  growAtr,
  growBollinger,
  growDonchian,
  growEma,
  growKeltner,
  growMacd,
  growRollingDeviation,
  growRollingVwap,
  growRsi,
  growSma,
  growVwap,
  newAdx,
  newAtr,
  newBollinger,
  newDonchian,
  newEma,
  newKeltner,
  newMacd,
  newRollingDeviation,
  newRollingVwap,
  newRsi,
  newSma,
  newVwap,
  typicalPrice,
  updateAdx,
  updateAtr,
  updateBollinger,
  updateDonchian,
  updateEma,
  updateKeltner,
  updateMacd,
  updateRollingDeviation,
  updateRollingVwap,
  updateRsi,
  updateSma,
  updateVwap,
} from '../src/index.ts';
import type { Row } from './reference-files.ts';

/** A row of any of the published files, which do not agree on capitals. */
export interface Priced {
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export const priced = (rows: readonly Row[]): Priced[] =>
  rows.map((row) => {
    const cell = (name: string): number => Number(row[name] ?? row[name.charAt(0).toUpperCase() + name.slice(1)]);
    return { high: cell('high'), low: cell('low'), close: cell('close'), volume: cell('volume') };
  });

type Columns<Names extends string> = Readonly<Record<Names, number[]>>;

/** One slot's outputs after each row. */
function run<State, Names extends string>(
  rows: readonly Priced[],
  state: State,
  grow: (state: State, slots: number) => void,
  update: (state: State, row: Priced) => void,
  outputs: Readonly<Record<Names, (state: State) => Float64Array>>,
): Columns<Names> {
  grow(state, 1);
  const names = Object.keys(outputs) as Names[];
  const columns = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Names, number[]>;
  for (const row of rows) {
    update(state, row);
    for (const name of names) columns[name].push(outputs[name](state)[0] ?? -1);
  }
  return columns;
}

export const atrOf = (rows: readonly Priced[], bars: number, first?: FirstBar): number[] =>
  run(rows, newAtr(bars, first), growAtr, (s, { high, low, close }) => updateAtr(s, 0, high, low, close), {
    value: (s) => s.value,
  }).value;

export const rsiOf = (closes: readonly number[], bars: number): number[] =>
  run(of(closes), newRsi(bars), growRsi, (s, { close }) => updateRsi(s, 0, close), { value: (s) => s.value }).value;

export const emaOf = (closes: readonly number[], bars: number, seed?: EmaSeed): number[] =>
  run(of(closes), newEma(bars, seed), growEma, (s, { close }) => updateEma(s, 0, close), { value: (s) => s.value }).value;

export const smaOf = (closes: readonly number[], bars: number): number[] =>
  run(of(closes), newSma(bars), growSma, (s, { close }) => updateSma(s, 0, close), { value: (s) => s.value }).value;

export const deviationOf = (closes: readonly number[], bars: number): Columns<'mean' | 'deviation'> =>
  run(of(closes), newRollingDeviation(bars), growRollingDeviation, (s, { close }) => updateRollingDeviation(s, 0, close), {
    mean: (s) => s.mean,
    deviation: (s) => s.deviation,
  });

export const bollingerOf = (closes: readonly number[], bars: number, multiple: number): Columns<'middle' | 'upper' | 'lower'> =>
  run(of(closes), newBollinger(bars, multiple), growBollinger, (s, { close }) => updateBollinger(s, 0, close), {
    middle: (s) => s.middle,
    upper: (s) => s.upper,
    lower: (s) => s.lower,
  });

export const macdOf = (closes: readonly number[], seed?: EmaSeed): Columns<'line' | 'signal' | 'histogram' | 'fast' | 'slow'> =>
  run(of(closes), newMacd(12, 26, 9, seed), growMacd, (s, { close }) => updateMacd(s, 0, close), {
    line: (s) => s.line,
    signal: (s) => s.signal,
    histogram: (s) => s.histogram,
    fast: (s) => s.fast.value,
    slow: (s) => s.slow.value,
  });

export const adxOf = (rows: readonly Priced[], bars: number) =>
  run(rows, newAdx(bars), growAdx, (s, { high, low, close }) => updateAdx(s, 0, high, low, close), {
    plusDi: (s) => s.plusDi,
    minusDi: (s) => s.minusDi,
    dx: (s) => s.dx,
    adx: (s) => s.adx,
    range: (s) => s.range.value,
    plus: (s) => s.plus.value,
    minus: (s) => s.minus.value,
  });

export const keltnerOf = (rows: readonly Priced[], seed?: EmaSeed, first?: FirstBar) =>
  run(rows, newKeltner(20, 10, 2, seed, first), growKeltner, (s, { high, low, close }) => updateKeltner(s, 0, high, low, close), {
    middle: (s) => s.middle,
    upper: (s) => s.upper,
    lower: (s) => s.lower,
    atr: (s) => s.atr.value,
  });

export const donchianOf = (rows: readonly Priced[], current?: CurrentBar): Columns<'high' | 'low'> =>
  run(rows, newDonchian(20, current), growDonchian, (s, { high, low }) => updateDonchian(s, 0, high, low), {
    high: (s) => s.high,
    low: (s) => s.low,
  });

/** Anchored to the first row. */
export const vwapOf = (rows: readonly Priced[]): number[] =>
  run(rows, newVwap(), growVwap, (s, { high, low, close, volume }) => updateVwap(s, 0, 0, high, low, close, volume), {
    value: (s) => s.value,
  }).value;

export const rollingVwapOf = (rows: readonly Priced[], of: 'typical price' | 'close', filling?: Filling): number[] =>
  run(
    rows,
    newRollingVwap(14, filling),
    growRollingVwap,
    (s, { high, low, close, volume }) => updateRollingVwap(s, 0, of === 'close' ? close : typicalPrice(high, low, close), volume),
    { value: (s) => s.value },
  ).value;

const of = (closes: readonly number[]): Priced[] => closes.map((close) => ({ high: close, low: close, close, volume: 0 }));
