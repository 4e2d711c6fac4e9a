export { busHost, memoryHost, type HostRun } from './run-hosts.ts';
export { newRunId } from './run-id.ts';
export { reportOf, type HostName, type RunReport } from './run-report.ts';
