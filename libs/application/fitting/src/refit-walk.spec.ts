import { beforeAll, describe, expect, it } from '@jest/globals';
import { fittableGarch, fittableHmm, fittableStateSpace, revertingVelocity, type FittableModel } from '@aitrader/core-estimation';
import { selectBars, type MarketBars } from '@aitrader/application-markets';
import { syntheticMarket } from '@aitrader/core-market';
import { newYorkDate } from '@aitrader/core-sessions';
import { item, read, type ProbabilityConfig } from '@aitrader/model';
import { loadRunConfig } from '@aitrader/runtime-configuration';
import { barSeries, type BarSeries, type Observed } from './bar-series.ts';
import { isConverged, refitPoints, refits, type Refit, type RefitPlan } from './refit-walk.ts';

const garch = fittableGarch({ mean: 'zero', presample: 'sample', asymmetry: 'none', shocks: 'normal' });
const regimes = fittableHmm({
  regimes: 3,
  observed: 'innovation-and-variance',
  emissions: 'gaussian',
  startsAt: 'first-observation',
  isPlain: false,
});
const velocity = fittableStateSpace(revertingVelocity('diffuse'), 'dropped');
const NIGHTLY: RefitPlan = { every: 'nightly', window: 200 };
/** From a Tuesday over the holiday of July 4 to the Tuesday after. */
const DATES = ['2024-07-02', '2024-07-03', '2024-07-05', '2024-07-08', '2024-07-09'];
const market = syntheticMarket({ seed: 3, symbols: ['SYN03'], sessions: DATES });

describe('fits that walk forward', () => {
  let config: ProbabilityConfig;
  beforeAll(async () => {
    config = (await loadRunConfig(undefined)).probability;
  });
  const seriesOf = (observed: Observed, to?: string, bars = market): BarSeries =>
    item(barSeries(selectBars('the market', bars, { to }), observed, config), 0);
  const walk = (series: BarSeries, model: FittableModel, plan = NIGHTLY): Refit[] => [
    ...refits(series, model, refitPoints(series, plan), plan.window, { init: undefined, iterationsMax: undefined }),
  ];
  /** All that a walk finds, without the functions that say where observations stand. */
  const found = (all: readonly Refit[]) =>
    all.map(({ of: { series, from, to }, fittedTo, outcome }) => ({ series, from, to, fittedTo, outcome }));

  it.each<[model: string, observed: Observed, model: FittableModel]>([
    ['garch', 'return', garch],
    ['garch', 'innovation', garch],
    ['hmm', 'innovation-and-variance', regimes],
    ['kalman', 'log-price', velocity],
  ])('%s of %s: up to a date they are the same without the bars after it', (_, observed, model) => {
    const all = found(walk(seriesOf(observed), model));
    expect(all.length).toBeGreaterThan(2);
    all.slice(0, -1).forEach(({ fittedTo }, i) => {
      expect(found(walk(seriesOf(observed, newYorkDate(fittedTo)), model))).toEqual(all.slice(0, i + 1));
    });
  });

  it('are of the last bars of each session, once the window is full', () => {
    const series = seriesOf('return');
    const points = refitPoints(series, NIGHTLY);
    expect(points.map(({ fittedTo }) => newYorkDate(fittedTo))).toEqual(DATES);
    for (const { end, fittedTo } of points) {
      expect(series.times[end - 1]).toBe(fittedTo);
      expect(series.times[end] ?? Infinity).toBeGreaterThan(fittedTo);
    }
    for (const { of } of walk(series, garch)) expect(of.series.values).toHaveLength(200);
    const fridays = refitPoints(series, { ...NIGHTLY, every: 'weekly' });
    expect(fridays.map(({ fittedTo }) => newYorkDate(fittedTo))).toEqual(['2024-07-05']);
    expect(refitPoints(series, { ...NIGHTLY, window: series.times.length })).toHaveLength(1);
    expect(refitPoints(series, { ...NIGHTLY, window: series.times.length + 1 })).toEqual([]);
  });

  it('are to bars that had closed by then, and to nothing that was held back', () => {
    const series = seriesOf('innovation-and-variance');
    for (const { of, fittedTo } of walk(series, regimes)) {
      expect(of.to).toBe(fittedTo);
      const [, seen] = of.labels;
      expect(Number(seen?.cells.at(-1))).toBeLessThanOrEqual(fittedTo);
    }
  });

  it('have a bar that was held back over the night when the next morning has confirmed it, and not before', () => {
    const night = item(refitPoints(seriesOf('return'), NIGHTLY), 1).fittedTo;
    // from the last bar of a session on all is half as dear
    const halved = market.close.map((close, row) => close / (read(market.t, row) < night ? 1 : 2));
    const bars: MarketBars = { ...market, close: halved };
    const series = seriesOf('innovation-and-variance', undefined, bars);
    expect(series.times).toEqual(seriesOf('innovation-and-variance').times);
    const { end, fittedTo } = item(refitPoints(series, NIGHTLY), 1);
    expect(fittedTo).toBe(night);
    expect(series.times[end - 1]).toBeLessThan(night);
    expect(series.times[end]).toBe(night);
    expect(series.knownAt[end]).toBe(series.times[end + 1]);
    const until = seriesOf('innovation-and-variance', newYorkDate(night), bars);
    expect(found(walk(until, regimes))).toEqual(found(walk(series, regimes)).slice(0, 2));
  });

  /** A model that does not converge as of some points. */
  const failing = (model: FittableModel, isFailing: (call: number, isWarm: boolean) => boolean): FittableModel => {
    let call = 0;
    return {
      ...model,
      fit: (series, search) => {
        call++;
        return { ...model.fit(series, search), ...(isFailing(call, search.init !== undefined) ? { converged: false } : {}) };
      },
    };
  };

  it('start from the model itself where the parameters before lead nowhere', () => {
    const series = seriesOf('return');
    for (const { of, outcome } of walk(
      series,
      failing(garch, (_, isWarm) => isWarm),
    ))
      expect(outcome).toEqual({ fit: garch.fit(of.series, {}) });
  });

  it('go on from the last one that converged', () => {
    const series = seriesOf('return');
    const inits: unknown[] = [];
    const twice = failing(garch, (call) => call === 2 || call === 3);
    const spied: FittableModel = {
      ...twice,
      fit: (given, search) => {
        inits.push(search.init);
        return twice.fit(given, search);
      },
    };
    const all = walk(series, spied);
    expect(all.map(({ outcome }) => isConverged(outcome)).slice(0, 3)).toEqual([true, false, true]);
    // the second fit was tried twice, and the third one starts where the second did
    expect(inits[0]).toBeUndefined();
    expect(inits[2]).toBeUndefined();
    expect(inits[1]).toBeDefined();
    expect(inits[3]).toEqual(inits[1]);
  });

  it('leave a lesser summit with the first fit of a week', () => {
    const series = seriesOf('return');
    const points = refitPoints(series, NIGHTLY);
    const lesser: FittableModel = {
      ...garch,
      fit: (given, search) => {
        const fit = garch.fit(given, search);
        return search.init === undefined ? fit : { ...fit, logLikelihood: fit.logLikelihood - 1, model: 'lesser' };
      },
    };
    const names = walk(series, lesser).map(({ outcome }) => ('fit' in outcome ? outcome.fit.model : ''));
    expect(names.map((name) => name !== 'lesser')).toEqual([true, false, false, true, false]);
    expect(points.map(({ isFirstOfWeek }) => isFirstOfWeek)).toEqual([true, false, false, true, false]);
  });
});
