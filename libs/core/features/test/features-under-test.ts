import fc from 'fast-check';
import {
  growAdx,
  growAtr,
  growBollinger,
  growDonchian,
  growEma,
  growKeltner,
  growMacd,
  growOpeningRange,
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
  newOpeningRange,
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
  updateOpeningRange,
  updateRollingDeviation,
  updateRollingVwap,
  updateRsi,
  updateSma,
  updateVwap,
} from '../src/index.ts';

export interface Bar {
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Prices in cents from a narrow band, so that ties happen; the close may lie anywhere from low to high. */
export const bar: fc.Arbitrary<Bar> = fc
  .record({
    close: fc.integer({ min: 900, max: 1100 }),
    above: fc.integer({ min: 0, max: 50 }),
    below: fc.integer({ min: 0, max: 50 }),
    volume: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1e6 })),
  })
  .map(({ close, above, below, volume }) => ({
    close: close / 100,
    high: (close + above) / 100,
    low: (close - below) / 100,
    volume,
  }));
export const series = fc.array(bar, { minLength: 1, maxLength: 120 });
export const length = fc.integer({ min: 1, max: 30 });

/** A number of a column, 'nothing' outside it. */
type Output = number | undefined;

/** How to drive a feature of a given length over minute bars that begin ten minutes before an open. */
export interface Feature {
  /** makes one with `slots` slots */
  readonly start: (length: number, slots: number) => Started;
}

/** One instance. Its state is exposed so that it can be stored; `goOn` takes another state's place. */
export interface Started {
  readonly state: unknown;
  readonly grow: (slots: number) => void;
  readonly update: (slot: number, bar: Bar, index: number) => void;
  readonly read: (slot: number) => readonly Output[];
  readonly goOn: (restored: unknown) => Started;
}

interface Shape<State> {
  readonly make: (length: number) => State;
  readonly grow: (state: State, slots: number) => void;
  readonly update: (state: State, slot: number, bar: Bar, index: number) => void;
  readonly outputs: (state: State) => readonly Float64Array[];
}

function feature<State>(shape: Shape<State>): Feature {
  const started = (state: State): Started => ({
    state,
    grow: (slots) => shape.grow(state, slots),
    update: (slot, bar, index) => shape.update(state, slot, bar, index),
    read: (slot) => shape.outputs(state).map((column) => column[slot]),
    goOn: (restored) => started(restored as State),
  });
  return {
    start: (size, slots) => {
      const state = shape.make(size);
      shape.grow(state, slots);
      return started(state);
    },
  };
}

export const OPEN = Date.UTC(2024, 2, 4, 14, 30);
const MINUTE = 60_000;
/** The opening range's first bar is the tenth of a series. */
export const endOf = (index: number): number => OPEN + (index - 9) * MINUTE;
/** VWAP is anchored anew every 25 bars, and to nothing for the first five. */
export const anchorOf = (index: number): number => (index < 5 ? NaN : OPEN + Math.floor(index / 25) * 25 * MINUTE);

/** Every feature of the library, in every convention that it knows. */
export const FEATURES: Readonly<Record<string, Feature>> = {
  'average true range': feature({
    make: (size) => newAtr(size),
    grow: growAtr,
    update: (state, slot, { high, low, close }) => updateAtr(state, slot, high, low, close),
    outputs: (state) => [state.value],
  }),
  'average true range that counts the first bar': feature({
    make: (size) => newAtr(size, 'counted'),
    grow: growAtr,
    update: (state, slot, { high, low, close }) => updateAtr(state, slot, high, low, close),
    outputs: (state) => [state.value],
  }),
  'relative strength index': feature({
    make: newRsi,
    grow: growRsi,
    update: (state, slot, { close }) => updateRsi(state, slot, close),
    outputs: (state) => [state.value],
  }),
  'directional movement': feature({
    make: newAdx,
    grow: growAdx,
    update: (state, slot, { high, low, close }) => updateAdx(state, slot, high, low, close),
    outputs: (state) => [state.plusDi, state.minusDi, state.dx, state.adx],
  }),
  'simple moving average': feature({
    make: newSma,
    grow: growSma,
    update: (state, slot, { close }) => updateSma(state, slot, close),
    outputs: (state) => [state.value],
  }),
  'exponential moving average': feature({
    make: (size) => newEma(size),
    grow: growEma,
    update: (state, slot, { close }) => updateEma(state, slot, close),
    outputs: (state) => [state.value],
  }),
  'exponential moving average from the first close': feature({
    make: (size) => newEma(size, 'first'),
    grow: growEma,
    update: (state, slot, { close }) => updateEma(state, slot, close),
    outputs: (state) => [state.value],
  }),
  MACD: feature({
    make: (size) => newMacd(size, 2 * size, size),
    grow: growMacd,
    update: (state, slot, { close }) => updateMacd(state, slot, close),
    outputs: (state) => [state.line, state.signal, state.histogram],
  }),
  'rolling deviation': feature({
    make: newRollingDeviation,
    grow: growRollingDeviation,
    update: (state, slot, { close }) => updateRollingDeviation(state, slot, close),
    outputs: (state) => [state.mean, state.deviation],
  }),
  'Bollinger bands': feature({
    make: (size) => newBollinger(size, 2),
    grow: growBollinger,
    update: (state, slot, { close }) => updateBollinger(state, slot, close),
    outputs: (state) => [state.middle, state.upper, state.lower],
  }),
  'Keltner channel': feature({
    make: (size) => newKeltner(size, Math.ceil(size / 2), 2),
    grow: growKeltner,
    update: (state, slot, { high, low, close }) => updateKeltner(state, slot, high, low, close),
    outputs: (state) => [state.middle, state.upper, state.lower],
  }),
  'Donchian channel': feature({
    make: (size) => newDonchian(size),
    grow: growDonchian,
    update: (state, slot, { high, low }) => updateDonchian(state, slot, high, low),
    outputs: (state) => [state.high, state.low],
  }),
  'Donchian channel with the current bar': feature({
    make: (size) => newDonchian(size, 'included'),
    grow: growDonchian,
    update: (state, slot, { high, low }) => updateDonchian(state, slot, high, low),
    outputs: (state) => [state.high, state.low],
  }),
  'opening range': feature({
    make: newOpeningRange,
    grow: growOpeningRange,
    update: (state, slot, { high, low }, index) =>
      updateOpeningRange(state, slot, OPEN, endOf(index) - MINUTE, endOf(index), high, low),
    outputs: (state) => [state.high, state.low],
  }),
  VWAP: feature({
    make: newVwap,
    grow: growVwap,
    update: (state, slot, { high, low, close, volume }, index) =>
      updateVwap(state, slot, anchorOf(index), high, low, close, volume),
    outputs: (state) => [state.value],
  }),
  'rolling VWAP': feature({
    make: (size) => newRollingVwap(size),
    grow: growRollingVwap,
    update: (state, slot, { high, low, close, volume }) => updateRollingVwap(state, slot, typicalPrice(high, low, close), volume),
    outputs: (state) => [state.value],
  }),
  'rolling VWAP of what there is': feature({
    make: (size) => newRollingVwap(size, 'partial'),
    grow: growRollingVwap,
    update: (state, slot, { high, low, close, volume }) => updateRollingVwap(state, slot, typicalPrice(high, low, close), volume),
    outputs: (state) => [state.value],
  }),
};

/** What a feature says after each bar of a series. */
export function outputsOf(name: string, size: number, bars: readonly Bar[]): (readonly Output[])[] {
  const started = featureNamed(name).start(size, 1);
  return bars.map((one, index) => {
    started.update(0, one, index);
    return started.read(0);
  });
}

export function featureNamed(name: string): Feature {
  const found = FEATURES[name];
  if (found === undefined) throw new Error(`there is no feature ${name}`);
  return found;
}
