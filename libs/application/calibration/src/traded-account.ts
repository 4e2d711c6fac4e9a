import { runInMemory, stagesOf, type MemoryRun } from '@aitrader/application-pipeline';
import { riskStage, type ForecastScore } from '@aitrader/core-risk';
import { FORECAST_HORIZONS, riskRulesOf, type ForecastHorizon } from '@aitrader/model';
import { bindStage } from '@aitrader/runtime-engine';
import { coverageOf, type AccountCoverage } from './account-calibration.ts';

/** What a configuration trades over the bars, and how the forecasts of that account fared. */
export interface TradedAccount {
  readonly orders: number;
  readonly fills: number;
  readonly horizons: readonly AccountCoverage[];
}

/** What risk keeps of its forecasts. */
interface Scored {
  readonly forecasts: { readonly scores: Readonly<Record<ForecastHorizon, ForecastScore>> };
}

/**
 * Trades the bars as a configuration does, and holds risk's own forecasts of the account against what they came to. They are of what is held and on
 * order when they are made, and so is what they came to. There is none while nothing is held or on order.
 */
export async function runTradedAccount(run: Omit<MemoryRun, 'shards' | 'stages'>): Promise<TradedAccount> {
  const risk = bindStage(riskStage, riskRulesOf(run.config));
  const stages = { ...stagesOf(run.config), risk: () => risk };
  const { counts } = await runInMemory({ ...run, stages, shards: 1 });
  const { forecasts } = risk.snapshot() as Scored;
  return {
    orders: counts.orders,
    fills: counts.fills,
    horizons: FORECAST_HORIZONS.map((horizon) => coverageOf(horizon, forecasts.scores[horizon])),
  };
}
