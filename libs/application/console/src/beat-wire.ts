/*
 * What the console tells a browser beside the recording: how the services of a run are, and how fresh is what is shown. Times are ms since 1970.
 */

/** A service of a run, as its health endpoint tells. */
export interface ServiceRow {
  readonly stage: string;
  /** null where it does not answer */
  readonly status: string | null;
  readonly pid: number | null;
  readonly instances: readonly {
    readonly shard: number;
    readonly seq: number;
    readonly t: number;
    /** intervals that wait for more */
    readonly waiting: number;
    /** how often it had to ask the bus again for what did not come; null where it reads nothing, or does not tell */
    readonly askedAgain: number | null;
    /** when its last checkpoint was stored; null where none was since it began */
    readonly checkpointAt: number | null;
  }[];
  /** what its process has handled since it began; null where it does not tell */
  readonly work: WorkPart | null;
  /** what went wrong since its supervisor began; null where nobody counts */
  readonly troubles: { readonly restarts: number; readonly errors: number; readonly last: string } | null;
}

/** What a process has handled, and how long that took. */
export interface WorkPart {
  readonly count: number;
  /** handled in a minute, as far as was looked; null where it was looked only once */
  readonly perMinute: number | null;
  /** when it was done with the last thing, by its own clock; null before the first */
  readonly lastAt: number | null;
  /** upper bounds of how long things took, ms, */
  readonly atMostMs: readonly number[];
  /** and how many took as long, and longer than the bound before; at the end those that took longer than any */
  readonly counts: readonly number[];
}

/** The pulse of the stream: how fresh what is shown is. */
export interface Beat {
  /** by the console's clock */
  readonly now: number;
  readonly bus: { readonly connected: boolean; readonly since: number };
  /** of Postgres, for which nothing that trades waits; `none`: neither named nor started in this home */
  readonly database: 'none' | 'answers' | 'silent';
  /** the last place that the recording has, and that was read of it */
  readonly stored: number;
  readonly read: number;
  /** whether somebody runs the run now */
  readonly isGoingOn: boolean;
  readonly services: readonly ServiceRow[];
}
