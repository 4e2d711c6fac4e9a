import type { EntityManager } from 'typeorm';
import { sweepContent, sweepIdentity, type KeptSweep, type SweepReport } from '@aitrader/application-sweep';
import { cashFromDollars } from '@aitrader/model';
import { Sweep, SweepResult, dataSourceOf, type OpenDatabase } from '@aitrader/runtime-database';
import { AlreadyOtherwise, WAITING } from './already-otherwise.ts';
import { insertOf } from './statements.ts';

/** Figures of a statement: those of a larger one would not stay in the server's memory. */
const STATEMENT_FIGURES_MAX = 500_000;
/** Figures of a trial beside its returns. */
const TRIAL_FIGURES = 20;
const HASH_SHOWN = 12;

/**
 * Writes a sweep with its trials, in one transaction. One that is there is left as it is. Returns its number, and whether it was written.
 * @throws AlreadyOtherwise where the tables say something else of the same bars, code and configurations; what the server throws
 */
export async function journalSweep(
  { source }: Pick<OpenDatabase, 'source'>,
  { file, sweep }: KeptSweep,
): Promise<{ readonly sweepId: number; readonly isNew: boolean }> {
  const { sql, parameters } = insertOf(source.getMetadata(SweepResult), false, 'sweepId');
  return source.transaction(async (manager) => {
    await manager.query(WAITING);
    const entry = entryOf(file, sweep);
    await manager.createQueryBuilder().insert().into(Sweep).values(entry).orIgnore().updateEntity(false).execute();
    const there = await manager.findOneByOrFail(Sweep, { identity: entry.identity });
    const { sweepId } = there;
    const isNew = !(await manager.existsBy(SweepResult, { sweepId }));
    if (!isNew) {
      if (there.content !== entry.content) throw await otherwise(manager, there, { file, sweep });
      return { sweepId, isNew };
    }
    const rows = rowsOf(sweep);
    const each = Math.max(1, Math.floor(STATEMENT_FIGURES_MAX / (TRIAL_FIGURES + sweep.dates.length)));
    for (let at = 0; at < rows.length; at += each) await manager.query(sql, [...parameters(sweepId, rows.slice(at, at + each))]);
    return { sweepId, isNew };
  });
}

/** Deletes what there is of a sweep, as the owner. Returns whether there was anything. */
export async function forgetSweep({ loginOf }: Pick<OpenDatabase, 'loginOf'>, sweep: SweepReport): Promise<boolean> {
  const source = await dataSourceOf(loginOf('owner'), true).initialize();
  try {
    return await source.transaction(async (manager) => {
      const there = await manager.findOneBy(Sweep, { identity: sweepIdentity(sweep) });
      if (there === null) return false;
      await manager.delete(SweepResult, { sweepId: there.sweepId });
      await manager.delete(Sweep, { sweepId: there.sweepId });
      return true;
    });
  } finally {
    await source.destroy();
  }
}

function entryOf(file: string | undefined, sweep: SweepReport): Omit<Sweep, 'sweepId'> {
  const { market, code, digest, dates, trials, choice } = sweep;
  const { overfitting, superiority } = choice;
  return {
    ...{ identity: sweepIdentity(sweep), content: sweepContent(sweep), file: file ?? null, market, code, digest },
    ...{ trials: trials.length, dates, choice },
    overfitting: overfitting?.probability ?? null,
    loss: overfitting?.lossProbability ?? null,
    realityCheck: superiority?.realityCheck ?? null,
    superiorAbility: superiority?.superiorAbility.consistent ?? null,
  };
}

const rowsOf = ({ trials }: SweepReport): readonly Omit<SweepResult, 'sweepId'>[] =>
  trials.map(({ trial, configHash, sets, digest, counts, equity, returns, ...figures }) => ({
    ...{ trial, configHash, sets, digest, ...counts, returns },
    ...{ startEquity: cashFromDollars(equity.start), endEquity: cashFromDollars(equity.end) },
    ...{ totalReturn: figures.totalReturn, maxDrawdown: figures.maxDrawdown, sharpe: figures.sharpe },
    ...{ probabilisticSharpe: figures.probabilistic, deflatedSharpe: figures.deflated, trackRecordMin: figures.trackRecordMin },
  }));

/** What a file says otherwise than the tables: the first trial that came to something else, or its figures. */
async function otherwise(manager: EntityManager, { sweepId }: Sweep, { file, sweep }: KeptSweep): Promise<AlreadyOtherwise> {
  const written = await manager.find(SweepResult, { select: { trial: true, digest: true }, where: { sweepId } });
  const digests = new Map(written.map(({ trial, digest }) => [trial, digest]));
  const other = sweep.trials.find(({ trial, digest }) => digests.get(trial) !== digest);
  const what =
    other === undefined
      ? 'its trials came to the same digests, and other figures are said of them'
      : `trial ${other.trial} came to digest "${other.digest.slice(0, HASH_SHOWN)}…", and "${digests.get(other.trial)?.slice(0, HASH_SHOWN)}…" is written`;
  return new AlreadyOtherwise(
    file ?? 'the sweep',
    `the tables hold the sweep of these bars, this code and these configurations already, otherwise: ${what}`,
    `--sweep`,
  );
}
