import { cash, compareText, type AccountForecast } from '@aitrader/model';
import { enterPoint } from './account-forecast.ts';
import { LAW } from './account-law.ts';
import type { RiskState } from './state.ts';
import { worstBookOf } from './worst-case.ts';

/**
 * Forecasts the account at a point of the day, and tells it where that is due and there is anything to say: something is held or on order, or
 * forecasts have come true. Null otherwise. O(positions + open orders).
 */
export function forecastAccount(state: RiskState): AccountForecast | null {
  const { t, ledger, config } = state;
  const { isTold, made, outcomes } = enterPoint(state, t, () => worstBookOf(state), config.forecastMinutes);
  if (!isTold || made.length + outcomes.length === 0) return null;
  const { equity, amounts } = worstBookOf(state);
  const holdings = [...amounts]
    .sort((a, b) => compareText(a.symbol, b.symbol))
    .map(({ symbol, amount }) => {
      const held = ledger.positions.get(symbol)?.marketValue ?? cash(0);
      return { symbol, held, open: cash(amount - held) };
    });
  const forecasts = made.map(({ horizon, until, quantiles, shortfall, parts }) => ({
    horizon,
    until,
    quantiles,
    shortfall,
    parts,
  }));
  return { t, law: LAW, equity: cash(equity), holdings, forecasts, outcomes };
}
