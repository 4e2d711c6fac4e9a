import { NotFoundException, type OnApplicationShutdown } from '@nestjs/common';
import {
  journaledRuns,
  pastInTables,
  RecordedPast,
  type JournaledRun,
  type PastParts,
  type PastSpan,
} from '@aitrader/application-journal';
import { BrokenRecordingError, UnknownRunError } from '@aitrader/runtime-bus';
import type { readableDatabase } from '@aitrader/runtime-database';
import type { ShownRun, ShownRuns } from './shown-runs.ts';

/*
 * What happened in all runs, date by date.
 *
 * 1. A run that Postgres has is told from there, as far as the journal has written it; one that it has not, from its recording. Which it is, is said.
 * 2. A run with real money is told of to whom it is shown.
 * 3. Recordings are read to their end: of those that Postgres has not, the newest are told of, and how many are not is said.
 */

/** Recordings that are read for an answer, unless one is named. */
const RECORDINGS_MAX = 20;

/** Which part of the past is asked for. */
export interface PastAsked extends PastSpan {
  readonly run?: string | undefined;
}

/** Where a run's past is from. */
export interface PastRun {
  readonly run: string;
  readonly kind: string;
  readonly from: 'postgres' | 'recording';
}

/** A part of the past. */
export interface Past<Row> {
  readonly rows: readonly Row[];
  readonly runs: readonly PastRun[];
  /** recordings that are not told of */
  readonly leftOut: number;
  /** rows that are not told: older ones */
  readonly rowsLeftOut: number;
  /** what keeps Postgres, or a recording, from being read; null where nothing does, or where there is none */
  readonly problem: string | null;
}

type Tables = NonNullable<Awaited<ReturnType<typeof readableDatabase>>>;

/** What Postgres says. */
interface FromTables<Row> {
  readonly rows: readonly Row[];
  readonly runs: readonly JournaledRun[];
  readonly problem: string | null;
}

/** The past of all runs. */
export class PastRuns implements OnApplicationShutdown {
  readonly #open: () => Promise<Tables | undefined>;
  readonly #shown: ShownRuns;
  /** what was read of recordings, and when each was begun: another one may have the name by now */
  readonly #recorded = new Map<string, { readonly createdAt: number; readonly past: RecordedPast }>();
  #tables: Promise<Tables | undefined> | undefined;

  /** `open`: gives the tables, to be read; undefined where there are none */
  constructor(open: () => Promise<Tables | undefined>, shown: ShownRuns) {
    this.#open = open;
    this.#shown = shown;
  }

  /** @throws NotFoundException for a run that is neither in the tables nor recorded here */
  async tell<Part extends keyof PastParts>(part: Part, asked: PastAsked): Promise<Past<PastParts[Part][number]>> {
    const here = await this.#recordings(asked.run);
    const { rows, runs, problem } = await this.#fromTables(part, asked, here);
    const journaled = new Set(runs.map(({ run }) => run));
    const recorded = here.filter(({ run }) => !journaled.has(run));
    if (asked.run !== undefined && runs.length + recorded.length === 0)
      throw new NotFoundException(`no run is called ${asked.run}`);
    const read = recorded.slice(-RECORDINGS_MAX);
    const [others, problems] = [new Array<PastParts[Part][number]>(), problem === null ? [] : [problem]];
    for (const one of read) {
      try {
        for (const row of (await this.#read(one)).within(asked)[part]) others.push(row);
      } catch (error) {
        if (!(error instanceof BrokenRecordingError || error instanceof UnknownRunError)) throw error;
        problems.push(error.message);
      }
    }
    return {
      rows: [...rows, ...others],
      runs: [
        ...runs.map(({ run, kind }) => ({ run, kind, from: 'postgres' as const })),
        ...read.map(({ run, manifest: { kind } }) => ({ run, kind, from: 'recording' as const })),
      ],
      leftOut: recorded.length - read.length,
      rowsLeftOut: 0,
      problem: problems.length === 0 ? null : problems.join('; '),
    };
  }

  async #read({ bus, run, manifest: { createdAt } }: ShownRun): Promise<RecordedPast> {
    const known = this.#recorded.get(run);
    const past = known?.createdAt === createdAt ? known.past : new RecordedPast(bus, run);
    this.#recorded.set(run, { createdAt, past });
    await past.readOn();
    return past;
  }

  async onApplicationShutdown(): Promise<void> {
    const tables = await this.#tables?.catch(() => undefined);
    await tables?.destroy();
  }

  async #fromTables<Part extends keyof PastParts>(
    part: Part,
    { run, ...span }: PastAsked,
    here: readonly ShownRun[],
  ): Promise<FromTables<PastParts[Part][number]>> {
    try {
      this.#tables ??= this.#open();
      const tables = await this.#tables;
      if (tables === undefined) {
        // one may come up
        this.#tables = undefined;
        return { rows: [], runs: [], problem: null };
      }
      const created = new Map<string, number>(here.map((one) => [one.run, one.manifest.createdAt]));
      const runs = (await journaledRuns(tables)).filter(
        (one) =>
          (run ?? one.run) === one.run &&
          // what is recorded here under its name may be another run
          (created.get(one.run) ?? one.createdAt) === one.createdAt &&
          this.#shown.isShown(one),
      );
      return { rows: runs.length === 0 ? [] : await pastInTables(tables, part, runs, span), runs, problem: null };
    } catch (error) {
      await this.#forgetTables();
      return { rows: [], runs: [], problem: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Whatever went wrong: the next question begins anew. */
  async #forgetTables(): Promise<void> {
    const tables = await this.#tables?.catch(() => undefined);
    this.#tables = undefined;
    await tables?.destroy().catch(() => undefined);
  }

  async #recordings(run: string | undefined): Promise<readonly ShownRun[]> {
    const all = await this.#shown.all((name) => (run ?? name) === name);
    const names = new Set(all.map((one) => String(one.run)));
    if (run === undefined) for (const name of this.#recorded.keys()) if (!names.has(name)) this.#recorded.delete(name);
    return all;
  }
}
