import {
  compareText,
  epochMs,
  newBarSlice,
  newSignalSlice,
  newStateSlice,
  type Signal,
  STATE_WIDTH,
  type StrategyInput,
  type StrategyEntry,
  type StrategyParameters,
  ticker,
  type Timeframe,
} from '@aitrader/model';
import { strategiesStage } from '../src/index.ts';
import { type Figures, rowOf } from './state-row.ts';

export const MINUTE = 60_000;
/** A Monday and the day after, both from 14:30 to 21:00 UTC. */
export const MONDAY_OPEN = Date.UTC(2024, 2, 4, 14, 30);
export const TUESDAY_OPEN = Date.UTC(2024, 2, 5, 14, 30);

/** Windows short enough for sequences made by hand. */
export const CONFIG = {
  openingRangeMinutes: 3,
  donchianBars: 3,
  atrBars: 2,
  stopAtr: 2,
  targetAtr: 3,
  velocityUpMin: 0.6,
  turbulentMax: 0.3,
  horizonMinutes: 100,
  holdMinutes: 0,
  warmUpBars: 4,
};

/** A bar of one symbol with the state that came of it; what is left out is unremarkable. */
export interface Print {
  readonly open?: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly flags?: number;
  readonly state?: Figures;
}

/** States whose velocity is surely up, and surely down. */
export const RISING = { velocityUp: 800_000 } as const;
export const FALLING = { velocityUp: 200_000 } as const;

/** A minute in which a 100-dollar stock moved one dollar and closed where it was. */
export const quiet: Print = { high: 100.5, low: 99.5, close: 100 };
/** A close two dollars above the quiet minutes, and one two dollars below. */
export const surge: Print = { high: 102, low: 100, close: 102, state: RISING };
export const slump: Print = { high: 100, low: 98, close: 98, state: FALLING };

/** The slices of one interval. */
export function interval(t: number, prints: Readonly<Record<string, Print>>, timeframe: Timeframe = '1m'): StrategyInput {
  const symbols = Object.keys(prints).sort(compareText).map(ticker);
  const bars = newBarSlice(0, timeframe, symbols.length);
  const states = newStateSlice(0, symbols.length);
  Object.assign(bars, { t: epochMs(t), count: symbols.length, symbols });
  Object.assign(states, { t: epochMs(t), count: symbols.length, symbols: [...symbols], model: 'test-model' });
  symbols.forEach((symbol, row) => {
    const { high, low, close, open = close, flags = 0, state = {} } = prints[symbol] ?? quiet;
    bars.open[row] = open;
    bars.high[row] = high;
    bars.low[row] = low;
    bars.close[row] = close;
    bars.volume[row] = 100;
    bars.flags[row] = flags;
    states.rows.set(rowOf(state), row * STATE_WIDTH);
  });
  return { bars, states, control: [] };
}

/** A breakout alone, by these parameters. */
export const breakoutBy = (parameters: StrategyParameters = CONFIG): readonly StrategyEntry[] => [
  { name: 'breakout', kind: 'breakout', parameters },
];

/** A strategy that has seen nothing yet, to be fed interval by interval. */
export function newStrategy(config: StrategyParameters = {}, timeframe: Timeframe = '1m') {
  const state = strategiesStage.initial(breakoutBy({ ...CONFIG, ...config }));
  const emit = newSignalSlice(0);
  const at = (t: number, prints: Readonly<Record<string, Print>>): readonly Signal[] => {
    strategiesStage.apply(state, interval(t, prints, timeframe), emit);
    return [...emit.signals];
  };
  return {
    state,
    at,
    /** one bar of AAPL that closes so many minutes after an open */
    minute: (minute: number, print: Print, open = MONDAY_OPEN): Signal | undefined =>
      at(open + minute * MINUTE, { AAPL: print })[0],
    /** quiet bars of AAPL that close after each of the minutes */
    quietMinutes(first: number, last: number, open = MONDAY_OPEN): void {
      for (let minute = first; minute <= last; minute++) this.minute(minute, quiet, open);
    },
  };
}
