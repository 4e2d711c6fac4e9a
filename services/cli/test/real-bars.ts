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

/** Files of real daily bars whose names match; undefined when this machine does not have them. */
export function dailyFiles(names: RegExp): string[] | undefined {
  const folder = referencePath('data/daily');
  if (!existsSync(folder)) {
    leaveOut(`daily bars of ${String(names)}`, folder);
    return undefined;
  }
  return readdirSync(folder)
    .filter((name) => names.test(name))
    .map((name) => path.join(folder, name));
}
