import { addSlot, findSlot, newSymbolIndex, type ScannerConfig, type SymbolIndex, type Ticker } from '@aitrader/model';
import { type ActionAgenda, newAgenda } from '@aitrader/core-market';
import { type DayVolumes, growVolumes, newDayVolumes } from './day-volumes.ts';
import { newScanSchedule, type ScanSchedule } from './scan-schedule.ts';

/** What is known of each symbol, by slot. A price of 0 is not known, nor is a figure that is NaN. */
export interface Columns {
  /** the last close of the regular hours of the session before this one, dollars */
  regularClose: Float64Array;
  /** of the trade date so far: close and open of the regular hours, last price, high and low of all hours, dollars */
  dayClose: Float64Array;
  open: Float64Array;
  last: Float64Array;
  high: Float64Array;
  low: Float64Array;
  /** shares of all hours */
  volume: Float64Array;
  /** close of the last bar of the trade date, epoch ms */
  closedAt: Float64Array;
  /** of the last state: velocity over its standard deviation; standard deviation of the next close's log return, 1e-8 */
  trend: Float64Array;
  uncertainty: Float64Array;
  /** bits of DOUBT */
  doubt: Float64Array;
  /** 1 on the list that the trade date made last */
  listed: Float64Array;
}

/** Why a symbol is not listed. */
export const DOUBT = {
  /** its last bar is suspect: the next one may confirm it */
  LAST_BAR: 1,
  /** its shares may be others than yesterday: not on this trade date */
  TODAY: 2,
} as const;

/** All that the scanner knows, as plain data. Bounded by the universe, the scans of a day and the days of its means. */
export interface ScannerState {
  readonly config: ScannerConfig;
  readonly schedule: ScanSchedule;
  /** corporate actions that are not in force yet */
  readonly agenda: ActionAgenda;
  /** the interval scanned last; −1 before the first */
  t: number;
  /** index of the session that the columns are of; −1 before the first */
  session: number;
  /** whether its bars were seen from its opening on, and it is no half day: else it counts in no mean */
  isWholeDay: boolean;
  readonly index: SymbolIndex;
  readonly columns: Columns;
  /** of whole days, and up to each scan's time */
  readonly dayVolumes: DayVolumes;
  readonly scanVolumes: readonly DayVolumes[];
}

const SLOTS_AT_FIRST = 64;

const column = (): Float64Array => new Float64Array(SLOTS_AT_FIRST);

/** Goes on with the days that were seen. Where they were seen at other times of the day, or are others in number, they count for nothing. */
export function goOnWithDays(config: ScannerConfig, [ended]: readonly ScannerState[]): ScannerState {
  const fresh = newScannerState(config);
  if (ended === undefined) return fresh;
  const { times, volumeDays } = ended.config;
  const isAlike = volumeDays === config.volumeDays && times.join() === config.times.join();
  return isAlike ? { ...ended, config } : { ...fresh, agenda: ended.agenda, t: ended.t };
}

/** A scanner that has seen nothing. */
export function newScannerState(config: ScannerConfig): ScannerState {
  const { times, volumeDays } = config;
  return {
    config,
    schedule: newScanSchedule(config),
    agenda: newAgenda(),
    t: -1,
    session: -1,
    isWholeDay: false,
    index: newSymbolIndex(),
    columns: {
      regularClose: column(),
      dayClose: column(),
      open: column(),
      last: column(),
      high: column(),
      low: column(),
      volume: column(),
      closedAt: column(),
      trend: column(),
      uncertainty: column(),
      doubt: column(),
      listed: column(),
    },
    dayVolumes: newDayVolumes(volumeDays, SLOTS_AT_FIRST),
    scanVolumes: times.map(() => newDayVolumes(volumeDays, SLOTS_AT_FIRST)),
  };
}

/** The slot of a symbol, a new one when it was never seen; `likely` is where to look first. */
export function slotOf(state: ScannerState, symbol: Ticker, likely: number): number {
  const known = findSlot(state.index, symbol, likely);
  if (known >= 0) return known;
  const slot = addSlot(state.index, symbol);
  if (slot === state.columns.last.length) grow(state, slot * 2);
  return slot;
}

function grow({ columns, dayVolumes, scanVolumes }: ScannerState, slots: number): void {
  const grown = (values: Float64Array): Float64Array => {
    const larger = new Float64Array(slots);
    larger.set(values);
    return larger;
  };
  columns.regularClose = grown(columns.regularClose);
  columns.dayClose = grown(columns.dayClose);
  columns.open = grown(columns.open);
  columns.last = grown(columns.last);
  columns.high = grown(columns.high);
  columns.low = grown(columns.low);
  columns.volume = grown(columns.volume);
  columns.closedAt = grown(columns.closedAt);
  columns.trend = grown(columns.trend);
  columns.uncertainty = grown(columns.uncertainty);
  columns.doubt = grown(columns.doubt);
  columns.listed = grown(columns.listed);
  growVolumes(dayVolumes, slots);
  for (const ring of scanVolumes) growVolumes(ring, slots);
}
