import {
  canonicalSymbol,
  capabilityOf,
  VENDOR_TIMEFRAMES,
  VENDORS,
  type KnownAdjustment,
  type Vendor,
} from '@aitrader/adapter-market-data';
import type { Ticker } from '@aitrader/model';

export { VENDORS };

/** Timeframes that history is fetched in. */
export const TIMEFRAMES_TO_FETCH = VENDOR_TIMEFRAMES;
/** What fetched prices may be adjusted for; which of them a vendor has is its capability. */
export const ADJUSTMENTS_TO_FETCH: readonly KnownAdjustment[] = ['raw', 'split', 'all'];

/** The variables that hold the keys of vendors. */
export const keyVariablesOf = (vendors: readonly Vendor[]): readonly string[] => [
  ...new Set(vendors.flatMap((vendor) => capabilityOf(vendor).keys)),
];

/** Symbols separated by commas, in any spelling that vendors have: BRK-B is BRK.B. @throws UnitError for what is none */
export const vendorSymbols = (text: string): readonly Ticker[] => text.split(',').map(canonicalSymbol);
