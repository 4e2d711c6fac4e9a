import type { RunId } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { DailyParity, type OpenDatabase } from '@aitrader/runtime-database';
import { manifestIn } from './recorded-rows.ts';
import { insertOf } from './statements.ts';
import { RunWriter } from './writer.ts';

/** What a run differs in from its replay, as far as the tables keep it. */
export interface ParityFigures {
  readonly run: RunId;
  /** of all causes, those without a difference too; money in millionths of a dollar */
  readonly bins: readonly { readonly bin: string; readonly lines: number; readonly costMicros: number }[];
  readonly replayedBy: { readonly hash: string };
  readonly heldAgainst: { readonly bars: boolean };
}

/**
 * Writes what a run differs in from its replay, a row a cause, in one statement. What was there of the recording is told anew, so that it may
 * be asked any number of times; a run that the tables do not have yet is entered, and written by the journal as any other.
 * @throws UnknownRunError, BrokenRecordingError; what the server throws
 */
export async function journalParity(
  bus: Bus,
  { source }: Pick<OpenDatabase, 'source'>,
  { run, bins, replayedBy, heldAgainst }: ParityFigures,
): Promise<void> {
  const first = await manifestIn(bus, run, AbortSignal.abort());
  if (first === undefined) throw new Error(`${run} has no manifest yet: there is nothing that could be held against it`);
  const { run: runId } = await RunWriter.of(source, first.manifest, first.hash);
  const rows = bins.map(({ bin, lines, costMicros }) => ({
    ...{ cause: bin, differences: lines, cost: costMicros },
    ...{ replayedBy: replayedBy.hash, againstBars: heldAgainst.bars },
  }));
  const { sql, parameters } = insertOf(source.getMetadata(DailyParity), true);
  await source.query(sql, [...parameters(runId, rows)]);
}
