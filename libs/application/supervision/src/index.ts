export { homeOf, requireRoom, withHome, type HomeOptions, type OpenHome } from './home.ts';
export { serviceKeys } from './service-keys.ts';
export { Supervisor, ServiceFailed, type SupervisorOptions } from './supervisor.ts';
export { runOnBus, RunFailed, type BusRun, type BusRunEnd } from './bus-run.ts';
export { isInOwnMarket, refusePlayedInMarket, runToGoOn, wasInOwnMarket, CannotGoOn, type RunToGoOn } from './going-on.ts';
export { RunGoesOn } from './run-holding.ts';
export { CannotCommand, commandRun, type OperatorCommand, type RecordedCommand } from './operator-commands.ts';
export { deleteRun } from './run-deletion.ts';
export { listRunStates, type ListedRun, type RunState } from './run-states.ts';
