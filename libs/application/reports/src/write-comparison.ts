import path from 'node:path';
import { writeAtomically } from '@aitrader/runtime-storage';
import type { Parting } from './compare-runs.ts';
import { comparePage, type ComparedRun } from './page/compare-page.ts';
import { makeNamedFolder } from './write-report.ts';

/** Two runs beside each other. */
export interface Comparison {
  readonly parting: Parting;
  readonly first: ComparedRun;
  readonly second: ComparedRun;
}

/** The files of a comparison, in the order in which they are written. */
export const COMPARISON_FILES = ['report.json', 'report.html'] as const;

/** Writes a comparison into a folder, which is made where it is not there, each file whole. @throws Error naming the file */
export async function writeComparison(folder: string, { parting, first, second }: Comparison): Promise<void> {
  makeNamedFolder(folder);
  const figures = { parting, first: first.report, second: second.report };
  await writeAtomically(path.join(folder, 'report.json'), `${JSON.stringify(figures, null, 2)}\n`);
  await writeAtomically(path.join(folder, 'report.html'), comparePage(parting, first, second));
}
