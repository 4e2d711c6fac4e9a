/** A scanner to try: intervals of New York days, written down in dollars and shares. For specs only. */
import {
  AT,
  epochMs,
  item,
  newBarSlice,
  newScannerWord,
  newStateSlice,
  shardOf,
  STATE_WIDTH,
  ticker,
  type Control,
  type EpochMs,
  type ScannerConfig,
  type ScannerInput,
  type Timeframe,
  type Watchlist,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { scannerStage, type ScannerState } from '../src/index.ts';

/** Scans at 09:25, 10:00 and 15:00; all that has a gap and a volume of one day before is ranked by its gap. */
export const CONFIG: ScannerConfig = {
  times: [565, 600, 900],
  top: 3,
  priceMinDollars: 1,
  priceMaxDollars: 1_000,
  dollarVolumeMin: 0,
  volumeDays: 3,
  volumeDaysMin: 1,
  staleMinutesMax: 15,
  stayScore: 0,
  weights: { gap: 1, relativeVolume: 0, range: 0, trend: 0, uncertainty: 0 },
};

/** A bar of a symbol and the state that came of it; what is left out is unremarkable. */
export interface Print {
  readonly close: number;
  readonly open?: number;
  readonly high?: number;
  readonly low?: number;
  readonly volume?: number;
  readonly flags?: number;
  readonly velocity?: number;
  readonly width?: number;
  readonly stateFlags?: number;
}
export type Prints = Readonly<Record<string, Print>>;

export interface Desk {
  state: ScannerState;
  /** lets an interval close, and returns the list that was made at it */
  at(date: string, minute: number, prints?: Prints, control?: readonly Control[]): Watchlist | null;
}

export function givenScanner(changes: Partial<ScannerConfig> = {}, timeframe: Timeframe = '1m'): Desk {
  const word = newScannerWord();
  return {
    state: scannerStage.initial({ ...CONFIG, ...changes }),
    at(date, minute, prints = {}, control = []) {
      scannerStage.apply(this.state, inputOf(newYorkInstant(date, minute), prints, { timeframe, control }), word);
      return word.watchlist;
    },
  };
}

interface Delivery {
  readonly timeframe?: Timeframe;
  readonly shards?: number;
  readonly control?: readonly Control[];
}

/** The stage's input for an interval, its symbols split over shards as in a run. */
export function inputOf(t: EpochMs, prints: Prints, { timeframe = '1m', shards = 1, control = [] }: Delivery = {}): ScannerInput {
  const slices = Array.from({ length: shards }, (_, shard) => slicesOf(t, shard, shards, prints, timeframe));
  return { t, bars: slices.map(({ bars }) => bars), states: slices.map(({ states }) => states), control };
}

function slicesOf(t: EpochMs, shard: number, shards: number, prints: Prints, timeframe: Timeframe) {
  const own = Object.keys(prints)
    .filter((symbol) => shardOf(symbol, shards) === shard)
    .sort();
  const bars = newBarSlice(shard, timeframe, own.length);
  const states = newStateSlice(shard, own.length);
  Object.assign(bars, { t: epochMs(t), count: own.length, symbols: own.map(ticker) });
  Object.assign(states, { t: epochMs(t), count: own.length, symbols: own.map(ticker) });
  own.forEach((symbol, i) => {
    const {
      close,
      open = close,
      high = Math.max(open, close),
      low = Math.min(open, close),
      ...more
    } = item([prints[symbol]], 0) ?? { close: NaN };
    bars.open[i] = open;
    bars.high[i] = high;
    bars.low[i] = low;
    bars.close[i] = close;
    bars.volume[i] = more.volume ?? 100;
    bars.flags[i] = more.flags ?? 0;
    const row = i * STATE_WIDTH;
    states.rows[row + AT.velocity] = more.velocity ?? 0;
    states.rows[row + AT.velocityVariance] = 10_000;
    states.rows[row + AT.a025] = -(more.width ?? 200_000) / 2;
    states.rows[row + AT.a975] = (more.width ?? 200_000) / 2;
    states.rows[row + AT.flags] = more.stateFlags ?? 0;
  });
  return { bars, states };
}
