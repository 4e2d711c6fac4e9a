export { collect, newBarCollection, tableOf, type BarCollection } from './bar-collection.ts';
export { ALPACA_ACTIONS } from './alpaca-actions-answer.ts';
export { type ActionBatch, type ActionRequest, type ActionRow, type VendorActions } from './alpaca-actions.ts';
export { capabilityOf, openActions, openVendor, type VendorOptions } from './open-vendor.ts';
export { NO_STORE, rawStore, type RawAnswer, type RawStore } from './raw-store.ts';
export {
  VENDOR_TIMEFRAMES,
  VENDORS,
  type BarBatch,
  type BarRequest,
  type FeedCapability,
  type HistoryCapability,
  type KnownAdjustment,
  type MarketCalendar,
  type RateLimit,
  type ServerClock,
  type SetAside,
  type SetAsideReason,
  type Vendor,
  type VendorBar,
  type VendorBars,
  type VendorCapability,
  type VendorTimeframe,
} from './vendor-bars.ts';
export { withoutSecrets } from './secrets.ts';
export { VendorError, type VendorProblem } from './vendor-error.ts';
export { VendorKeysError } from './vendor-keys.ts';
export { canonicalSymbol } from './vendor-symbol.ts';
