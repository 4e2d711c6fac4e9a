import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  JOB_NAMES,
  ScheduleLog,
  Scheduler,
  jobNamed,
  loadSchedule,
  newPerformer,
  scheduleFileOf,
  timetableOf,
  viewOfDay,
  type JobName,
  type ScheduleConfig,
} from '@aitrader/application-schedule';
import { homeOf, keepRecords, startSchedulerOf, withHome } from '@aitrader/application-supervision';
import { dateProblem, sessionOn, sessionsBetween, tradeDateAt, type TradingSession } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';
import { wallClock } from '@aitrader/runtime-configuration';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { onInterrupt } from '../interrupt.ts';
import { printJson, printText } from '../print.ts';
import { dayText } from '../schedule-text.ts';
import { integer, requireInOrder } from '../bar-options.ts';
import { remark } from '../terminal.ts';

interface ScheduleOptions extends BusOptions {
  readonly date?: string;
  readonly from?: string;
  readonly to?: string;
  readonly schedule?: string;
  readonly json: boolean;
}

const SCHEDULE_OPTION = [
  '--schedule <file>',
  'the schedule (default: schedule.json of the home, or what AITRADER_SCHEDULE names)',
] as const;

function date(text: string): string {
  const problem = dateProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(`It ${problem}.`);
  return text;
}

const scheduleOf = (home: string, file: string | undefined): Promise<ScheduleConfig> =>
  loadSchedule(file ?? scheduleFileOf(home, process.env));

/** The timetable of trading dates, with what happened, and jobs by hand. */
export function addSchedule(program: Command): void {
  const command = program
    .command('schedule')
    .enablePositionalOptions()
    .summary('show what is to be done on a trading date, and what was')
    .description(
      'Shows the jobs of trading dates in the time of New York and in UTC, with what became of them. The times follow the session: half days and the days on which clocks change have theirs. docs/schedule.md says what jobs there are.',
    )
    .option('--date <date>', 'the trading date, YYYY-MM-DD (default: the one that is under way, or comes next)', date)
    .option('--from <date>', 'with --to: all trading dates from this one …', date)
    .option('--to <date>', '… to this one', date)
    .option(...SCHEDULE_OPTION)
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (options: ScheduleOptions) => {
    const { now } = wallClock(process.env);
    const sessions = sessionsOf(options, now());
    const config = await scheduleOf(homeOf(process.env), options.schedule);
    await withHome({ ...homeOptions(options), as: 'scheduler' }, async ({ bus }) => {
      const log = await ScheduleLog.open(bus, now);
      const days = sessions.map((session) => ({ session, jobs: viewOfDay(log, config, session) }));
      if (options.json) printJson(days.flatMap(({ jobs }) => jobs));
      else printText(days.map(({ session, jobs }) => dayText(session, jobs, now())).join('\n\n'));
    });
  });
  addRun(command);
}

function sessionsOf({ date: only, from, to }: ScheduleOptions, now: number): readonly TradingSession[] {
  if ((from === undefined) !== (to === undefined)) throw new Error('--from and --to go together');
  if (from === undefined || to === undefined) return [tradingDate(only ?? tradeDateAt(epochMs(Math.floor(now))))];
  if (only !== undefined) throw new Error('--date is one date, and --from and --to are all between two: give one or the other');
  requireInOrder({ from, to });
  return sessionsBetween(from, to);
}

/** @throws Error on a day without trading */
function tradingDate(text: string): TradingSession {
  const session = sessionOn(text);
  if (session === undefined) throw new Error(`${text} is no trading date: the exchange is closed, and nothing is to be done`);
  return session;
}

function job(text: string): JobName {
  const name = jobNamed(text);
  if (name === undefined) throw new InvalidArgumentError(`must be one of ${JOB_NAMES.join(', ')}`);
  return name;
}

function addRun(schedule: Command): void {
  const command = schedule
    .command('run')
    .summary('do a job of a date by hand')
    .description(
      'Does a job of a date now, whatever the time, and writes into the same row as the scheduler: what is done already is not done again. Look before you run what was begun and left.',
    )
    .argument('<job>', `one of ${JOB_NAMES.join(', ')}`, job)
    .requiredOption('--date <date>', 'the trading date, YYYY-MM-DD', date)
    .option(...SCHEDULE_OPTION)
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: JobName, options: ScheduleOptions) => {
    const session = tradingDate(options.date ?? '');
    const home = homeOf(process.env);
    const config = await scheduleOf(home, options.schedule);
    const planned = timetableOf(config, session).find((one) => one.name === name);
    if (planned === undefined)
      throw new Error(`the schedule has no job ${name}: it names ${config.jobs.map((one) => one.name).join(', ')}`);
    const { now } = wallClock(process.env);
    await withHome({ ...homeOptions(options), as: 'scheduler' }, async ({ bus }) => {
      const log = await ScheduleLog.open(bus, now);
      const scheduler = new Scheduler({
        log,
        config,
        now,
        perform: newPerformer({ home, bus, config, now, keep: () => keepRecords(home) }),
        onStep: (_, words) => remark(words),
      });
      void onInterrupt().then(() => scheduler.stop());
      const wasDone = log.row(planned).status === 'done';
      await scheduler.runNow(planned, 'somebody at the command line');
      const view = viewOfDay(log, config, session).filter((one) => one.name === name);
      if (wasDone) remark(`${name} of ${session.date} was done already: nothing was begun`);
      if (options.json) printJson(view[0]);
      else printText(dayText(session, view, now()));
      if (view[0]?.status !== 'done') process.exitCode = 1;
    });
  });
}

interface SchedulerOptions {
  readonly port: number;
  readonly json: boolean;
}

/** The scheduler itself, in a terminal. */
export function addScheduler(program: Command): void {
  program
    .command('scheduler')
    .summary('open and close the recording of each trading date, and do its jobs')
    .description(
      'Looks at the clock and the calendar until Ctrl-C, and does the jobs of the schedule when they are due, each of a date once, whatever was killed meanwhile. Any number may be at work for one bus. docs/schedule.md says what a schedule looks like.',
    )
    .option('--port <port>', 'where its health is asked for, and hooks come in; 0: any free one', integer(0, 65_535), 0)
    .addOption(new Option('--json', 'print the address as one JSON document on standard output').default(false))
    .action(async ({ port, json }: SchedulerOptions) => {
      const home = homeOf(process.env);
      // what is wrong with it is better said here than in a log
      await scheduleOf(home, undefined);
      const running = await startSchedulerOf(home, { port });
      try {
        if (json) printJson({ url: running.url });
        else printText(`scheduler: ${running.url}`);
        remark('Ctrl-C ends it, and what is under way');
        await Promise.race([onInterrupt(), running.failure]);
      } finally {
        await running.stop();
      }
    });
}
