import { rm } from 'node:fs/promises';
import type { RunId } from '@aitrader/model';
import { Checkpoints, LeaseBucket, deleteRecording, withLock } from '@aitrader/runtime-bus';
import type { OpenHome } from './home.ts';
import { exchangeJournalOf } from './exchange-process.ts';
import { RunGoesOn, whoRuns } from './run-holding.ts';
import { removeRunRecord, runLockFile } from './run-record.ts';
import { logFolderOf, statusFileOf } from './supervisor.ts';

/**
 * Deletes a run for good: its recording, checkpoints, logs and all that is written down about it. Its anchors stay, hashes alone. Nothing else ever deletes what was
 * recorded, so call it only at an operator's explicit word, or for a recording of one's own making that is of no use to anybody.
 * @throws RunGoesOn while others are busy with it
 */
export async function deleteRun({ home, bus }: Pick<OpenHome, 'home' | 'bus'>, run: RunId): Promise<void> {
  await withLock(runLockFile(home, run), async () => {
    const holder = await whoRuns({ home, bus }, run);
    if (holder !== undefined) throw new RunGoesOn(run, holder.who);
    await deleteRecording(bus, run);
    await Checkpoints.drop(bus, run);
    await LeaseBucket.drop(bus, run);
    await rm(logFolderOf(home, run), { recursive: true, force: true });
    await rm(statusFileOf(home, run), { force: true });
    await rm(exchangeJournalOf(home, run), { force: true });
    // Last: as long as it is there, a deletion that was cut short can be done again.
    await removeRunRecord(home, run);
  });
}
