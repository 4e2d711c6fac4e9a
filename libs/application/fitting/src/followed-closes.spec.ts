import { beforeAll, describe, expect, it } from '@jest/globals';
import { fittableGarch, fittableHmm, fittableStateSpace, localLevel, type FittableModel } from '@aitrader/core-estimation';
import type { MarketBars } from '@aitrader/application-markets';
import { adjustedBars, syntheticMarket, tradeDateStart } from '@aitrader/core-market';
import { cash, item, read, ticker, type CorporateAction, type ProbabilityConfig } from '@aitrader/model';
import { loadRunConfig } from '@aitrader/runtime-configuration';
import { barSeries, wholeOf, type Observed } from './bar-series.ts';
import { fitAll } from './fit-all.ts';
import { followedCloses } from './followed-closes.ts';

const SYMBOL = ticker('SYN03');
const DAY = '2024-07-05';
const EX = tradeDateStart(DAY);
const DATES = ['2024-07-03', DAY];
const cheap = syntheticMarket({ seed: 3, symbols: [SYMBOL], sessions: DATES });
/** So dear that the rounding to a cent, which the stage reckons with, is nothing beside its moves, before the split or after it. */
const market = scaled(cheap, () => 1_000_000);
const SPLIT: CorporateAction = {
  ...{ id: 's', kind: 'split', symbol: SYMBOL, exAt: EX, payAt: EX, newShares: 10, oldShares: 1, cash: cash(0), other: SYMBOL },
};
const DIVIDEND: CorporateAction = { ...SPLIT, id: 'd', kind: 'cash-dividend', newShares: 1, cash: cash(2e13) };
/** The bars as they were printed: before the ex-date ten times as dear. */
const printed = scaled(market, (t) => (t < EX ? 10 : 1));

function scaled(bars: MarketBars, by: (t: number) => number): MarketBars {
  const column = (prices: Float64Array): Float64Array => prices.map((price, row) => price * by(read(bars.t, row)));
  return { ...bars, open: column(bars.open), high: column(bars.high), low: column(bars.low), close: column(bars.close) };
}
const garch = fittableGarch({ mean: 'constant', presample: 'sample', asymmetry: 'none', shocks: 'normal' });
const regimes = fittableHmm({
  ...{ regimes: 3, observed: 'innovation-and-variance', emissions: 'gaussian', startsAt: 'first-observation', isPlain: false },
});
const level = fittableStateSpace(localLevel('diffuse'), 'dropped');

describe('a series that is fitted over corporate actions', () => {
  let config: ProbabilityConfig;
  beforeAll(async () => {
    config = (await loadRunConfig(undefined)).probability;
  });
  const seriesOf = (bars: MarketBars, observed: Observed, actions: readonly CorporateAction[] = []) =>
    item(barSeries(bars, observed, config, actions), 0);
  function fitted(bars: MarketBars, observed: Observed, model: FittableModel, actions: readonly CorporateAction[] = []) {
    const quiet = { begin: () => undefined, step: () => undefined, done: () => undefined };
    const listener = { note: () => undefined, progress: () => ({ at: () => undefined, done: () => undefined }) } as never;
    const plan = { model, iterationsMax: undefined, given: undefined, init: undefined, counter: quiet, listener };
    const { outcome } = item(fitAll([wholeOf(seriesOf(bars, observed, actions))], plan), 0);
    if ('error' in outcome) throw outcome.error;
    return outcome.estimates;
  }

  it.each<[model: string, observed: Observed, model: FittableModel]>([
    ['garch', 'return', garch],
    ['hmm', 'innovation-and-variance', regimes],
    ['kalman', 'log-price', level],
  ])('%s: has the fit of the series that was adjusted, and without them another', (_, observed, model) => {
    const [raw, adjusted] = [fitted(printed, observed, model, [SPLIT]), fitted(market, observed, model)];
    expect(raw.logLikelihood).toBeCloseTo(adjusted.logLikelihood, 4);
    const values = ({ parameters }: typeof raw): number[] => parameters.map(({ value }) => value);
    for (const [i, value] of values(raw).entries()) expect(Math.abs(value / item(values(adjusted), i) - 1)).toBeLessThan(1e-4);
    expect(Math.abs(fitted(printed, observed, model).logLikelihood - adjusted.logLikelihood)).toBeGreaterThan(1);
  });

  it('has returns without the split, to the last digits of the data', () => {
    const [raw, adjusted] = [seriesOf(printed, 'return', [SPLIT]).values, seriesOf(market, 'return').values];
    expect(raw).toHaveLength(adjusted.length);
    for (const [i, value] of raw.entries()) expect(Math.abs(value - read(adjusted, i))).toBeLessThan(1e-10);
    expect(Math.min(...seriesOf(printed, 'return').values)).toBeLessThan(-200);
  });

  it('has the returns of a view that is adjusted for a dividend before a split of one day, too', () => {
    const raw = seriesOf(printed, 'return', [SPLIT, DIVIDEND]).values;
    const adjusted = seriesOf(adjustedBars(printed, [SPLIT, DIVIDEND], 'all'), 'return').values;
    for (const [i, value] of raw.entries()) expect(Math.abs(value - read(adjusted, i))).toBeLessThan(1e-9);
    expect(raw).not.toEqual(seriesOf(printed, 'return', [SPLIT]).values);
  });

  it('is of closes as they were printed up to the first action: nothing depends on what comes later', () => {
    const before = printed.t.findIndex((t) => t > EX);
    const cut: MarketBars = { ...printed, count: before };
    const [whole] = followedCloses(printed, [SPLIT]);
    const [early] = followedCloses(cut, [SPLIT]);
    expect(early?.closes).toEqual(whole?.closes.slice(0, before));
    expect(early?.closes).toEqual([...printed.close.subarray(0, before)]);
    expect(whole?.closes.at(before)).toBeCloseTo(10 * read(printed.close, before), 9);
  });

  it.each<[CorporateAction, string]>([
    [{ ...SPLIT, kind: 'new-listing' }, 'SYN03 has a new-listing on 2024-07-05, and what is before it is another series'],
    [{ ...SPLIT, kind: 'symbol-change', other: ticker('NEW') }, 'SYN03 has a symbol-change on 2024-07-05'],
    [{ ...SPLIT, kind: 'symbol-change', symbol: ticker('OLD'), other: SYMBOL }, 'SYN03 has a symbol-change on 2024-07-05'],
    [{ ...SPLIT, kind: 'spin-off', other: ticker('NEW') }, 'what it was worth is not known: give its cash'],
    [{ ...DIVIDEND, cash: cash(9e15) }, 'it is more than the last close'],
  ])('does not go over %#', (action, problem) => {
    expect(() => followedCloses(printed, [action])).toThrow(problem);
    expect(() => followedCloses(printed, [action])).toThrow('Begin with it by --from 2024-07-05, or end before it by --to');
    const outside = [tradeDateStart(item(DATES, 0)), tradeDateStart('2024-07-09')];
    for (const exAt of outside) expect(followedCloses(printed, [{ ...action, exAt }])[0]?.closes).toEqual([...printed.close]);
  });
});
