export { JOBS, JOB_NAMES, jobNamed, type JobDefinition, type JobName } from './jobs.ts';
export {
  PLACEHOLDERS,
  SCHEDULE_VARIABLE,
  loadSchedule,
  scheduleFileOf,
  scheduleFrom,
  type ScheduleConfig,
  type ScheduledJob,
} from './schedule-config.ts';
export { dateBefore, jobId, sessionsAround, timetableOf, type PlannedJob } from './timetable.ts';
export { BrokenRow, type JobFact, type JobRow, type JobStatus } from './job-row.ts';
export { ScheduleLog, type JobKey } from './schedule-log.ts';
export { Scheduler, isForHooks, type JobEnd, type JobWork, type Performer, type SchedulerOptions } from './scheduler.ts';
export { jobFolder, newPerformer, runOfDate, type PerformerOptions } from './perform.ts';
export { troublesOf, viewOfDay, type JobView, type ScheduleTroubles } from './day-view.ts';
export {
  EARLIER_HOOK_SECRET_VARIABLE,
  HOOK_SECRET_VARIABLE,
  HookDoor,
  NONCE_HEADER,
  SIGNATURE_HEADER,
  TIMESTAMP_HEADER,
  hookSignature,
  type HookRefusal,
  type HookRequest,
} from './hooks.ts';
