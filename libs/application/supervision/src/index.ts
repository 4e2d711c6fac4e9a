export { homeOf, withHome, type HomeOptions, type OpenHome } from './home.ts';
export { Supervisor, ServiceFailed, type SupervisorOptions } from './supervisor.ts';
export { discardRun, runOnBus, type BusRun, type BusRunEnd } from './bus-run.ts';
