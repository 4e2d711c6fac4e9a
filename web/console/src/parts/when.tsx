import type { JSX } from 'react';
import { clock, date, dateAndClock, utc } from '../words/times.ts';

/** An instant as New York's clock shows it; with the date where that is another than `on`. In UTC for who points at it. */
export const When = ({
  t,
  on,
  dated = false,
}: {
  readonly t: number;
  readonly on?: number;
  readonly dated?: boolean;
}): JSX.Element => (
  <time dateTime={new Date(t).toISOString()} title={utc(t)}>
    {dated || (on !== undefined && date(on) !== date(t)) ? dateAndClock(t) : clock(t)}
  </time>
);
