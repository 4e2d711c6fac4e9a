import { anchorMeans, anchorRun } from '@aitrader/application-proof';
import { closeRun } from '@aitrader/application-recordings';
import type { OpenHome } from '@aitrader/application-supervision';
import type { RunId } from '@aitrader/model';
import { progressBar, remark } from './terminal.ts';

/**
 * Closes a run, and anchors what it says it left. A run is closed whether that could be anchored or not. @throws CannotClose, UnknownRunError,
 * BrokenRecordingError, and what is wrong with the keys of anchors
 */
export async function closeAndAnchor(open: OpenHome, run: RunId): Promise<void> {
  const means = await anchorMeans(open);
  const progress = progressBar(`closing ${run}`);
  await closeRun(open.bus, run, progress.at).finally(progress.done);
  try {
    const { outsideProblem } = await anchorRun(means, run);
    if (outsideProblem !== undefined) remark(`anchors of ${run} are not outside: ${outsideProblem}`);
  } catch (error) {
    remark(`what ${run} leaves is not anchored: ${error instanceof Error ? error.message : String(error)}`);
  }
}
