/*
 * The jobs that a date may have. What each does is a command of `aitrader`; when, whether and with what is said by the schedule.
 *
 * 1. A job that is not safe to repeat is begun once: where its end is not known, it is left to somebody who looks.
 * 2. What may be asked for from outside lets nothing more in: it looks, or it ends something.
 */

/** What of a job is the program's to say, and nobody's to configure. */
export interface JobDefinition {
  /** what it does, in words */
  readonly about: string;
  /** when it is due, when it is too late to begin it, and when it has to be done, each of the session, unless the schedule says otherwise */
  readonly at: string;
  readonly until: string;
  readonly by: string;
  /** whether doing it twice, or twice at once, comes to the same as once */
  readonly isRepeatable: boolean;
  /** whether a hook may ask for it */
  readonly isForHooks: boolean;
  /** jobs of the date that it waits for while they are under way or to come, as long as it may itself begin */
  readonly behind: readonly JobName[];
  /** what `aitrader` is told, unless the schedule says otherwise */
  readonly arguments: readonly string[];
}

export const JOB_NAMES = [
  'record',
  'premarket-scan',
  'watchlist-refresh',
  'pre-open-gate',
  'arm',
  'stop-entries',
  'flatten',
  'close',
  'end-of-day',
  'archive',
  'daily-parity',
  'retraining',
  'database-backup',
] as const;
export type JobName = (typeof JOB_NAMES)[number];

/** Asks the vendor that the recording has, for its symbols. */
const PREMARKET = ['premarket', '--vendor', '{vendor}', '--symbols', '{symbols}', '--date', '{date}', '--out'] as const;

/** Under whose name the schedule commands. */
const ACTOR = ['--actor', 'schedule'] as const;

export const JOBS: Readonly<Record<JobName, JobDefinition>> = {
  record: {
    about: 'opens the recording of the date behind that of the date before, and goes on with it to its end',
    ...{ at: 'preOpen-30m', until: 'postClose+360m', by: 'postClose+15m' },
    ...{ isRepeatable: true, isForHooks: false, behind: [], arguments: [] },
  },
  'premarket-scan': {
    about: 'says of every symbol of the recording how far it has moved over night and what has traded of it',
    ...{ at: 'open-60m', until: 'open-30m', by: 'open-30m' },
    ...{ isRepeatable: true, isForHooks: true, behind: [], arguments: [...PREMARKET, '{folder}/premarket-scan'] },
  },
  'watchlist-refresh': {
    about: 'makes the list anew, from what has traded before the open',
    ...{ at: 'open-30m', until: 'open-10m', by: 'open-10m' },
    ...{ isRepeatable: true, isForHooks: true, behind: ['premarket-scan'] },
    arguments: [...PREMARKET, '{folder}/watchlist-refresh', '--traded'],
  },
  'pre-open-gate': {
    about: 'looks whether everything is as it has to be before entries',
    ...{ at: 'open-15m', until: 'open', by: 'open' },
    ...{ isRepeatable: true, isForHooks: false, behind: [], arguments: ['readiness', '{run}', '--gate', ...ACTOR] },
  },
  arm: {
    about: 'lets a run with real money enter on its date',
    ...{ at: 'open-5m', until: 'open+30m', by: 'open+30m' },
    ...{ isRepeatable: false, isForHooks: false, behind: ['pre-open-gate'] },
    arguments: ['control', '{run}', 'arm', '--yes', '{run}', '--reason', 'the schedule arms {date}', ...ACTOR],
  },
  'stop-entries': {
    about: 'no entries from then on; exits go on',
    ...{ at: 'close-15m', until: 'close', by: 'close-10m' },
    ...{ isRepeatable: true, isForHooks: true, behind: [] },
    arguments: ['reduce-only', '{run}', '--reason', 'the schedule ends entries before the close of {date}', ...ACTOR],
  },
  flatten: {
    about: 'no entries, and what is held is closed',
    ...{ at: 'close-5m', until: 'close', by: 'close-3m' },
    ...{ isRepeatable: true, isForHooks: true, behind: [] },
    arguments: ['flatten', '{run}', '--reason', 'the schedule closes what is held before the close of {date}', ...ACTOR],
  },
  close: {
    about: 'proves the recording of the date, and records what it leaves to the next one',
    ...{ at: 'postClose+2m', until: 'postClose+360m', by: 'postClose+60m' },
    ...{ isRepeatable: true, isForHooks: false, behind: ['record'], arguments: ['close', '{run}'] },
  },
  'end-of-day': {
    about: 'writes the report of the date',
    ...{ at: 'postClose+5m', until: 'postClose+360m', by: 'postClose+60m' },
    ...{ isRepeatable: true, isForHooks: true, behind: ['record'] },
    arguments: ['report', '{run}', '--out', '{folder}/report'],
  },
  archive: {
    about: 'takes the bars of the date into the archive',
    ...{ at: 'postClose+5m', until: 'postClose+360m', by: 'postClose+120m' },
    ...{ isRepeatable: true, isForHooks: true, behind: ['record'] },
    arguments: ['bars', 'import', '{run}', '--into', '{home}/archive'],
  },
  'daily-parity': {
    about: 'holds the date against its replay',
    ...{ at: 'postClose+10m', until: 'postClose+360m', by: 'postClose+120m' },
    ...{ isRepeatable: true, isForHooks: true, behind: ['record'] },
    arguments: ['parity', '{run}', '--out', '{folder}/parity'],
  },
  retraining: {
    about: 'fits a challenger to what is recorded up to the date',
    ...{ at: 'postClose+30m', until: 'postClose+360m', by: 'postClose+420m' },
    ...{ isRepeatable: true, isForHooks: true, behind: ['archive'] },
    arguments: ['learn', '--bars', '{home}/archive', '--date', '{date}'],
  },
  'database-backup': {
    about: 'copies the database',
    ...{ at: 'postClose+60m', until: 'postClose+360m', by: 'postClose+240m' },
    ...{ isRepeatable: false, isForHooks: true, behind: [] },
    arguments: ['database', 'backup', '--into', '{folder}/database'],
  },
};

/** The job of a name, or undefined. */
export const jobNamed = (name: string): JobName | undefined => JOB_NAMES.find((one) => one === name);
