import { z } from 'zod';
import { SCAN_KINDS, type Watchlist } from '@aitrader/model';
import { count, epochMs, ticker } from './wire-units.ts';

/** Today's schema of the fact `watchlists`. */
export const watchlistsV1 = z
  .strictObject({
    t: epochMs.describe('close of the interval, milliseconds since the epoch, UTC'),
    until: epochMs.describe(
      'the last instant at which the list is in effect, milliseconds since the epoch, UTC; the first one is t',
    ),
    kind: z
      .enum(SCAN_KINDS)
      .describe('premarket: before the regular hours; regular: in them; daily: at the close of a daily bar'),
    minute: z
      .int()
      .min(0)
      .max(1440)
      .describe('configured time of the scan, minutes of the day in New York; of daily bars, their close'),
    eligible: count.describe('symbols that had all figures and passed the filters'),
    symbols: z
      .array(ticker)
      .readonly()
      .describe('symbols in the order of rank, the best first, none twice; every column has one value for each'),
    scoreMicro: z.array(z.int().describe('1e-6')).readonly().describe('scores, 1e-6'),
    gapPpm: z
      .array(z.int().describe('1e-6'))
      .readonly()
      .describe('opens, or before them the last prices, over the last regular closes less 1, 1e-6; 0 when not known'),
    relativeVolumeMilli: z
      .array(z.int().min(0).describe('1e-3'))
      .readonly()
      .describe(
        'volumes of the trade date so far over their means up to the same time of the days before, 1e-3; 0 when not known',
      ),
    rangePpm: z
      .array(z.int().min(0).describe('1e-6'))
      .readonly()
      .describe('true ranges of the trade date so far over the last prices, 1e-6'),
    trendMilli: z
      .array(z.int().describe('1e-3'))
      .readonly()
      .describe('velocities over their standard deviations, 1e-3; 0 when not known'),
    uncertaintyE8: z
      .array(z.int().min(0).describe('1e-8'))
      .readonly()
      .describe("standard deviations of the next closes' log returns, 1e-8; 0 when not known"),
  })
  .describe(
    'What a scan put on the list, in effect from its own interval on. Risk refuses entries in anything else.',
  ) satisfies z.ZodType<Watchlist>;
