export { BASELINE_RETURNS_MIN } from './baselines.ts';
export { calibrationReportOf, type CalibrationReport } from './calibration-report.ts';
export { runCalibration, type CalibrationResult, type CalibrationRun, type SkippedSeries } from './calibration-run.ts';
export { targetText } from './target-text.ts';
export { signed, whole } from './format.ts';
export { COVERAGE_LEVELS, LAWS } from './intervals.ts';
export { calibrationPage } from './page/page.ts';
export { type SeriesReport } from './series-report.ts';
export { changeOn, coverageTarget, gainOnEwma } from './targets.ts';
