import { expect, it } from '@jest/globals';
import { cash, epochMs, type AccountForecast } from '@aitrader/model';
import { newForecastTally } from './forecast-tally.ts';

const QUANTILES = [-30, -20, -10, 0, 10, 20, 30].map(cash);
const told = (t: number, part: Partial<AccountForecast>): AccountForecast => ({
  ...{ t: epochMs(t), law: 'a', equity: cash(0), holdings: [], forecasts: [], outcomes: [] },
  ...part,
});
const made = { until: epochMs(9), quantiles: QUANTILES, shortfall: cash(40), parts: [] };

it('holds each forecast against what it came to, once, and leaves out what nobody has told', () => {
  const tally = newForecastTally();
  expect(tally.current()).toEqual([]);
  for (const t of [1, 2, 3, 4]) tally.add(told(t, { forecasts: [{ horizon: 'close', ...made }] }));
  tally.add(told(4, { forecasts: [{ horizon: 'next-close', ...made }] }));
  const came = (madeAt: number, change: number) => ({ horizon: 'close', madeAt: epochMs(madeAt), change: cash(change) }) as const;
  tally.add(told(9, { outcomes: [came(1, 10), came(2, -10), came(3, 31), came(3, 0), came(5, 0)] }));
  // an interval ends with its upper end, and begins behind its lower one
  expect(tally.current()).toEqual([{ horizon: 'close', scored: 3, within: [1, 2, 2] }]);
});
