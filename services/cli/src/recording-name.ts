import { existsSync } from 'node:fs';
import { isArchive } from '@aitrader/application-markets';

/** The built-in market, where bars are named. */
export const SAMPLE = 'sample';

const RUN = /^[a-z0-9][a-z0-9-]*$/;

/** A file or an archive of that name comes before a recording; what cannot be the name of one is a file, if a missing one. */
export const isRecordingName = (name: string): boolean =>
  name !== SAMPLE && RUN.test(name) && !isArchive(name) && !existsSync(name);
