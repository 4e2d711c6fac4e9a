import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { folderStorage, openArchive, readBare, readSelected, selectFrom } from '@aitrader/adapter-bar-archive';
import { writeLongArchive } from './long-archive.ts';

const YEAR = { symbols: 100, from: '2023-01-01', to: '2023-12-31' };
const REPEATS = 3;
/** Share of the work that is writing the archive, as far as a progress bar is concerned. */
const WRITING_SHARE = 0.6;

export interface ArchiveFigures {
  readonly symbols: number;
  readonly bars: number;
  readonly bytesPerBar: number;
  /** parts checked against their hashes, bars merged into the order of time */
  readonly barsPerSecond: number;
  /** the same columns of the same parts, decoded and dropped */
  readonly bareBarsPerSecond: number;
  readonly shareOfBare: number;
}

/** How fast an archive of a year of minutes of 100 symbols is read, beside a bare reading of its files: best of three, in turns. */
export async function benchArchive(onProgress: (share: number) => void): Promise<ArchiveFigures> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aitrader-bench-archive-'));
  try {
    const bars = await writeLongArchive(folder, YEAR, (share) => onProgress(share * WRITING_SHARE));
    const archive = await openArchive(folderStorage(folder));
    const selected = await selectFrom(archive, {});
    const [reads, bares]: [number[], number[]] = [[], []];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      bares.push(await rateOf(() => readBare(archive, selected)));
      reads.push(
        await rateOf(async () => {
          let rows = 0;
          for await (const { count } of readSelected(archive, selected)) rows += count;
          return rows;
        }),
      );
      onProgress(WRITING_SHARE + ((1 - WRITING_SHARE) * (repeat + 1)) / REPEATS);
    }
    const [barsPerSecond, bareBarsPerSecond] = [Math.max(...reads), Math.max(...bares)];
    const bytes = archive.catalogue.parts.reduce((sum, part) => sum + part.bytes, 0);
    const { symbols } = YEAR;
    return {
      symbols,
      bars,
      bytesPerBar: bytes / bars,
      barsPerSecond,
      bareBarsPerSecond,
      shareOfBare: barsPerSecond / bareBarsPerSecond,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bars for each second of a core, whatever else the machine does: of the processor time of all threads of this process. */
async function rateOf(work: () => Promise<number>): Promise<number> {
  const begun = process.cpuUsage();
  const bars = await work();
  const { user, system } = process.cpuUsage(begun);
  return bars / ((user + system) / 1e6);
}
