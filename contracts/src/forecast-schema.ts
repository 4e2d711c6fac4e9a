import { z } from 'zod';
import { FORECAST_HORIZONS, FORECAST_LEVELS, type AccountForecast } from '@aitrader/model';
import { cash, cashLimit, epochMs, text, ticker } from './wire-units.ts';

const horizon = z.enum(FORECAST_HORIZONS).describe('the close of the session, or that of the next one');

const holding = z.strictObject({
  symbol: ticker,
  held: cash.describe('what is held of it at its last price, 1e-6 USD, short below 0'),
  open: cash.describe('what open orders may still add to that, at the worst price reckoned with, 1e-6 USD, short below 0'),
});

const part = z.strictObject({
  symbol: ticker,
  sd: cashLimit.describe('standard deviation of what its holding comes to, 1e-6 USD'),
  shortfall: cash.describe('its part of the shortfall, 1e-6 USD; they add up to it'),
});

const forecast = z.strictObject({
  horizon,
  until: epochMs.describe('the close that it reaches to, milliseconds since the epoch, UTC'),
  quantiles: z
    .array(cash)
    .length(FORECAST_LEVELS.length)
    .readonly()
    .describe(`quantiles of the gain or loss at ${FORECAST_LEVELS.join(', ')}, 1e-6 USD`),
  shortfall: cashLimit.describe('mean loss in the worst 2.5 %, 1e-6 USD'),
  parts: z.array(part).readonly().describe('what each symbol has of it, in canonical order'),
});

const outcome = z.strictObject({
  horizon,
  madeAt: epochMs.describe('interval that the forecast was made at, milliseconds since the epoch, UTC'),
  change: cash.describe('what it came to, 1e-6 USD'),
});

/** Today's schema of the fact `forecasts`. */
export const forecastsV1 = z
  .strictObject({
    t: epochMs.describe('close of the interval, milliseconds since the epoch, UTC'),
    law: text.describe('name and version of the law'),
    equity: cash.describe("the account's equity, 1e-6 USD"),
    holdings: z.array(holding).readonly().describe('what is held or on order, in canonical symbol order'),
    forecasts: z.array(forecast).readonly().describe('what that will have gained or lost by a close'),
    outcomes: z.array(outcome).readonly().describe('what earlier forecasts that reached to this close came to'),
  })
  .describe(
    "The account's forecast of itself, from what it held and had on order before anything was decided at the interval.",
  ) satisfies z.ZodType<AccountForecast>;
