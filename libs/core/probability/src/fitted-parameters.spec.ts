import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type HiddenMarkovModel, hmmStep, hmmStepParameters, nextLnVariance, nextVariance } from '@aitrader/core-estimation';
import { newYorkInstant } from '@aitrader/core-sessions';
import {
  CALIBRATED_PROBABILITY as CONFIG,
  AT,
  type Control,
  epochMs,
  type ModelParameters,
  newBarSlice,
  newStateSlice,
  read,
  STATE_FLAG,
  STATE_WIDTH,
  type StateColumn,
  ticker,
  newControl,
} from '@aitrader/model';
import { judge, oneSymbol } from '../test/one-symbol.ts';
import { learnVariances, startBank } from './bank.ts';
import { contend, contenderWeight } from './contest.ts';
import { isTakenUp, parametersProblem, takeUp } from './fitted-parameters.ts';
import { filterFittedRegimes } from './fitted-regimes.ts';
import { probabilityStage } from './probability-stage.ts';
import { BANK, CONTENDER, CONTENDER_WIDTH, FITTED, FITTED_VARIANCE_WIDTH, FORECAST, newMemory, PAST, REGIME } from './memory.ts';
import { drawnBack } from './reversion.ts';

const OPEN = newYorkInstant('2024-03-04', 570);
const MINUTE = 60_000;
const AAPL = ticker('AAPL');

const fitted = (
  model: string,
  values: Readonly<Record<string, number>>,
  more: Partial<ModelParameters> = {},
): ModelParameters => ({
  symbol: AAPL,
  model,
  version: `${model}/0`,
  timeframe: '1m',
  fittedTo: epochMs(OPEN + 100 * MINUTE),
  values: Object.entries(values).map(([name, value]) => ({ name, value })),
  ...more,
});

const GJR = { mu: 0.01, omega: 2e-7, alpha: 0.02, gamma: 0.08, beta: 0.9 };
const EGARCH = { mu: 0.01, omega: -0.4, alpha: 0.2, gamma: -0.1, beta: 0.95 };
/** Of variances about 1e-6 %². */
const EGARCH_OF_MINUTES = { ...EGARCH, omega: -0.7 };
const REGIMES = {
  ...{ mu_0: 0.02, mu_1: 0, mu_2: -0.05, sd_0: 0.5, sd_1: 1.1, sd_2: 2.4, nu_0: 5, nu_1: 6, nu_2: 4 },
  ...{ muVariance_0: -0.7, muVariance_1: 0.1, muVariance_2: 1.2, sdVariance_0: 0.3, sdVariance_1: 0.4, sdVariance_2: 0.7 },
  ...{ p_00: 0.98, p_01: 0.02, p_02: 0, p_10: 0.01, p_11: 0.97, p_12: 0.02, p_20: 0, p_21: 0.05, p_22: 0.95 },
};

describe('fitted parameters', () => {
  it.each([
    ['garch', { omega: 0.1, alpha: 0.1, beta: 0.8 }, undefined],
    ['gjr', GJR, undefined],
    ['gjr', { ...GJR, nu: 5 }, undefined],
    ['egarch', EGARCH, undefined],
    ['egarch', { ...EGARCH, nu: 5, beta: -0.2 }, undefined],
    ['hmm', REGIMES, undefined],
    ['kalman', { level: NaN }, undefined],
    ['garch', { omega: 0.1, alpha: 0.1 }, 'values.beta: must be at least 0, got none'],
    ['garch', { omega: 0, alpha: 0.1, beta: 0.8 }, 'values.omega: must be above 0, got 0'],
    ['garch', { omega: 0.1, alpha: -0.1, beta: 0.8 }, 'values.alpha: must be at least 0, got -0.1'],
    ['garch', { omega: 0.1, alpha: 0.2, beta: 0.8 }, 'values.beta: alpha + gamma/2 + beta must be below 1, got 1'],
    ['garch', { omega: Infinity, alpha: 0.2, beta: 0.7 }, 'values.omega: must be finite, got Infinity'],
    ['gjr', { omega: 0.1, alpha: 0.1, beta: 0.8 }, 'values.gamma: must be at least −alpha, got none'],
    ['gjr', { ...GJR, gamma: -0.03 }, 'values.gamma: must be at least −alpha, got -0.03'],
    ['egarch', { ...EGARCH, beta: 1 }, 'values.beta: must be between −1 and 1, got 1'],
    ['egarch', { ...EGARCH, alpha: -0.1 }, 'values.alpha: must be at least 0, got -0.1'],
    ['egarch', { omega: 0, alpha: 0, beta: 0 }, 'values.gamma: is missing'],
    ['egarch', { ...EGARCH, omega: NaN }, 'values.omega: must be finite, got NaN'],
    ['hmm', { ...REGIMES, muVariance_1: -1 }, 'values.muVariance_1: must be above muVariance_0, got -1 and -0.7'],
    ['hmm', { ...REGIMES, sd_1: 0 }, 'values.sd_1: must be above 0, got 0'],
    ['hmm', { ...REGIMES, p_00: 0.9 }, 'values.p_00: the row must add up to 1, got 0.92'],
    ['hmm', { ...REGIMES, p_00: 1.5, p_01: -0.5 }, 'values.p_01: must be at least 0, got -0.5'],
    ['hmm', { ...REGIMES, mu_3: 1 }, 'values.mu_3: there must be 3 regimes, got more'],
    ['hmm', { mu_0: 0, sd_0: 1, mu_1: 0, sd_1: 2 }, 'values.muVariance_0: is missing'],
  ])('of %s, %j, have the problem %s', (model, values, says) => {
    const problem = parametersProblem(fitted(model, values));
    if (says === undefined) expect(problem).toBeUndefined();
    else expect(problem).toContain(says);
  });

  /** One step of the models that were fitted, in per cent as they are. */
  const steps: Readonly<Record<string, (variance: number, y: number) => number>> = {
    gjr: (variance, y) => nextVariance({ ...GJR, mu: 0, omega: 2e-4, nu: Infinity }, variance, y),
    egarch: (variance, y) =>
      Math.exp(nextLnVariance({ ...EGARCH, mu: 0, nu: Infinity }, Math.log(variance), y / Math.sqrt(variance))),
  };

  it.each([
    ['gjr', { ...GJR, omega: 2e-4 }],
    ['egarch', EGARCH],
  ] as const)('make a variance that goes on as the model that was fitted says: %s', (model, values) => {
    const rises = fc.tuple(fc.double({ noNaN: true, min: 0, max: 16 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(rises, { minLength: 1, maxLength: 60 }), (bars) => {
        const symbol = oneSymbol();
        const { memory, batch } = symbol;
        startBank(memory, 0, 25);
        memory.past[PAST.bars] = 1;
        takeUp(memory, 0, fitted(model, values));
        let variance = 25;
        for (const [square, falls] of bars) {
          const base = read(memory.bank, BANK.variance);
          judge(symbol, square, base, falls);
          const innovation = Math.sqrt(base * square);
          // per cent: a hundred bp
          variance = (steps[model]?.(variance / 1e4, ((falls ? -1 : 1) * innovation) / 100) ?? NaN) * 1e4;
          variance = Math.min(1e8, Math.max(1e-4, variance));
          learnVariances(memory, batch, batch.learned, { expertShare: 0.02 });
          contend(memory, batch, batch.learned, { expertShare: 0.02 });
          expect(
            Math.abs(read(memory.fitted, FITTED.contenders + CONTENDER_WIDTH + CONTENDER.variance) / variance - 1),
          ).toBeLessThan(1e-11);
        }
      }),
    );
  });

  it('of a later fit take the place of those before, and three models stand side by side', () => {
    const memory = newMemory(1);
    const tracks = (): number => read(memory.bank, BANK.fittedTracks);
    startBank(memory, 0, 25);
    takeUp(memory, 0, fitted('gjr', GJR));
    takeUp(memory, 0, fitted('gjr', { ...GJR, beta: 0.5 }));
    expect(tracks()).toBe(1);
    takeUp(memory, 0, fitted('garch', { omega: 1, alpha: 0.1, beta: 0.2 }));
    takeUp(memory, 0, fitted('egarch', EGARCH));
    expect(tracks()).toBe(3);
    takeUp(memory, 0, fitted('garch', { omega: 1, alpha: 0.1, beta: 0.3 }));
    takeUp(memory, 0, fitted('gjr', GJR));
    takeUp(memory, 0, fitted('egarch', EGARCH));
    expect(tracks()).toBe(3);
    const parametersOf = (track: number): Float64Array => {
      const at = FITTED.variances + track * FITTED_VARIANCE_WIDTH;
      return memory.fitted.slice(at, at + FITTED_VARIANCE_WIDTH);
    };
    expect(parametersOf(0)).toEqual(Float64Array.of(1, GJR.omega * 1e4, GJR.alpha, GJR.gamma, GJR.beta));
    expect(parametersOf(1)).toEqual(Float64Array.of(0, 1e4, 0.1, 0, 0.3));
    expect(parametersOf(2)[1]).toBeCloseTo(EGARCH.omega + (1 - EGARCH.beta) * Math.log(1e4), 12);
    expect(parametersOf(2).subarray(2)).toEqual(Float64Array.of(EGARCH.alpha, EGARCH.gamma, EGARCH.beta));
    for (let contender = 0; contender <= 3; contender++)
      expect(Math.abs(contenderWeight(memory, 0, contender) - 0.25)).toBeLessThan(1e-12);
  });

  it.each(['normal', 'student'])('make regimes that are filtered as the estimation library does: %s', (family) => {
    const values = Object.entries(REGIMES).filter(([name]) => family === 'student' || !name.startsWith('nu_'));
    const memory = newMemory(1);
    const { regimes } = memory;
    takeUp(memory, 0, fitted('hmm', Object.fromEntries(values)));
    const of = (name: string): number => Object.fromEntries(values)[name] ?? NaN;
    const model: HiddenMarkovModel = {
      start: [0.25, 0.5, 0.25],
      startsAt: 'step-before',
      transition: [0, 1, 2].map((i) => [0, 1, 2].map((j) => of(`p_${i}${j}`) * (1 - 3e-6) + 1e-6)),
      emissions: [0, 1, 2].map((k) => [
        family === 'student'
          ? { family: 'student', location: of(`mu_${k}`), scale: of(`sd_${k}`), dof: of(`nu_${k}`) }
          : { family: 'gaussian', mean: of(`mu_${k}`), sd: of(`sd_${k}`) },
        { family: 'gaussian', mean: of(`muVariance_${k}`), sd: of(`sdVariance_${k}`) },
      ]),
    };
    const size = fc.double({ noNaN: true, min: 0, max: family === 'student' ? 1e6 : 12 });
    const figures = fc.tuple(size, fc.boolean(), fc.double({ noNaN: true, min: -8, max: 8 }));
    fc.assert(
      fc.property(fc.array(figures, { maxLength: 40 }), (seen) => {
        const step = hmmStepParameters(model);
        const theirs = Float64Array.of(0.25, 0.5, 0.25);
        regimes.set(theirs, REGIME.law);
        for (const [z, falls, unusual] of seen) {
          regimes[REGIME.surprise] = z * z;
          regimes[REGIME.unusual] = unusual;
          filterFittedRegimes(memory, 0, falls);
          hmmStep(step, theirs, Float64Array.of(falls ? -z : z, unusual));
          theirs.forEach((p, k) => expect(Math.abs(p - read(regimes, REGIME.law + k))).toBeLessThan(1e-9));
        }
      }),
    );
  });
});

describe('a run with fitted parameters', () => {
  const closes = Array.from({ length: 200 }, (_, i) => 100 + Math.sin(i * 1.7) * 0.05 + Math.sin(i / 9) * 0.1);
  const command = (parameters: readonly ModelParameters[]): Control =>
    newControl('model-parameters', epochMs(OPEN + 100 * MINUTE), 'test', 'fitted to the bars up to here', { parameters });

  /** States of AAPL after each minute, when commands come with the bar of minute `at`; `from` is its first bar. */
  function run(
    parameters: readonly ModelParameters[],
    at = 101,
    from = 1,
    isRestored = false,
  ): ((column: StateColumn) => number)[] {
    let state = probabilityStage.initial({ ...CONFIG, warmUpBars: 20 });
    const slice = newBarSlice(0, '1m', 1);
    const emit = newStateSlice(0, 1);
    slice.symbols = [AAPL];
    return closes.map((close, i) => {
      const minute = i + 1;
      slice.t = epochMs(OPEN + minute * MINUTE);
      slice.count = minute < from ? 0 : 1;
      slice.close[0] = close;
      if (isRestored) state = deserialize(serialize(state)) as typeof state;
      const control = parameters.length > 0 && minute === at ? [command(parameters)] : [];
      probabilityStage.apply(state, { bars: slice, control }, emit);
      const row = emit.rows.slice(0, STATE_WIDTH);
      return (column) => read(row, AT[column]);
    });
  }
  const rowsOf = (states: readonly ((column: StateColumn) => number)[], column: StateColumn): number[] =>
    states.map((state) => state(column));
  const flagged = (states: readonly ((column: StateColumn) => number)[]): number[] =>
    states.flatMap((state, i) => ((state('flags') & STATE_FLAG.REFUSED_FIT) === 0 ? [] : [i + 1]));

  it('forecasts otherwise from the first bar after the fit on, and says the same of all before', () => {
    const without = run([]);
    for (const [parameters, column] of [
      [fitted('gjr', GJR), 'volatility'],
      [fitted('egarch', EGARCH_OF_MINUTES), 'volatility'],
      [fitted('hmm', REGIMES), 'turbulent'],
    ] as const) {
      const withThem = run([parameters]);
      expect(rowsOf(withThem, column).slice(0, 100)).toEqual(rowsOf(without, column).slice(0, 100));
      expect(rowsOf(withThem, column).slice(100)).not.toEqual(rowsOf(without, column).slice(100));
      expect(flagged(withThem)).toEqual([]);
    }
  });

  it('goes on bit for bit from a stored state', () => {
    const parameters = [
      fitted('garch', { omega: 1e-6, alpha: 0.1, beta: 0.8 }),
      fitted('egarch', EGARCH_OF_MINUTES),
      fitted('hmm', REGIMES),
    ];
    for (const from of [1, 150]) {
      const [kept, restored] = [run(parameters, 101, from), run(parameters, 101, from, true)];
      for (const name of ['volatility', 'turbulent', 'q995', 'expertEntropy'] as const)
        expect(rowsOf(restored, name)).toEqual(rowsOf(kept, name));
    }
  });

  it('takes them up after the first bar of a symbol that comes later', () => {
    const [late, without] = [run([fitted('gjr', GJR)], 101, 150), run([], 101, 150)];
    expect(rowsOf(late, 'volatility').slice(0, 150)).toEqual(rowsOf(without, 'volatility').slice(0, 150));
    expect(rowsOf(late, 'volatility').slice(160)).not.toEqual(rowsOf(without, 'volatility').slice(160));
  });

  it.each([
    ['fitted to a bar not seen yet', fitted('gjr', GJR, { fittedTo: epochMs(OPEN + 101 * MINUTE) })],
    ['fitted to bars of another length', fitted('gjr', GJR, { timeframe: '1d' })],
    ['out of their bounds', fitted('gjr', { ...GJR, beta: 2 })],
  ])('refuses parameters that were %s, says so in its states, and goes on as before', (_, parameters) => {
    const [refused, without] = [run([parameters]), run([])];
    expect(rowsOf(refused, 'volatility')).toEqual(rowsOf(without, 'volatility'));
    expect(flagged(refused)).toEqual(Array.from({ length: 100 }, (__, i) => 101 + i));
  });

  it('says that a model is refused until a fit of that very model is of use', () => {
    const bad = fitted('garch', { omega: -1, alpha: 0.1, beta: 0.8 });
    const good = fitted('garch', { omega: 1e-6, alpha: 0.1, beta: 0.8 });
    const hmm = fitted('hmm', REGIMES);
    expect(flagged(run([bad, hmm]))).toHaveLength(100);
    expect(flagged(run([hmm, bad]))).toHaveLength(100);
    expect(flagged(run([bad, hmm, good]))).toEqual([]);
  });

  it('draws back to the usual variance what the bank has in the forecast, and not what was fitted', () => {
    const state = probabilityStage.initial(CONFIG);
    const slice = newBarSlice(0, '1m', 1);
    const emit = newStateSlice(0, 1);
    Object.assign(slice, { symbols: [AAPL], count: 1 });
    closes.forEach((close, i) => {
      slice.t = epochMs(OPEN + (i + 1) * MINUTE);
      slice.close[0] = close;
      const control = i === 100 ? [command([fitted('gjr', GJR), fitted('egarch', EGARCH_OF_MINUTES)])] : [];
      probabilityStage.apply(state, { bars: slice, control }, emit);
      const { bank, regimes, forecasts } = state.memory;
      const part = read(bank, BANK.fittedPart);
      expect(part > 0).toBe(i >= 100);
      const base = drawnBack(regimes, 0, read(bank, BANK.variance) - part) + part;
      expect(Math.abs(read(forecasts, FORECAST.base) / base - 1)).toBeLessThan(1e-12);
      if (i >= 100) expect(base).not.toBe(drawnBack(regimes, 0, read(bank, BANK.variance)));
    });
  });

  it('has no use for other models, and none for those of a symbol that never comes', () => {
    expect(['kalman', 'msar', 'garch', 'gjr', 'egarch', 'hmm'].map(isTakenUp)).toEqual([false, false, true, true, true, true]);
    const others = [fitted('kalman', { level: 1 }), fitted('gjr', GJR, { symbol: ticker('ZZ') })];
    const [withThem, without] = [run(others), run([])];
    expect(rowsOf(withThem, 'volatility')).toEqual(rowsOf(without, 'volatility'));
    expect(flagged(withThem)).toEqual([]);
  });
});
