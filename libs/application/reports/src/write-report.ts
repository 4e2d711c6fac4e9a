import path from 'node:path';
import { ioProblem, isMissingFile, makeFolder, writeAtomically } from '@aitrader/runtime-storage';
import type { AccountHistory } from './account-history.ts';
import { costsTable, dailyTable, equityTable, tradesTable } from './account-tables.ts';
import { dailyAccountOf } from './daily-returns.ts';
import { reportPage } from './page/report-page.ts';
import { reportOfHistory, type AccountReport, type BesideHistory } from './run-report.ts';
import { parquetOf } from './table.ts';

/** The files of a report, in the order in which they are written: the page last, so that what it stands beside is there. */
export const REPORT_FILES = [
  'report.json',
  'trades.parquet',
  'equity.parquet',
  'daily.parquet',
  'costs.parquet',
  'report.html',
] as const;

/** Writes a report into a folder, which is made where it is not there, each file whole. Returns the report. @throws Error naming the file */
export async function writeReport(folder: string, history: AccountHistory, beside?: BesideHistory): Promise<AccountReport> {
  const report = reportOfHistory(history, beside);
  makeNamedFolder(folder);
  const tables = [
    tradesTable(history.trips),
    equityTable(history.curve),
    dailyTable(dailyAccountOf(history.curve, history.startEquity)),
    costsTable(history.fillCosts),
  ];
  await writeAtomically(path.join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  for (const table of tables) await writeAtomically(path.join(folder, `${table.name}.parquet`), inOnePiece(parquetOf(table)));
  await writeAtomically(path.join(folder, 'report.html'), reportPage(report, history));
  return report;
}

/** Bytes as content of a file. */
export async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Makes a folder to write into. @throws Error naming it */
export function makeNamedFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new Error(
      `${folder}: ${isMissingFile(cause) ? 'no folder can be made there' : `cannot be made: it ${ioProblem(cause)}`}`,
      { cause },
    );
  }
}
