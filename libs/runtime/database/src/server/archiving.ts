import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeAtomically } from '@aitrader/runtime-storage';

/** Where a folder of backups keeps the write-ahead log. */
export const archivedTo = (folder: string): string => path.join(path.resolve(folder), 'wal');

const fileOf = (folder: string): string => path.join(folder, 'archive.json');

/** Writes down where the log of a home's server goes from its next start on; undefined: nowhere. */
export async function keepArchive(folder: string, wal: string | undefined): Promise<void> {
  if (wal === undefined) rmSync(fileOf(folder), { force: true });
  else await writeAtomically(fileOf(folder), `${JSON.stringify({ wal })}\n`);
}

/** How a server is started that archives its log: a segment stands in its place whole, and none is written twice. */
export function archiveSettings(folder: string): Readonly<Record<string, string>> {
  if (!existsSync(fileOf(folder))) return {};
  const { wal } = JSON.parse(readFileSync(fileOf(folder), 'utf8')) as { readonly wal: string };
  const command = `test -f "${wal}/%f" || { cp "%p" "${wal}/%f.part" && mv "${wal}/%f.part" "${wal}/%f"; }`;
  return { archive_mode: 'on', archive_command: command };
}
