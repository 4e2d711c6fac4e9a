import type { MarketBars } from '@aitrader/application-markets';
import { appendBar, dailyClose, finishBarTable, newBarTableDraft } from '@aitrader/core-market';
import { newRandomStream, nextUniform, type RandomStream } from '@aitrader/core-numeric';
import { newYorkInstant, sessionsBetween } from '@aitrader/core-sessions';
import { ticker } from '@aitrader/model';

const SYMBOLS = ['AAA', 'BBB', 'CCC'].map(ticker);
const DAILY_SD = 0.01;
const TURN_CHANCE = 0.04;
const WICK = 0.003;
const SUMMED_UNIFORMS = 12;

/**
 * Daily bars from 2019 to a `last` date of three made-up symbols. Their returns have no memory but for a drift of `trend` standard deviations a day, whose
 * direction lasts for 25 days in the mean: with 0 they are a random walk.
 */
export function dailyWalk(seed: number, trend: number, last = '2020-03-31'): MarketBars {
  const stream = newRandomStream(seed);
  const draft = newBarTableDraft('1d', SYMBOLS);
  const walks = SYMBOLS.map(() => ({ price: 100, direction: 1 }));
  for (const { date } of sessionsBetween('2019-01-02', last)) {
    const t = dailyClose(newYorkInstant(date, 0));
    for (const [symbol, walk] of walks.entries()) {
      if (nextUniform(stream) < TURN_CHANCE) walk.direction = -walk.direction;
      const open = walk.price;
      const close = Math.max(1, open * (1 + DAILY_SD * (gaussian(stream) + trend * walk.direction)));
      walk.price = close;
      const [high, low] = [Math.max(open, close) * (1 + WICK), Math.min(open, close) * (1 - WICK)];
      appendBar(draft, { t, symbol, open: cents(open), high: cents(high), low: cents(low), close: cents(close), volume: 1e6 });
    }
  }
  return finishBarTable(draft);
}

const cents = (price: number): number => Math.round(price * 100) / 100;

/** Near enough to normal: twelve uniform numbers have variance 1 together. */
const gaussian = (stream: RandomStream): number =>
  Array.from({ length: SUMMED_UNIFORMS }, () => nextUniform(stream)).reduce((sum, each) => sum + each, -SUMMED_UNIFORMS / 2);

/** A configuration that follows trends and takes what it believes at its word. */
export const TRENDING = {
  risk: { edgeError: 0, edge: null, kellyFraction: 1 },
  strategies: [
    { name: 'trend', kind: 'time-series-momentum', parameters: { warmUpBars: 30, horizonSessions: 3, centreBars: 20 } },
  ],
};

/** Rules that differ in what they look back at, and one of them would be chosen. */
export const LOOKBACKS = {
  'strategies.trend.parameters.lookbackBars': [2, 5, 10, 20, 40, 80],
  'strategies.trend.parameters.zMin': [0, 1],
};
