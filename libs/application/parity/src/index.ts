export { BINS, type Bin, type BinTotal, type ParityLine } from './parity-line.ts';
export { parityOf, type Parity, type ParityRequest } from './run-parity.ts';
export {
  shadowOf,
  type ShadowDifference,
  type ShadowDifferenceKind,
  type ShadowRequest,
  type ShadowVerdict,
} from './shadow-run.ts';
export { PARITY_FILES, writeParity } from './write-parity.ts';
export { parityPage } from './page/parity-page.ts';
export { BIN_WORDS } from './page/words.ts';
