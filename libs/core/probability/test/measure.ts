import {
  CALIBRATED_PROBABILITY as CONFIG,
  AT,
  read,
  STATE_FLAG,
  item,
  REGIMES,
  type ProbabilityConfig,
  type StateColumn,
} from '@aitrader/model';
import { FILTER, FORECAST } from '../src/memory.ts';
import { REGIME_COUNT } from '../src/sizes.ts';
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

/** Forecasts of a part of the day, or of a regime, or of both: how many, and how many of them each interval held, in per cent. */
export interface MeasuredGroup {
  readonly name: string;
  readonly n: number;
  readonly raw: readonly number[];
  readonly adapted: readonly number[];
}

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
  /** of the groups that have forecasts */
  readonly groups: readonly MeasuredGroup[];
  readonly crps: number;
  /** of a normal law with the moments of the whole past, and of one with the exponentially weighted variance */
  readonly expandingCrps: number;
  readonly ewmaCrps: number;
}

const DAYPARTS = ['pre', 'regular', 'post', 'close'];

/** The groups that a forecast counts in. */
function groupsOf(group: number): string[] {
  const daypart = item(DAYPARTS, Math.floor(group / REGIME_COUNT));
  const regime = item(REGIMES, group % REGIME_COUNT);
  return [daypart, regime, `${daypart} ${regime}`];
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
  let group = 0;
  const groups = new Map<string, { n: number; raw: number[]; adapted: number[] }>();
  runStage(series, config, (row, i, { memory: { filter, forecasts } }) => {
    const [p11, p22] = [read(filter, FILTER.levelVariance), read(filter, FILTER.velocityVariance)];
    seen.bars++;
    if (!row.every((value) => Number.isSafeInteger(value))) seen.notFinite++;
    if (!(p11 > 0 && p11 * p22 > read(filter, FILTER.covariance) ** 2)) seen.notDefinite++;
    if ((read(row, AT.flags) & STATE_FLAG.SUSPECT) !== 0) seen.suspect++;
    if (i > BURN_IN) {
      const y = Math.round(read(returns, i - 1) * 1e6);
      countHits(RAW_ENDS, forecast, y, raw);
      countHits(ADAPTED_ENDS, forecast, y, adapted);
      for (const name of groupsOf(group)) {
        const counts = groups.get(name) ?? { n: 0, raw: LEVELS.map(() => 0), adapted: LEVELS.map(() => 0) };
        groups.set(name, counts);
        counts.n++;
        countHits(RAW_ENDS, forecast, y, counts.raw);
        countHits(ADAPTED_ENDS, forecast, y, counts.adapted);
      }
      crps += scoreFigures(scoreUnderState(forecast, 0, y)).crps / 1e6;
    }
    forecast.set(row);
    group = read(forecasts, FORECAST.group);
  });
  const n = Math.max(1, seen.bars - 1 - BURN_IN);
  const percent = (hits: number[], of = n): number[] => hits.map((hit) => (100 * hit) / of);
  const { expanding, ewma } = baselinesOf(returns, BURN_IN);
  return {
    name: series.name,
    timeframe: series.timeframe,
    ...seen,
    raw: percent(raw),
    adapted: percent(adapted),
    groups: [...groups].map(([name, counts]) => ({
      name,
      n: counts.n,
      raw: percent(counts.raw, counts.n),
      adapted: percent(counts.adapted, counts.n),
    })),
    crps: crps / n,
    expandingCrps: expanding,
    ewmaCrps: ewma,
  };
}
