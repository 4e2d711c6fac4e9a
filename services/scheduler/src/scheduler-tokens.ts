/** What the modules of the scheduler are given. */
export const SCHEDULE = Symbol('OpenSchedule');
