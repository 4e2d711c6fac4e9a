export { readHistory, HistoryReader, type AccountCurve, type AccountHistory } from './account-history.ts';
export { costsTable, dailyTable, equityTable, tradesTable } from './account-tables.ts';
export { dailyAccountOf, type DailyAccount } from './daily-returns.ts';
export { type CostsByKind, type CostSums, type FillCost } from './fill-costs.ts';
export { type HeldReturns } from './holding-returns.ts';
export {
  againstBenchmark,
  DATES_PER_YEAR,
  performanceOf,
  tradeFiguresOf,
  type AgainstBenchmark,
  type Performance,
  type TradeFigures,
  type TriedTrials,
} from './performance.ts';
export { type RoundTrip } from './round-trips.ts';
export { arrowOf, csvOf, objectsOf, parquetOf, rowsOf, type Cell, type Column, type Table } from './table.ts';
export { comparePage, STEP_WORDS, type ComparedRun } from './page/compare-page.ts';
export { reportPage } from './page/report-page.ts';
export { COMPARISON_FILES, writeComparison, type Comparison } from './write-comparison.ts';
export { SENSITIVITY_BARS_MAX, sensitivityOf, type AssumedOtherwise, type Sensitivity } from './sensitivity.ts';
export { SIGNAL_COVERAGES, type SignalGroup } from './signal-calibration.ts';
export { reportOfHistory, type AccountReport, type BesideHistory, type Month } from './run-report.ts';
export { inOnePiece, makeNamedFolder, REPORT_FILES, writeReport } from './write-report.ts';
export { REPORT_STYLE } from './page/style.ts';
export { requireNoFolder, RunExport, type Exported } from './export/export-run.ts';
export { compareRuns, STEPS, type Parting, type Step } from './compare-runs.ts';
export type { OtherAnswer, OtherFigure } from '@aitrader/application-time-machine';
