export {
  PAPER_DAYS_DEFAULT,
  READINESS_GATES,
  gateText,
  shownFigure,
  verdictOn,
  type Evidence,
  type GateName,
  type ReadinessGate,
  type ReadinessLimits,
  type ReadinessVerdict,
} from './gates.ts';
export { cleanDaysBefore, paperDaysBefore, parityRecordOf, uncleanWhy, type PaperDay, type PaperDays } from './paper-days.ts';
export {
  approvals,
  approveLimits,
  killSwitchTest,
  readinessLimits,
  writeKillSwitchTest,
  type KillSwitchTest,
  type LimitsApproval,
} from './records.ts';
