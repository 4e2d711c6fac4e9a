import type { Ticker } from './ids.ts';

/**
 * How far the market's data can be relied on.
 * - 0: as it should be
 * - 1: a vendor is down, and the next one gives the bars
 * - 2: some symbols are not to be relied on: no entries on those
 * - 3: no entries at all; exits go on
 * - 4: there is no data: no entries, and exits rest with what stands at the broker
 */
export type DataLevelNumber = 0 | 1 | 2 | 3 | 4;

export const DATA_LEVELS: readonly DataLevelNumber[] = [0, 1, 2, 3, 4];

/**
 * What is the matter with the data of a minute.
 * - `beginning`: no bar has come yet
 * - `disconnected`: bars may have been lost
 * - `late`: it was known too late to act on
 * - `backfilled`: it was fetched afterwards
 * - `clock`: the clock is off by more than is allowed
 * - `clock-unknown`: nobody has said lately how far the clock is off
 * - `last-resort`: it comes from a vendor that no order may rest on
 * - `stale`: symbols are silent that should not be
 * - `failover`: it comes from another vendor than the first
 */
export type DataCause =
  'beginning' | 'disconnected' | 'late' | 'backfilled' | 'clock' | 'clock-unknown' | 'last-resort' | 'stale' | 'failover';

export const DATA_CAUSES: readonly DataCause[] = [
  'beginning',
  'disconnected',
  'late',
  'backfilled',
  'clock',
  'clock-unknown',
  'last-resort',
  'stale',
  'failover',
];

/** How far the data can be relied on from an interval on. */
export interface DataLevel {
  readonly level: DataLevelNumber;
  /** symbols without entries for a reason of their own, in canonical order */
  readonly symbols: readonly Ticker[];
  /** what is the matter now, in the order of {@link DATA_CAUSES}; none while it is only waited whether all stays well */
  readonly causes: readonly DataCause[];
  /** vendor and feed that the bars are of */
  readonly feed: string;
  /** how far our clock is behind the vendor's at least, ms; negative when it is ahead, 0 also where nobody knows */
  readonly clockBehindMs: number;
}
