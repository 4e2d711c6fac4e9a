import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { SCHEDULE_STREAM, SCHEDULE_SUBJECTS, schedulerSubject } from '@aitrader/contracts';
import { RowLog, commandLineOf, isAlive, type Bus } from '@aitrader/runtime-bus';
import { NEW_ROW, decodeFact, encodeFact, mayFollow, withFact, type JobFact, type JobRow } from './job-row.ts';
import { jobId, type PlannedJob } from './timetable.ts';

/** As long as anybody asks what a schedule did. */
const AGE_MS_MAX = 800 * 86_400_000;
const ANSWER_MS_MAX = 750;
/** Where it is kept when a schedule was first at work. */
const SINCE = 'since';

/** A fact without who says it, and when: that is the log's to add. */
type Without<T> = T extends JobFact ? Omit<T, 'at' | 'by'> : never;
export type JobWords = Without<JobFact>;

/** Which job of which date. */
export type JobKey = Pick<PlannedJob, 'date' | 'name'>;

const keyOf = ({ date, name }: JobKey): string => `${date}.${name}`;

/**
 * What has happened to the jobs of all dates, as it lies on the bus, for one process that may add to it. Whoever else adds to it meanwhile is
 * heard before the next word on a job.
 */
export class ScheduleLog {
  /** this process, told from every other one */
  readonly me: string = `${process.pid}-${randomUUID().slice(0, 8)}`;
  readonly #bus: Bus;
  readonly #log: RowLog;
  readonly #now: () => number;
  readonly #rows = new Map<string, JobRow>();
  #seq = 0;
  #since: number | undefined;

  private constructor(bus: Bus, log: RowLog, now: () => number) {
    this.#bus = bus;
    this.#log = log;
    this.#now = now;
  }

  /**
   * Opens the log as the scheduler's account, reads it, and answers from then on that this process is there, until the connection closes.
   * @throws Error on a bus without accounts, BrokenRow
   */
  static async open(bus: Bus, now: () => number): Promise<ScheduleLog> {
    if (!bus.hasAccounts)
      throw new Error(
        'a schedule is kept in an account of its own, and this bus has none: give its server what `aitrader bus config` prints',
      );
    const options = { stream: SCHEDULE_STREAM, subjects: SCHEDULE_SUBJECTS, ageMsMax: AGE_MS_MAX };
    const log = new ScheduleLog(bus, await RowLog.open(bus, options), now);
    bus.nc.subscribe(schedulerSubject(log.me), {
      callback: (error, message) => void (error === null && message.respond(log.me)),
    });
    await bus.nc.flush();
    await log.hear();
    return log;
  }

  /** Takes in what was said since. @throws BrokenRow */
  async hear(): Promise<void> {
    for (let fact = await this.#log.after(this.#seq); fact !== undefined; fact = await this.#log.after(this.#seq)) {
      // somebody else who asked meanwhile has taken it in
      if (fact.seq <= this.#seq) continue;
      this.#seq = fact.seq;
      if (fact.key === SINCE) this.#since = Number(Buffer.from(fact.data).toString());
      else this.#rows.set(fact.key, withFact(this.#rows.get(fact.key) ?? NEW_ROW, decodeFact(fact.data, fact.seq), fact.seq));
    }
  }

  /** Where a job stands, as far as it was heard. */
  row(key: JobKey): JobRow {
    return this.#rows.get(keyOf(key)) ?? NEW_ROW;
  }

  /** When a schedule was first at work on this bus; from now on when there was none. */
  async since(): Promise<number> {
    while (this.#since === undefined) {
      await this.#log.append(SINCE, String(this.#now()), 0, SINCE);
      await this.hear();
    }
    return this.#since;
  }

  /**
   * Says something of a job, as the row stands: `words` is asked what, and again when somebody else has said something meanwhile. Returns
   * whether it was said; not where there is nothing to say, or where it cannot come next.
   */
  async say(key: JobKey, words: (row: JobRow) => JobWords | undefined): Promise<boolean> {
    for (;;) {
      const row = this.row(key);
      const said = words(row);
      if (said === undefined) return false;
      const fact: JobFact = { ...said, at: this.#now(), by: this.me };
      if (!mayFollow(row, fact)) return false;
      const id = row.seq === 0 && fact.fact === 'claimed' ? jobId(key) : `${jobId(key)}/${row.seq}/${this.me}/${fact.fact}`;
      const seq = await this.#log.append(keyOf(key), encodeFact(fact), row.seq, id);
      await this.hear();
      if (seq !== undefined) return true;
    }
  }

  /** Whether whoever spoke last of a row, or the child that works on it, is there. */
  async isThere({ by, running }: JobRow): Promise<boolean> {
    if (by === this.me) return true;
    if (await this.#answers(by)) return true;
    return (
      running !== undefined &&
      running.host === hostname() &&
      isAlive(running.pid) &&
      commandLineOf(running.pid) === running.command
    );
  }

  /** A killed process needs no time-out to be forgotten; one that does not answer in time may yet be there. */
  async #answers(instance: string): Promise<boolean> {
    return this.#bus.nc.request(schedulerSubject(instance), '', { timeout: ANSWER_MS_MAX }).then(
      () => true,
      (error: unknown) => !(error instanceof Error && /no ?responders/i.test(`${error.name} ${error.message}`)),
    );
  }
}
