export { makeHome } from './home-folder.ts';
export { homeOf, requireRoom, withHome, type HomeOptions, type OpenHome } from './home.ts';
export { serviceKeys } from './service-keys.ts';
export { Supervisor, ServiceFailed, type SupervisorOptions } from './supervisor.ts';
export { beginRecording, runOnBus, RunFailed, type BusRun, type BusRunEnd } from './bus-run.ts';
export { isInOwnMarket, refusePlayedInMarket, runToGoOn, wasInOwnMarket, CannotGoOn, type RunToGoOn } from './going-on.ts';
export { RunGoesOn, isGoingOn, runsGoingOn, whoRuns } from './run-holding.ts';
export { CannotCommand } from './command-version.ts';
export { commandRun, recordedCommand, type OperatorCommand, type RecordedCommand } from './operator-commands.ts';
export {
  NotPromoted,
  generations,
  keepVerdict,
  promote,
  requireGeneration,
  rollBack,
  type Generation,
  type Promoted,
  type PromotionWord,
} from './promotion.ts';
export { fleetOf, lagOf, othersIn, othersText, type FleetInstance } from './run-fleet.ts';
export { deleteRun } from './run-deletion.ts';
export { listRunStates, type ListedRun, type RunState } from './run-states.ts';
export { healthOf, type ServiceHealth } from './service-health.ts';
export { startConsoleOf } from './console-process.ts';
export { startSchedulerOf } from './scheduler-process.ts';
export { NotReady, limitsHashOf, readinessOf, requireReadiness, type Armed, type RunReadiness } from './run-readiness.ts';
export { testKillSwitch } from './kill-switch-test.ts';
export { KEPT_VARIABLE, keepRecords, RecordsDiffer, withRecords } from './kept-home.ts';
export { acceptancesIn, type Acceptance, type Accepted } from './accepted-differences.ts';
