export { bootstrap } from './bootstrap.ts';
export { EXIT, exitCodeOf } from './exit-code.ts';
export { StageHost, type StageServiceOptions } from './stage-host.ts';
export { type Health, type HostContext, type InstanceHealth, type ServiceHost } from './service-host.ts';
