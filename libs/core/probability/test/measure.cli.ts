// Measures the stage on every real series and prints the figures as JSON: a process of its own, since Jest's sandbox runs it ten times slower.
import { CALIBRATED_PROBABILITY as CONFIG } from '@aitrader/model';
import { measure, type Measured } from './measure.ts';
import { readSeries, type Series, seriesFiles } from './real-series.ts';

/** CRPS with a velocity gain over that without velocity, less 1. */
const costOf = (series: Series, velocityGain: number): number =>
  measure(series, { ...CONFIG, velocityGain }).crps / measure(series, { ...CONFIG, velocityGain: 0 }).crps - 1;

const BARS_MIN = 3000;

export interface Report {
  readonly measured: readonly Measured[];
  /** for each long daily series, with the shipped gain and with twice of it */
  readonly velocityCosts: readonly { readonly name: string; readonly shipped: number; readonly doubled: number }[];
}

const all = seriesFiles().map(readSeries);
const report: Report = {
  measured: all.map((series) => measure(series)),
  velocityCosts: all
    .filter(({ timeframe, closes }) => timeframe === '1d' && closes.length >= BARS_MIN)
    .map((series) => ({
      name: series.name,
      shipped: costOf(series, CONFIG.velocityGain),
      doubled: costOf(series, 2 * CONFIG.velocityGain),
    })),
};
process.stdout.write(JSON.stringify(report));
