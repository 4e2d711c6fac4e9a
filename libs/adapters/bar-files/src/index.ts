export { type BarColumns } from './bar-columns.ts';
export { BarFileError, type BarFilePlace } from './bar-file-error.ts';
export { type CloseOfDay } from './close-times.ts';
export { parseDecimal } from './decimal.ts';
export { BARS_MAX, loadBarFiles, type LoadedBars, type LoadOptions } from './load-bar-files.ts';
