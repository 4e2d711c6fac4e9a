import { epochMs, MINUTES_OF, type BarSlice, type EpochMs, type SimulationConfig, type Timeframe } from '@aitrader/model';
import { newYorkDate, sessionOn } from '@aitrader/core-sessions';

const MS_PER_MINUTE = 60_000;

/** When the bar that closed at `t` began; a daily one with its session. @throws CalendarRangeError */
export function beginOf(t: EpochMs, timeframe: Timeframe): EpochMs {
  const session = timeframe === '1d' ? sessionOn(newYorkDate(t)) : undefined;
  return session !== undefined && session.open < t ? session.open : epochMs(t - MINUTES_OF[timeframe] * MS_PER_MINUTE);
}

/**
 * Whether an order that was given at `given` has reached the market before the bars of interval `t` began. Without latency that is any
 * interval after it: an order never trades in a bar that closed when it was given. @throws CalendarRangeError
 */
export function hasArrived(given: EpochMs, t: EpochMs, bars: readonly BarSlice[], { latencyMs }: SimulationConfig): boolean {
  if (t <= given) return false;
  const [first] = bars;
  return latencyMs === 0 || first === undefined || beginOf(t, first.timeframe) >= given + latencyMs;
}
