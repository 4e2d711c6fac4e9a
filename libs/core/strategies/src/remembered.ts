import type { HorizonLaw, HorizonLaws } from '@aitrader/core-horizon';
import type { ActionAgenda } from '@aitrader/core-market';
import type { CalendarCursor } from '@aitrader/core-sessions';
import type { StrategyEntry, SymbolIndex, Timeframe } from '@aitrader/model';
import type { Considered } from './strategy-kind.ts';

/** One strategy of a run, with what it remembers of each slot. Plain data. */
export interface RunningStrategy extends Considered<object> {
  readonly entry: StrategyEntry;
}

/** Everything that the strategies of a shard remember: plain data, its columns indexed by slot, one slot per symbol. */
export interface StrategiesState {
  readonly strategies: readonly RunningStrategy[];
  readonly cursor: CalendarCursor;
  readonly index: SymbolIndex;
  /** corporate actions that are not in force yet */
  readonly agenda: ActionAgenda;
  /** last close that is believed, dollars; NaN before the first */
  closes: Float64Array;
  /** of the last bars; null before the first */
  timeframe: Timeframe | null;
  /** of the horizons that the strategies have by such bars, from the shortest on */
  laws: HorizonLaws;
  /** where a law is written to be read at once */
  readonly law: HorizonLaw;
}
