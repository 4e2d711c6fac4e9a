import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CALIBRATED_PROBABILITY as CONFIG,
  ADAPTED_LEVELS,
  AT,
  type BarSlice,
  epochMs,
  newBarSlice,
  newStateSlice,
  PPM,
  type PerRegime,
  type ProbabilityConfig,
  QUANTILE_LEVELS,
  read,
  STATE_WIDTH,
  type StateSlice,
  ticker,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { momentsOf } from './law.ts';
import { probabilityStage } from './probability-stage.ts';
import { type ProbabilityState } from './probability-state.ts';
import { FILTER, FILTER_WIDTH } from './memory.ts';
import { figuresOf, newFigureWalk, walkFigures } from './state-figures.ts';

/*
 * 1. A covariance stays positive definite after any sequence of bars.
 * 2. How a gap is divided does not matter to what is predicted across it.
 * 3. A symbol's rows depend on its own bars and their times alone, not on the other symbols of the shard.
 * 4. A state that was stored and restored goes on bit for bit.
 * 5. Every value emitted is a safe integer and not −0, quantiles never fall, and the regimes add up to one million.
 * 6. A bar far from all expectation gets in when the next bar confirms it, and only then.
 */

interface Minute {
  /** minutes since the slice before */
  readonly wait: number;
  /** one factor on the price per symbol; 0 where it has no bar */
  readonly moves: readonly number[];
}

const SYMBOLS = ['A', 'BRK.B', 'MSFT', 'SPY', 'TPL', 'ZZ'].map(ticker);
const START = newYorkInstant('2024-06-28', 600);

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ noNaN: true, min, max });
const perRegime = (min: number, max: number): fc.Arbitrary<PerRegime> =>
  fc.record({ calm: between(min, max), normal: between(min, max), turbulent: between(min, max) });

/** Anything that the schema lets through. */
const config: fc.Arbitrary<ProbabilityConfig> = fc.record({
  velocityGain: between(0, 1),
  velocityHalfLifeBars: between(0.1, 1e5),
  observationNoise: between(0, 1),
  volatilityPriorBp: between(0.01, 10_000),
  expertShare: between(1e-9, 0.5),
  sessionGain: between(1e-9, 0.1),
  rawGain: between(1e-4, 0.05),
  adaptedGain: between(1e-4, 0.05),
  winsorZ: between(1, 1000),
  softZ: between(1, 1000),
  suspectZ: between(1, 1000),
  calibrationHalfLifeBars: fc.integer({ min: 1, max: 100_000 }),
  warmUpBars: fc.integer({ min: 1, max: 50 }),
  calmStay: between(1e-9, 0.9999),
  normalToCalm: between(1e-9, 0.499),
  normalToTurbulent: between(1e-9, 0.499),
  turbulentStay: between(1e-9, 0.9999),
  regimeReturnScales: perRegime(0.01, 100),
  regimeVarianceMeans: perRegime(-20, 20),
  regimeVarianceSds: perRegime(0.01, 10),
  regimeMemoryBars: fc.integer({ min: 1, max: 100_000 }),
  labelProbabilityMin: between(0.5, 1),
  labelBars: fc.integer({ min: 1, max: 10 }),
});

/** Mostly small moves, some standstill, some crashes and splits, some silence. */
const factor = fc.oneof(
  { weight: 8, arbitrary: fc.double({ noNaN: true, min: 0.998, max: 1.002 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1) },
  { weight: 1, arbitrary: fc.constantFrom(0.48, 1 / 7, 7, 0.001, 1000) },
);
const minute: fc.Arbitrary<Minute> = fc.record({
  wait: fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, { weight: 2, arbitrary: fc.integer({ min: 1, max: 5000 }) }),
  moves: fc.array(factor, { minLength: SYMBOLS.length, maxLength: SYMBOLS.length }),
});
const minutes = fc.array(minute, { minLength: 1, maxLength: 60 });

/** Runs the stage over the minutes for the symbols that `wanted` names; `between` may replace the state after every slice. */
function run(
  parameters: ProbabilityConfig,
  tape: readonly Minute[],
  wanted: (index: number) => boolean,
  visit: (emit: StateSlice, state: ProbabilityState, bars: BarSlice) => void,
  between: (state: ProbabilityState) => ProbabilityState = (state) => state,
): void {
  let state = probabilityStage.initial(parameters);
  let t = START;
  const prices = SYMBOLS.map(() => 100);
  const bars = newBarSlice(0, '1m', SYMBOLS.length);
  const emit = newStateSlice(0, 1);
  for (const { wait, moves } of tape) {
    t = epochMs(t + wait * 60_000);
    Object.assign(bars, { t, count: 0, symbols: [] });
    moves.forEach((move, i) => {
      if (move === 0) return;
      prices[i] = Math.min(1e9, Math.max(1e-6, (prices[i] ?? NaN) * move));
      const symbol = SYMBOLS[i];
      if (symbol === undefined || !wanted(i)) return;
      bars.close[bars.count++] = prices[i] ?? NaN;
      bars.symbols.push(symbol);
    });
    probabilityStage.apply(state, { bars, control: [] }, emit);
    visit(emit, state, bars);
    state = between(state);
  }
}

const everyone = (): boolean => true;
const rowsOf = (emit: StateSlice): Float64Array => emit.rows.slice(0, emit.count * STATE_WIDTH);

/** The rows of each symbol in turn, as text that keeps −0 apart. */
function rowsBySymbol(parameters: ProbabilityConfig, tape: readonly Minute[], wanted: (index: number) => boolean): string[] {
  const rows = new Map<string, number[]>(SYMBOLS.map((symbol) => [symbol, []]));
  run(parameters, tape, wanted, (emit) => {
    emit.symbols.forEach((symbol, i) => rows.get(symbol)?.push(...emit.rows.slice(i * STATE_WIDTH, (i + 1) * STATE_WIDTH)));
  });
  return [...rows].map(([symbol, values]) => `${symbol} ${values.join(' ')}`);
}

describe('probability stage', () => {
  it('keeps every covariance positive definite after any sequence of bars', () => {
    fc.assert(
      fc.property(config, minutes, (parameters, tape) => {
        run(parameters, tape, everyone, (_, { memory: { filter }, index: { symbols } }) => {
          symbols.forEach((_symbol, slot) => {
            const at = slot * FILTER_WIDTH;
            const p11 = read(filter, at + FILTER.levelVariance);
            const p22 = read(filter, at + FILTER.velocityVariance);
            expect(p11).toBeGreaterThan(0);
            expect(p11 * p22 - read(filter, at + FILTER.covariance) ** 2).toBeGreaterThan(0);
          });
        });
      }),
    );
  });

  it('gives a symbol the same rows whatever shares its shard', () => {
    fc.assert(
      fc.property(config, minutes, (parameters, tape) => {
        const together = rowsBySymbol(parameters, tape, everyone);
        const apart = SYMBOLS.map((_, only) => rowsBySymbol(parameters, tape, (i) => i === only)[only]);
        expect(apart).toEqual(together);
      }),
    );
  });

  it('goes on bit for bit after its state was stored and restored', () => {
    fc.assert(
      fc.property(config, minutes, (parameters, tape) => {
        const straight: Float64Array[] = [];
        const restored: Float64Array[] = [];
        run(parameters, tape, everyone, (emit) => straight.push(rowsOf(emit)));
        run(
          parameters,
          tape,
          everyone,
          (emit) => restored.push(rowsOf(emit)),
          (state) => deserialize(serialize(state)),
        );
        expect(serialize(restored)).toEqual(serialize(straight));
      }),
    );
  });

  it('emits safe integers that are not −0, quantiles that never fall, and regimes that leave room for the one not named', () => {
    fc.assert(
      fc.property(config, minutes, (parameters, tape) => {
        run(parameters, tape, everyone, (emit) => {
          const rows = rowsOf(emit);
          expect(rows.every((value) => Number.isSafeInteger(value) && !Object.is(value, -0))).toBe(true);
          for (let row = 0; row < rows.length; row += STATE_WIDTH) {
            const quantiles = rows.slice(row + AT.q005, row + AT.q005 + QUANTILE_LEVELS.length);
            expect(quantiles).toEqual(quantiles.slice().sort());
            const adapted = rows.slice(row + AT.a005, row + AT.a005 + ADAPTED_LEVELS.length);
            expect(adapted).toEqual(adapted.slice().sort());
            const regimes = [AT.calm, AT.turbulent].map((at) => read(rows, row + at));
            for (const ppm of regimes) expect(ppm).toBeGreaterThanOrEqual(0);
            expect(regimes.reduce((sum, ppm) => sum + ppm)).toBeLessThanOrEqual(PPM);
            expect([0, 1, 2]).toContain(read(rows, row + AT.regime));
            for (const at of [AT.coverage95, AT.velocityUp, AT.expertEntropy]) {
              expect(read(rows, row + at)).toBeGreaterThanOrEqual(0);
              expect(read(rows, row + at)).toBeLessThanOrEqual(PPM);
            }
          }
        });
      }),
    );
  });

  it('lets every other figure follow: safe integers that are not −0, shares in 0 … 1, and coverage as the states count it', () => {
    fc.assert(
      fc.property(config, minutes, (parameters, tape) => {
        const walk = newFigureWalk(parameters.calibrationHalfLifeBars);
        run(parameters, tape, everyone, (emit, _, bars) => {
          walkFigures(walk, bars, emit);
          for (const symbol of emit.symbols) {
            const figures = figuresOf(walk, bars, emit, symbol);
            const of = (name: string): number => figures[name] ?? NaN;
            expect(Object.values(figures).every((value) => Number.isSafeInteger(value) && !Object.is(value, -0))).toBe(true);
            expect(of('calm') + of('normal') + of('turbulent')).toBe(PPM);
            for (const name of ['pit', 'coverage50', 'coverage99', 'meanPit', 'normal']) {
              expect(of(name)).toBeGreaterThanOrEqual(0);
              expect(of(name)).toBeLessThanOrEqual(PPM);
            }
            for (const [less, more] of [
              ['coverage50', 'coverage80'],
              ['coverage80', 'coverage90'],
              ['coverage90', 'coverage95'],
              ['coverage95', 'coverage99'],
            ] as const)
              expect(of(less)).toBeLessThanOrEqual(of(more));
            expect(of('crps')).toBeGreaterThanOrEqual(0);
            expect(of('predictiveSd')).toBeGreaterThan(0);
          }
        });
      }),
    );
  });

  it('takes any jump in: within two bars the level is at the new price', () => {
    const jump = fc.oneof(fc.double({ noNaN: true, min: 0.001, max: 0.9 }), fc.double({ noNaN: true, min: 1.1, max: 1000 }));
    fc.assert(
      fc.property(jump, fc.double({ noNaN: true, min: 4, max: 12 }), (move, suspectZ) => {
        const still = Array.from({ length: 60 }, (_, i): Minute => ({ wait: 1, moves: [i % 2 === 0 ? 1.0002 : 1 / 1.0002] }));
        const tape = [...still, { wait: 1, moves: [move] }, { wait: 1, moves: [1] }];
        const levels: number[] = [];
        const sds: number[] = [];
        run({ ...CONFIG, suspectZ }, tape, everyone, (emit) => {
          levels.push(read(emit.rows, AT.level));
          sds.push(Math.sqrt(momentsOf(emit.rows, AT.q005).variance));
        });
        expect(Math.abs((levels[61] ?? NaN) - Math.log(100 * move) * 1e8)).toBeLessThan(sds[61] ?? NaN);
      }),
    );
  });
});
