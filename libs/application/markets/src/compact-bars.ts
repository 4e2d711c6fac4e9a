import { archiveStorage, compactArchive, type Compaction } from '@aitrader/adapter-bar-archive';
import type { Progress } from '@aitrader/runtime-telemetry';

/** Joins the small parts of an archive; a second time there is nothing to join. @throws ArchiveError */
export async function compactBars(archive: string, progress: Progress['at'] = () => undefined): Promise<Compaction> {
  return compactArchive(await archiveStorage(archive), { onJoined: (done, of) => progress(done / of) });
}
