import type { Logger } from 'winston';
import {
  EARLIER_HOOK_SECRET_VARIABLE,
  HOOK_SECRET_VARIABLE,
  HookDoor,
  ScheduleLog,
  Scheduler,
  loadSchedule,
  newPerformer,
  scheduleFileOf,
  sessionsAround,
  viewOfDay,
  type JobView,
  type ScheduleConfig,
} from '@aitrader/application-schedule';
import { homeOf, keepRecords, makeHome, withHome } from '@aitrader/application-supervision';
import { epochMs } from '@aitrader/model';
import { openBus, tlsIn, type Bus } from '@aitrader/runtime-bus';
import { wallClock, withKeys, type WallClock } from '@aitrader/runtime-configuration';

/** A schedule that is at work. */
export interface OpenSchedule {
  readonly home: string;
  readonly config: ScheduleConfig;
  readonly log: ScheduleLog;
  readonly scheduler: Scheduler;
  /** undefined where there is no secret: nobody may ask from outside */
  readonly door: HookDoor | undefined;
  readonly clock: WallClock;
  /** the jobs of the dates around now, with what happened */
  readonly around: () => readonly JobView[];
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The bus as the scheduler, for as long as work takes: by a key of its own where it is given one, as a service is, or as the home has it. */
export async function withBus<T>(logger: Logger, work: (bus: Bus, home: string) => Promise<T>): Promise<T> {
  const { NATS_URL: url = '', AITRADER_BUS_KEY: keyFile } = process.env;
  if (url.trim() === '' || keyFile === undefined) {
    // jobs may trade with a real broker, and then nothing may be lost that the server has acknowledged
    const options = { as: 'scheduler', syncs: url.trim() === '', onProgress: (text: string) => logger.info(text) } as const;
    return withHome(options, ({ bus, home }) => work(bus, home));
  }
  const home = homeOf(process.env);
  makeHome(home);
  const bus = await openBus({ url: url.trim(), principal: 'scheduler', keyFile, tls: tlsIn(process.env) }, 'scheduler');
  try {
    return await work(bus, home);
  } finally {
    await bus.nc.close();
  }
}

/** Opens the schedule of a home. @throws ConfigurationError, BrokenRow */
export async function openSchedule(bus: Bus, home: string, logger: Logger): Promise<OpenSchedule> {
  const clock = wallClock(process.env);
  const config = await loadSchedule(scheduleFileOf(home, process.env));
  const log = await ScheduleLog.open(bus, clock.now);
  const named = [HOOK_SECRET_VARIABLE, EARLIER_HOOK_SECRET_VARIABLE];
  const { [HOOK_SECRET_VARIABLE]: secret, [EARLIER_HOOK_SECRET_VARIABLE]: earlier } = await withKeys(process.env, named);
  const scheduler = new Scheduler({
    ...{ log, config, now: clock.now },
    perform: newPerformer({ home, bus, config, now: clock.now, keep: () => keepRecords(home) }),
    onStep: ({ date, name }, words) => logger.info(words, { date, job: name }),
    onProblem: (error) => logger.error(messageOf(error), { error }),
  });
  return {
    ...{ home, config, log, scheduler, clock },
    door: secret === undefined || secret === '' ? undefined : await HookDoor.open(bus, secret, clock.now, earlier),
    around: () => sessionsAround(epochMs(Math.floor(clock.now()))).flatMap((session) => viewOfDay(log, config, session)),
  };
}
