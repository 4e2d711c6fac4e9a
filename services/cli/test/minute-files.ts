import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { leaveOut, referencePath } from '../../../tools/testing/reference-data.ts';

/** Files of real minute bars whose names begin with `prefix`; undefined when this machine does not have them. */
export function minuteFiles(prefix: string): string[] | undefined {
  const folder = referencePath('data/minute');
  if (!existsSync(folder)) {
    leaveOut(`bars of ${prefix}…`, folder);
    return undefined;
  }
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => path.join(folder, name));
}
