import { newYorkDate } from '@aitrader/core-sessions';
import { epochMs, read, type BarSource, type Timeframe } from '@aitrader/model';
import type { LoadedMarket } from '@aitrader/application-markets';
import type { CalibrationResult, SkippedSeries } from './calibration-run.ts';
import { seriesReportOf, type SeriesReport } from './series-report.ts';

/** What `aitrader calibrate --json` prints. */
export interface CalibrationReport {
  /** the model, as states name it */
  readonly model: string;
  readonly timeframe: Timeframe;
  /** New York dates of the first and the last bar, burn-in included */
  readonly from: string;
  readonly to: string;
  readonly bars: number;
  readonly burnIn: number;
  readonly sources: readonly BarSource[];
  readonly series: readonly SeriesReport[];
  readonly skipped: readonly SkippedSeries[];
}

export function calibrationReportOf(market: LoadedMarket, burnIn: number, result: CalibrationResult): CalibrationReport {
  const { table, sources } = market;
  const date = (row: number): string => newYorkDate(epochMs(read(table.t, row)));
  return {
    model: result.model,
    timeframe: table.timeframe,
    from: date(0),
    to: date(table.count - 1),
    bars: table.count,
    burnIn,
    sources,
    series: result.tracks.map((track) => seriesReportOf(track, table.timeframe, result.horizons.get(track.symbol))),
    skipped: result.skipped,
  };
}
