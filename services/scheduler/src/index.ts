export { listenFor, type RunningScheduler } from './application.ts';
export { type OpenSchedule } from './open-schedule.ts';
export { SCHEDULE_GAUGES } from './schedule-telemetry.ts';
