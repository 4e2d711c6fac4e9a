export {
  PAPER_DAYS_DEFAULT,
  READINESS_GATES,
  gateText,
  verdictOn,
  type Evidence,
  type GateName,
  type ReadinessGate,
  type ReadinessLimits,
  type ReadinessVerdict,
} from './gates.ts';
export { cleanDaysBefore, parityRecordOf, uncleanWhy, type PaperDays } from './paper-days.ts';
export {
  approvals,
  approveLimits,
  killSwitchTest,
  readinessLimits,
  writeKillSwitchTest,
  type KillSwitchTest,
  type LimitsApproval,
} from './records.ts';
