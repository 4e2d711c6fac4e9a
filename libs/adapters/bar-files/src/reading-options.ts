import { BarFileError } from './bar-file-error.ts';
import type { ReadFile, ReadingOptions } from './bar-shape.ts';
import { timeZoneProblem } from './time-zone.ts';

/** @throws BarFileError for options that no file could be read with */
export function requireReadable({ timeZone }: ReadingOptions): void {
  const problem = timeZone === undefined ? undefined : timeZoneProblem(timeZone);
  if (problem !== undefined) throw new BarFileError({ file: '--time-zone', value: timeZone ?? '' }, problem);
}

/** @throws BarFileError for a symbol that no file takes, since all name theirs: another one was meant, or other files */
export function requireOfUse({ symbol }: ReadingOptions, files: readonly ReadFile[]): void {
  if (symbol === undefined || files.some((file) => file.symbol !== undefined)) return;
  throw new BarFileError(
    { file: '--symbol', value: symbol },
    'is of no use: the files name their symbols themselves (--symbols picks from them)',
  );
}
