export { NO_SCAN, newScanSchedule, scanDue, scanTimes, type ScanSchedule } from './scan-schedule.ts';
export { ScannerInvariantError, scannerStage } from './scanner-stage.ts';
export { SCANNER_COLUMNS } from './trade-date.ts';
export { type ScannerState } from './state.ts';
