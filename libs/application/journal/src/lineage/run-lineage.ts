import { type RunId, runId } from '@aitrader/model';
import { UnknownRunError, type Bus } from '@aitrader/runtime-bus';
import type { OpenDatabase } from '@aitrader/runtime-database';
import { NotJournaled, databaseLineage } from './database-lineage.ts';
import { lineageOf, type FillLineage } from './fill-lineage.ts';
import type { LineageRows } from './lineage-rows.ts';
import { recordedLineage } from './recorded-lineage.ts';

/** Where the rows of a lineage are taken from. */
export type LineageSource = (run: string) => Promise<LineageRows>;

/** From recordings on the bus. */
export const fromRecordings =
  (bus: Bus, onProgress: (share: number) => void = () => undefined): LineageSource =>
  (run) =>
    recordedLineage(bus, runId(run), onProgress);

/** From the tables that recordings were written into. */
export const fromDatabase =
  ({ source }: Pick<OpenDatabase, 'source'>): LineageSource =>
  (run) =>
    databaseLineage(source, run);

/**
 * Every fill of a run with what it goes back to. Runs before it are read as far as its fills' orders are not found, and where one of them is not
 * there the links that it would have are missing. @throws UnknownRunError, BrokenRecordingError, NotJournaled for the run itself
 */
export async function runLineage(source: LineageSource, run: RunId): Promise<readonly FillLineage[]> {
  const own = await source(run);
  const chain = [own];
  let sought = own.fills.map(({ orderId }) => orderId);
  for (let at = own; ;) {
    const found = new Set(at.orders.map(({ orderId }) => orderId));
    sought = sought.filter((orderId) => !found.has(orderId));
    if (sought.length === 0 || at.follows === null) break;
    const before = await source(at.follows).catch((error: unknown) => {
      if (error instanceof UnknownRunError || error instanceof NotJournaled) return undefined;
      throw error;
    });
    if (before === undefined) break;
    chain.push(before);
    at = before;
  }
  return lineageOf(chain);
}
