export { isArchive, type ActionCounts, type AsOf } from '@aitrader/adapter-bar-archive';
export { aggregateBars } from './aggregate-bars.ts';
export {
  type BarCheck,
  type BarFlagName,
  checkBars,
  type CheckedGap,
  type CheckedSession,
  type CheckedSymbol,
  type DoubtCounts,
  type FlagCounts,
  type PhaseCounts,
  type QuarantinedBar,
  type SplitLikeJump,
} from './check-bars.ts';
export { compareBars, type Agreement, type AgreementCounts, type DisagreeingBar } from './compare-bars.ts';
export { checkSource } from './check-source.ts';
export { importFiles, type ImportRequest, type ImportedFile, type ImportWatcher } from './import-files.ts';
export { importRecording, type ImportedRecording, type RecordingRequest } from './import-recording.ts';
export { isArchiveTarget, keepFetched, type KeptBars } from './keep-fetched.ts';
export { loadBars, openBars, type LoadedMarket, type OpenMarket } from './load-bars.ts';
export { ADJUSTMENTS_TO_FETCH, keyVariablesOf, TIMEFRAMES_TO_FETCH, VENDORS, vendorSymbols } from './fetch-choices.ts';
export { actionsOfMarket, basisOfSources } from './actions-of-market.ts';
export { importActions, loadNamedActions, type ActionsImport } from './archived-actions.ts';
export { fetchActions, type ActionsRequest, type FetchedActions } from './fetch-actions.ts';
export { fetchBars, type FetchedBars, type FetchRequest, type VendorOutside } from './fetch-bars.ts';
export { readActions } from './actions-file.ts';
export { type MarketBars } from './market-bars.ts';
export { premarketOf, type PremarketSymbol } from './premarket.ts';
export { assertTradable } from './tradable-market.ts';
export { marketOf, newManifest, type RunMarket } from './new-manifest.ts';
export { compactBars } from './compact-bars.ts';
export { archiveListing, type ArchiveListing, type ListedSymbol } from './archive-listing.ts';
export {
  inOnePart,
  inSharedMemory,
  newMarketFeed,
  skipMarketTo,
  wholeTable,
  type MarketFeed,
  type PartedBars,
} from './parted-bars.ts';
export { loadSample } from './sample.ts';
export { selectBars } from './select-bars.ts';
export { isArrowFile, requireArrowName, writeArrow } from './write-arrow.ts';
export { requireBarFileName, writeBars } from './write-bars.ts';
