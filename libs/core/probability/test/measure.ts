import {
  CALIBRATED_PROBABILITY as CONFIG,
  AT,
  read,
  STATE_FLAG,
  type ProbabilityConfig,
  type StateColumn,
} from '@aitrader/model';
import { FILTER } from '../src/memory.ts';
import { scoreFigures, scoreUnderState } from '../src/index.ts';
import { baselinesOf, returnsOf } from './gaussian-baselines.ts';
import type { Series } from './real-series.ts';
import { runStage } from './run-stage.ts';

/** Bars at the start of a series whose forecasts are not counted. */
const BURN_IN = 500;

/** Central intervals in per cent, and the columns of their ends. */
export const LEVELS = [50, 80, 90, 95, 99] as const;
type Ends = readonly (readonly [low: StateColumn, high: StateColumn])[];
const RAW_ENDS: Ends = [
  ['q250', 'q750'],
  ['q100', 'q900'],
  ['q050', 'q950'],
  ['q025', 'q975'],
  ['q005', 'q995'],
];
const ADAPTED_ENDS: Ends = [
  ['a250', 'a750'],
  ['a100', 'a900'],
  ['a050', 'a950'],
  ['a025', 'a975'],
  ['a005', 'a995'],
];

/** How the stage does on a series; coverage and CRPS in per cent, of all bars after the burn-in. */
export interface Measured {
  readonly name: string;
  readonly timeframe: string;
  readonly bars: number;
  readonly notFinite: number;
  readonly notDefinite: number;
  readonly suspect: number;
  readonly raw: readonly number[];
  readonly adapted: readonly number[];
  readonly crps: number;
  /** of a normal law with the moments of the whole past, and of one with the exponentially weighted variance */
  readonly expandingCrps: number;
  readonly ewmaCrps: number;
}

function countHits(ends: Ends, forecast: Float64Array, y: number, hits: number[]): void {
  ends.forEach(([low, high], k) => {
    if (y >= read(forecast, AT[low]) && y <= read(forecast, AT[high])) hits[k] = (hits[k] ?? 0) + 1;
  });
}

export function measure(series: Series, config: ProbabilityConfig = CONFIG): Measured {
  const returns = returnsOf(series.closes);
  const forecast = new Float64Array(Object.keys(AT).length);
  const [raw, adapted] = [LEVELS.map(() => 0), LEVELS.map(() => 0)];
  const seen = { bars: 0, notFinite: 0, notDefinite: 0, suspect: 0 };
  let crps = 0;
  runStage(series, config, (row, i, { memory: { filter } }) => {
    const [p11, p22] = [read(filter, FILTER.levelVariance), read(filter, FILTER.velocityVariance)];
    seen.bars++;
    if (!row.every((value) => Number.isSafeInteger(value))) seen.notFinite++;
    if (!(p11 > 0 && p11 * p22 > read(filter, FILTER.covariance) ** 2)) seen.notDefinite++;
    if ((read(row, AT.flags) & STATE_FLAG.SUSPECT) !== 0) seen.suspect++;
    if (i > BURN_IN) {
      const y = Math.round(read(returns, i - 1) * 1e6);
      countHits(RAW_ENDS, forecast, y, raw);
      countHits(ADAPTED_ENDS, forecast, y, adapted);
      crps += scoreFigures(scoreUnderState(forecast, 0, y)).crps / 1e6;
    }
    forecast.set(row);
  });
  const n = Math.max(1, seen.bars - 1 - BURN_IN);
  const percent = (hits: number[]): number[] => hits.map((hit) => (100 * hit) / n);
  const { expanding, ewma } = baselinesOf(returns, BURN_IN);
  return {
    name: series.name,
    timeframe: series.timeframe,
    ...seen,
    raw: percent(raw),
    adapted: percent(adapted),
    crps: crps / n,
    expandingCrps: expanding,
    ewmaCrps: ewma,
  };
}
