import { decodeControl, decodeForecast } from '@aitrader/contracts';
import type { Rows } from './rows.ts';

/** A command, and what companies did to their shares where it tells of that. */
export function controlRows(seq: number, payload: Uint8Array, byOperator: boolean, rows: Rows): void {
  const command = decodeControl(payload);
  const { t, kind, actor, reason, actions } = command;
  rows.add('operatorActions', { seq, place: 0, t, kind, actor, reason, byOperator, details: command });
  for (const [place, { id, ...action }] of actions.entries())
    rows.add('corporateActions', { seq, place, actionId: id, ...action });
}

/** What the account forecast of itself, and what earlier forecasts came to. */
export function forecastRows(seq: number, payload: Uint8Array, rows: Rows): void {
  const { t, law, equity, forecasts, outcomes } = decodeForecast(payload);
  for (const [place, { until, ...forecast }] of forecasts.entries())
    rows.add('forecasts', { seq, place, t, law, equity, untilT: until, ...forecast });
  for (const [place, outcome] of outcomes.entries()) rows.add('forecastOutcomes', { seq, place, t, ...outcome });
}
