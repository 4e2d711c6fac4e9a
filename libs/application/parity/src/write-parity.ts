import path from 'node:path';
import { makeNamedFolder } from '@aitrader/application-reports';
import { writeAtomically } from '@aitrader/runtime-storage';
import { parityPage } from './page/parity-page.ts';
import type { Parity } from './run-parity.ts';

/** The files of a parity report, in the order in which they are written. */
export const PARITY_FILES = ['report.json', 'report.html'] as const;

/** Writes a parity report into a folder, which is made where it is not there, each file whole. @throws Error naming the file */
export async function writeParity(folder: string, parity: Parity): Promise<void> {
  makeNamedFolder(folder);
  await writeAtomically(path.join(folder, 'report.json'), `${JSON.stringify(parity, null, 2)}\n`);
  await writeAtomically(path.join(folder, 'report.html'), parityPage(parity));
}
