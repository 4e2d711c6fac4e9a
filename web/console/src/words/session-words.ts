import type { MarketPart } from '@aitrader/application-console';
import { duration } from './times.ts';

const PHASES: Readonly<Record<string, string>> = {
  PRE: 'pre-market',
  RTH: 'regular hours',
  POST: 'after hours',
  OVERNIGHT: 'overnight',
  CLOSED: 'closed',
};

export const phaseWords = (phase: string): string => PHASES[phase] ?? phase.toLowerCase();

/** What the session of the day comes to next at `t`. */
export function countdown({ open, close }: Pick<MarketPart, 'open' | 'close'>, t: number): string {
  if (open === null || close === null) return 'no session on this date';
  if (t < open) return `opens in ${duration(open - t)}`;
  if (t < close) return `closes in ${duration(close - t)}`;
  return `closed ${duration(t - close)} ago`;
}

/** Bars that are played have a clock of their own: the run's. A live market's is everybody's. */
export const isPlayed = ({ dataLevel }: Pick<MarketPart, 'dataLevel'>): boolean => dataLevel === null;
