import type { DataSource, QueryRunner } from 'typeorm';
import type { RecordedManifest } from '@aitrader/contracts';
import { JournalPosition, Run, type ProjectedTable } from '@aitrader/runtime-database';
import type { Rows } from './rows.ts';
import { insertsOf, type Insert } from './statements.ts';

/** Somebody else has written of the run meanwhile, or what was written was lost with the server: the place is to be asked for anew. */
export class PositionMoved extends Error {
  override readonly name = 'PositionMoved';
}

/** Rows of a statement: those of a larger one would not stay in the server's memory. */
const STATEMENT_ROWS_MAX = 5_000;

/**
 * Of a transaction, beside that it does not wait for the disk: who else holds what it needs, or a server that is slow, costs it a try, and
 * never its life.
 */
const BOUNDS = "SET LOCAL synchronous_commit = off; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '60s'";

/** What is added of a run in one go. */
export interface Batch {
  /** sequence of the last message before it */
  readonly after: number;
  /** sequence of its last message */
  readonly upTo: number;
  readonly rows: Rows;
}

/**
 * Writes rows of one run. All of a batch is there when it returns, with the run's position behind it, or nothing is.
 * It does not wait for the disk: what a crash of the server takes back, it takes back with the position, and it is written again.
 */
export class RunWriter {
  readonly #source: DataSource;
  readonly #inserts: Readonly<Record<ProjectedTable, Insert>>;
  readonly #run: number;

  private constructor(source: DataSource, run: number) {
    this.#source = source;
    this.#inserts = insertsOf(source);
    this.#run = run;
  }

  /** The writer of a run, which is entered where it is not there yet. `hash` is that of its stored manifest. */
  static async of(source: DataSource, manifest: RecordedManifest, hash: string): Promise<RunWriter> {
    const runs = source.getRepository(Run);
    const key = { name: manifest.run, manifestHash: hash };
    if (!(await runs.existsBy(key)))
      await runs
        .createQueryBuilder()
        .insert()
        .values({ ...key, ...entryOf(manifest) })
        .orIgnore()
        .updateEntity(false)
        .execute();
    const { runId } = await runs.findOneByOrFail(key);
    const positions = source.getRepository(JournalPosition).createQueryBuilder();
    await positions.insert().values({ runId, lastSeq: 0 }).orIgnore().updateEntity(false).execute();
    return new RunWriter(source, runId);
  }

  /** number of the run in this database */
  get run(): number {
    return this.#run;
  }

  /** Sequence of the last message that is written. */
  async position(): Promise<number> {
    const { lastSeq } = await this.#source.getRepository(JournalPosition).findOneByOrFail({ runId: this.#run });
    return lastSeq;
  }

  /** @throws PositionMoved where the run does not stand where the batch begins; what the server throws */
  async write({ after, upTo, rows }: Batch): Promise<void> {
    const runner = this.#source.createQueryRunner();
    try {
      await runner.connect();
      await runner.startTransaction();
      await runner.query(BOUNDS);
      await this.#move(runner, after, upTo);
      for (const [table, of] of rows.tables()) {
        const { sql, parameters } = this.#inserts[table];
        for (let at = 0; at < of.length; at += STATEMENT_ROWS_MAX)
          await runner.query(sql, [...parameters(this.#run, of.slice(at, at + STATEMENT_ROWS_MAX))]);
      }
      await runner.commitTransaction();
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  /** First, so that a second writer waits here until this one is done, and then finds that it came too late. */
  async #move(runner: QueryRunner, after: number, upTo: number): Promise<void> {
    const { affected } = await runner.query(
      'UPDATE journal.positions SET last_seq = $3 WHERE run_id = $1 AND last_seq = $2',
      [this.#run, after, upTo],
      true,
    );
    if (affected !== 1) throw new PositionMoved(`run ${this.#run} does not stand at ${after}`);
  }
}

function entryOf(manifest: RecordedManifest): Omit<Run, 'runId' | 'name' | 'manifestHash'> {
  const { kind, createdAt, codeVersion, codeHash, nodeVersion, shards, timeframe, configHash, sources, from, to, follows } =
    manifest;
  return {
    ...{ kind, createdAt, codeVersion, codeHash, nodeVersion, shards, timeframe, configHash, sources },
    ...{ config: manifest.recordedConfig, fromT: from, toT: to, follows: follows?.run ?? null },
  };
}
