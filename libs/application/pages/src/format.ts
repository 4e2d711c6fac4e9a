import { fixed } from '@aitrader/application-wording';
import { newYorkDate, newYorkInstant } from '@aitrader/core-sessions';
import { epochMs, type Timeframe } from '@aitrader/model';

const MINUTE_MS = 60_000;

export { fixed };

/** The same with its sign, also when it is positive. */
export const signed = (value: number, digits: number): string => (value > 0 ? `+${fixed(value, digits)}` : fixed(value, digits));
/** A count with separated thousands. */
export const whole = (value: number): string => value.toLocaleString('en-US');
/** A probability value, which below 1e-4 is only said to be so. */
export const probability = (value: number): string => (value < 1e-4 ? '< 0.0001' : fixed(value, 4));

/** New York date of a bar's close, with the time of day for bars shorter than a day. */
export function closeText(t: number, timeframe: Timeframe): string {
  const date = newYorkDate(epochMs(t));
  if (timeframe === '1d') return date;
  const minute = Math.round((t - newYorkInstant(date, 0)) / MINUTE_MS);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
