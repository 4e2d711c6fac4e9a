import type { Trip, TripKind } from '@aitrader/model';
import { share } from './figures.ts';

type Told = Omit<Trip, 'id' | 't'>;

const byWhom =
  (done: string) =>
  ({ by, reason }: Told): string =>
    `${done} by ${by === '' ? 'an operator' : by}${reason === '' ? '' : ` (${reason})`}`;
const lossOf =
  (what: string) =>
  ({ value, limit }: Told): string =>
    limit === 0 ? `halted at the limit of ${what}` : `halted by ${what} of ${share(value)}, the limit is ${share(limit)}`;

const WORDS: Readonly<Record<TripKind, (told: Told) => string>> = {
  halt: byWhom('halted'),
  'reduce-only': byWhom('made reduce-only'),
  flatten: byWhom('flattened'),
  drawdown: lossOf('a drawdown'),
  'daily-loss': lossOf('a loss of the day'),
};

/** What halted entries: who commanded it and why, or which loss reached which limit. */
export const tripWords = (trip: Told): string => WORDS[trip.kind](trip);
