import { readingText, type ReadFile } from '@aitrader/adapter-bar-files';
import type { Timeframe } from '@aitrader/model';

/** Lines that are printed of a load: what is wrong with the reading of many files shows in the first of them. */
const LINES_MAX = 20;

/** How files of other shapes than the product's own were read, a line each, and how many more there are. */
export function readingTexts(files: readonly ReadFile[], timeframe: Timeframe | undefined): string[] {
  const others = files.filter(({ isOwn }) => !isOwn);
  const lines = others.slice(0, LINES_MAX).map((file) => readingText(file, timeframe));
  return others.length > LINES_MAX ? [...lines, `and ${others.length - LINES_MAX} files more`] : lines;
}
