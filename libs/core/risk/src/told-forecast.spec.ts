import { describe, expect, it } from '@jest/globals';
import { newYorkInstant } from '@aitrader/core-sessions';
import { FORECAST_LEVELS, fillId, item, notional, type AccountForecast } from '@aitrader/model';
import { equityOf } from '@aitrader/core-portfolio';
import { eventOf, fillOf, inputOf, LIMITS, newRiskDecision, type Minute } from '../test/given-risk.ts';
import { riskStage } from './risk-stage.ts';
import { reservationFor } from './open-orders.ts';

const MONDAY = '2025-01-06';
const TUESDAY = '2025-01-07';
const entryLimits = { ...LIMITS.entryLimits, netNotionalFractionMax: 4 };
const CLOSES = { KO: 100, PG: 50 };

/** An account that tells forecasts every so often. */
function given(forecastMinutes: number | null) {
  const state = riskStage.initial({ ...LIMITS, entryLimits, forecastMinutes });
  const emit = newRiskDecision();
  const at = (date: string, minute: number, happening: Minute = { closes: CLOSES }) => {
    const t = newYorkInstant(date, minute);
    riskStage.apply(state, inputOf(t, { closes: CLOSES, ...happening }), emit);
    return emit;
  };
  return { state, at };
}

/** KO is bought at 9:40 and held; PG is on order from 9:59 on. */
function holding(forecastMinutes: number | null) {
  const desk = given(forecastMinutes);
  const bought = item(desk.at(MONDAY, 580, { signals: [{ of: 'KO' }] }).orders, 0);
  desk.at(MONDAY, 581, { fills: [fillOf(bought, 100)], events: [eventOf(bought, 'entry', 'filled')] });
  const asked = item(desk.at(MONDAY, 599, { signals: [{ of: 'PG', direction: -1, mean: -200_000 }] }).orders, 0);
  return { ...desk, bought, asked };
}

const told = (forecast: AccountForecast | null): AccountForecast => {
  if (forecast === null) throw new Error('nothing was told');
  return forecast;
};

describe('the forecast that is told', () => {
  it('says what is held and what is on order, and what each has of what may be lost', () => {
    const { state, at, bought, asked } = holding(60);
    const { t, law, equity, holdings, forecasts, outcomes } = told(at(MONDAY, 600).forecast);
    expect([t, law, equity, outcomes]).toEqual([newYorkInstant(MONDAY, 600), 'student-t/2', equityOf(state.ledger), []]);
    expect(holdings).toEqual([
      { symbol: 'KO', held: notional(bought.reference, bought.quantity), open: 0 },
      { symbol: 'PG', held: 0, open: -reservationFor(asked.reference, asked.quantity) },
    ]);
    expect(forecasts.map(({ horizon, until }) => [horizon, until])).toEqual([
      ['close', newYorkInstant(MONDAY, 960)],
      ['next-close', newYorkInstant(TUESDAY, 960)],
    ]);
    for (const { quantiles, shortfall, parts } of forecasts) {
      expect(quantiles).toHaveLength(FORECAST_LEVELS.length);
      expect(shortfall).toBeGreaterThan(-item(quantiles, 0));
      expect(parts.map(({ symbol }) => symbol)).toEqual(['KO', 'PG']);
      expect(parts.reduce((sum, part) => sum + part.shortfall, 0)).toBe(shortfall);
      for (const { sd } of parts) expect(sd).toBeGreaterThan(0);
    }
  });

  it('comes at the configured minutes before the close, and at no other interval', () => {
    for (const [minutes, times] of [
      [30, [600, 630, 660, 960]],
      [60, [600, 660, 960]],
      [120, [600, 960]],
      [null, []],
    ] as const) {
      const { at } = holding(minutes);
      const said = [600, 601, 615, 630, 660, 959, 960].filter((minute) => at(MONDAY, minute).forecast !== null);
      expect([minutes, said]).toEqual([minutes, times]);
    }
  });

  it('is none while nothing is held or on order, and nothing comes true', () => {
    const { at } = given(30);
    for (const minute of [600, 630, 960]) expect(at(MONDAY, minute).forecast).toBeNull();
  });

  it('is told what it came to at the close that it reached to, each one once', () => {
    const { state, at } = holding(60);
    const before = told(at(MONDAY, 600).forecast);
    at(MONDAY, 630);
    const close = told(at(MONDAY, 960, { closes: { KO: 101, PG: 50 } }).forecast);
    const gained = equityOf(state.ledger) - before.equity;
    expect(gained).toBeGreaterThan(0);
    // the one of half past ten was not told
    expect(close.outcomes).toEqual([{ horizon: 'close', madeAt: before.t, change: gained }]);
    expect(close.forecasts.map(({ horizon }) => horizon)).toEqual(['next-close']);
    const next = told(at(TUESDAY, 960, { closes: { KO: 99, PG: 50 } }).forecast);
    expect(next.outcomes.map(({ horizon, madeAt }) => [horizon, madeAt])).toEqual([
      ['next-close', before.t],
      ['next-close', close.t],
    ]);
    const [first, second] = next.outcomes;
    expect((first?.change ?? NaN) - (second?.change ?? NaN)).toBe(gained);
  });

  it('comes to what was held and on order, and to nothing of what was entered later', () => {
    const { state, at, bought, asked } = holding(60);
    const before = told(at(MONDAY, 600, { fills: [fillOf(asked, 50)], events: [eventOf(asked, 'entry', 'filled')] }).forecast);
    const later = item(at(MONDAY, 601, { signals: [{ of: 'IBM' }], closes: { ...CLOSES, IBM: 20 } }).orders, 0);
    at(MONDAY, 602, { fills: [fillOf(later, 20)], events: [eventOf(later, 'entry', 'filled')], closes: { ...CLOSES, IBM: 20 } });
    const close = told(at(MONDAY, 960, { closes: { KO: 101, PG: 50, IBM: 19 } }).forecast);
    const one = notional(bought.reference, bought.quantity) / 100;
    expect(close.outcomes).toEqual([{ horizon: 'close', madeAt: before.t, change: one }]);
    expect(equityOf(state.ledger)).toBeLessThan(before.equity + one);
    expect(state.forecasts.scores.close.scored).toBe(1);
  });

  it('is not scored where it is not known what it came to', () => {
    const { state, at } = holding(60);
    at(MONDAY, 600);
    const later = item(at(MONDAY, 601, { signals: [{ of: 'IBM' }], closes: { ...CLOSES, IBM: 20 } }).orders, 0);
    const fill = fillOf(later, 20);
    at(MONDAY, 602, { fills: [fill], events: [eventOf(later, 'entry', 'filled')], closes: { ...CLOSES, IBM: 20 } });
    const bust = { ...fill, id: fillId(later.id, 'entry', 2), kind: 'bust', amends: fill.id } as const;
    at(MONDAY, 603, { fills: [bust], events: [eventOf(later, 'entry', 'filled')], closes: { ...CLOSES, IBM: 20 } });
    expect(at(MONDAY, 960).forecast?.outcomes).toEqual([]);
    expect(state.forecasts.scores.close.scored).toBe(0);
  });

  it('knows the stop: what is near it loses little more than to it', () => {
    const { at, bought } = holding(60);
    const worst = (close: number): number =>
      -item(item(told(at(MONDAY, 600, { closes: { KO: close, PG: 50 } }).forecast).forecasts, 0).quantiles, 0);
    const toStop = notional(bought.reference, bought.quantity) / 100;
    // PG is still on order, with a stop at one per cent, too
    expect(worst(100)).toBeLessThan(3 * toStop);
    const alone = given(60);
    const only = item(alone.at(MONDAY, 580, { signals: [{ of: 'KO' }] }).orders, 0);
    alone.at(MONDAY, 581, { fills: [fillOf(only, 100)], events: [eventOf(only, 'entry', 'filled')] });
    const near = told(alone.at(MONDAY, 600, { closes: { KO: 99.1, PG: 50 } }).forecast);
    const left = notional(only.reference, only.quantity) / 1000;
    const { quantiles, parts } = item(near.forecasts, 0);
    expect(-item(quantiles, 0)).toBeLessThan(5 * left);
    expect(item(parts, 0).sd).toBeLessThan(8 * left);
    // left before the close, it comes to the same by the next one
    expect(item(near.forecasts, 1).quantiles).toEqual(quantiles);
  });
});
