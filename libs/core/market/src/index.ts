export { type BarTable, assertBarTable, BarTableError, firstRowFrom } from './bar-table.ts';
export { type BarRow, type BarTableDraft, appendBar, finishBarTable, newBarTableDraft } from './bar-table-draft.ts';
export { type JudgedBar, type QualityLimits, flagsOf, newJudgedBar, QUALITY_LIMITS } from './bar-quality.ts';
export { type ComparedBar, type Coverage, type Disagreement, disagreementOf } from './bar-agreement.ts';
export {
  type LevelCheck,
  checkMinute,
  CLEAN_MINUTES_MAX,
  LIVE_SHAPE,
  newLevelCheck,
  saidBefore,
  STALE_SHARE_MAX,
} from './level-check.ts';
export { type VendorAgreement, compareVendors, symbolsToAsk } from './vendor-agreement.ts';
export { type IntervalBounds, firstInterval, intervalCount } from './interval-clock.ts';
export {
  type FeedEnd,
  type FeedOptions,
  type SliceFeed,
  goOnWith,
  intervalToCome,
  newSliceFeed,
  newSlices,
  nextInterval,
  SHARDS_MAX,
  skipTo,
} from './slice-feed.ts';
export {
  type LiveMinutes,
  type LiveOptions,
  type Taken,
  closeMinute,
  dueAt,
  newLiveMinutes,
  newLiveSlices,
  noteHalt,
  restoreSlice,
  resumeAfter,
  takeBar,
} from './live-minutes.ts';
export { type BarRank, type SaidBar, BAR_RANK, rankOfFetched } from './minute-store.ts';
export { noteConnected, noteDisconnected, noteHopeless, noteDoubtful, noteFetched, toFetch } from './outages.ts';
export { type DataLevelOptions } from './data-levels.ts';
export { type ClockSample, noteClock, sampleOfStamp } from './clock-skew.ts';
export { type DataWatch, newDataWatch, noteSaid, restoreMinute, watchMinute } from './data-watch.ts';
export { type SaidTrade, newTradeMinutes, takeTrade, tradeBarsDue } from './trade-minutes.ts';
export {
  type LiveSources,
  type SourceOptions,
  chosenLive,
  closeNext,
  newLiveSources,
  nextLook,
  restoreSources,
  resumeSources,
  wantsCold,
  watchDown,
} from './live-sources.ts';
export {
  type BarRecall,
  BAR_RECALL_LAYOUT,
  type FeedCommands,
  commandFeed,
  fitNameOf,
  newBarRecall,
  recallBars,
  recallCommand,
  takeUpMemory,
} from './bar-recall.ts';
export { minuteAfter } from './session-minutes.ts';
export { type SyntheticOptions, denseMarket, SAMPLE_SYMBOLS, sampleMarket, syntheticMarket } from './synthetic-market.ts';
export { dailyClose, dayBounds } from './market-dates.ts';
export { type ParameterFeed, newParameterFeed, parametersDue, skipParameters } from './parameter-feed.ts';
export {
  type ActionAgenda,
  type PriceMap,
  actionsDue,
  agendaOf,
  CorporateActionError,
  hearActions,
  inOrderOfForce,
  isActionDue,
  mappedPrice,
  newAgenda,
  priceMapOf,
  symbolsOf,
} from './corporate-actions.ts';
export { actionCommands, tradeDateStart } from './action-commands.ts';
export { textOfAction, type ActionText } from './action-text.ts';
export { type UnknownBasis, actionsOfBasis } from './action-basis.ts';
export { type View, AdjustmentError, adjustedBars } from './adjusted-bars.ts';
