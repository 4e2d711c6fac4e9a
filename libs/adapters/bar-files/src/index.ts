export { type BarColumns } from './bar-columns.ts';
export { barCsvText } from './bar-csv-text.ts';
export { BarFileError, TooManyBarsError, type BarFilePlace } from './bar-file-error.ts';
export { type ReadFile, type ReadingOptions } from './bar-shape.ts';
export { checkBarFiles } from './check-bar-files.ts';
export { type CloseOfDay } from './close-times.ts';
export { parseDecimal } from './decimal.ts';
export { BARS_MAX, loadBarFiles, type HeldSymbol, type LoadedBars, type LoadOptions } from './load-bar-files.ts';
export { readingText } from './reading-text.ts';
