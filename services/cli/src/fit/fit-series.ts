import { dayBounds } from '@aitrader/core-market';
import { evenly, logPricesBp, percentReturns, type TimedSeries } from '@aitrader/core-estimation';
import { tradingMinutesBetween, type Phase } from '@aitrader/core-sessions';
import { epochMs, item, read, readInt32, type Timeframe } from '@aitrader/model';
import type { MarketBars } from '@aitrader/adapter-bar-sources';
import type { BarOptions } from '../bar-options.ts';
import type { ModelName } from './model-options.ts';
import { columnOf, indexColumnOf, numbersOf, placeOf, readSeriesTable, stepsOf, textsOf } from './series-file.ts';

/** One series to fit, and how to speak of it. */
export interface FitSeries {
  /** null for a plain series */
  readonly symbol: string | null;
  /** what a parameters file calls it: the symbol, or the column */
  readonly key: string;
  /** what people call it: the symbol, or file and column */
  readonly name: string;
  readonly series: TimedSeries;
  /** where an observation stands, for a message */
  readonly place: (index: number) => string;
  /** columns of text that observations are known by in a table */
  readonly labels: readonly { readonly name: string; readonly cells: readonly string[] }[];
  /** length of the bars, and the closes of the first and last, epoch ms; null for a plain series */
  readonly timeframe: Timeframe | null;
  readonly from: number | null;
  readonly to: number | null;
}

/** The filter of the probability stage counts these minutes, and no step as shorter than one. */
const TRADING_PHASES: readonly Phase[] = ['PRE', 'RTH', 'POST'];
const STEP_MINUTES_MIN = 1;

/** A column of a file as it is. @throws Error that names file, line, column and value */
export async function plainSeries(
  file: string,
  column: string | undefined,
  timeColumn: string | undefined,
  symbol: string | null,
): Promise<FitSeries> {
  const table = await readSeriesTable(file);
  const chosen = columnOf(table, column, timeColumn);
  const values = numbersOf(table, chosen);
  const index = timeColumn ?? indexColumnOf(table, chosen);
  return {
    symbol,
    key: symbol ?? chosen,
    name: `${file}, column ${chosen}`,
    series: timeColumn === undefined ? evenly(values) : { values, steps: stepsOf(table, timeColumn) },
    place: (row) => `${placeOf(table, row)}: ${chosen}`,
    labels: [
      index === undefined
        ? { name: 'row', cells: table.rows.map((_, i) => String(i + 1)) }
        : { name: index === '' ? 'row' : index, cells: textsOf(table, index) },
    ],
    timeframe: null,
    from: null,
    to: null,
  };
}

/** Times and closes of each symbol's bars within the dates. */
function closesBySymbol(bars: MarketBars, { from, to }: BarOptions): Map<string, { t: number[]; close: number[] }> {
  const first = from === undefined ? -Infinity : dayBounds(from).first;
  const last = to === undefined ? Infinity : dayBounds(to).last;
  const found = new Map(bars.symbols.map((symbol) => [String(symbol), { t: [] as number[], close: [] as number[] }]));
  for (let row = 0; row < bars.count; row++) {
    const t = read(bars.t, row);
    if (t < first || t > last) continue;
    const columns = found.get(item(bars.symbols, readInt32(bars.symbol, row)));
    columns?.t.push(t);
    columns?.close.push(read(bars.close, row));
  }
  return found;
}

/**
 * The series that a model takes from bars, one for each symbol: returns in per cent, or for the Kalman filter log prices in bp with
 * trading minutes between them. @throws Error for a symbol that has no bars
 */
export function barSeries(bars: MarketBars, model: ModelName, options: BarOptions): FitSeries[] {
  const found = closesBySymbol(bars, options);
  const wanted = options.symbols?.split(',').map((symbol) => symbol.trim()) ?? [...found.keys()];
  return [...new Set(wanted)].map((symbol) => {
    const { t, close } = found.get(symbol) ?? { t: [], close: [] };
    if (close.length === 0)
      throw new Error(`there are no bars of ${JSON.stringify(symbol)}: the bars are of ${[...found.keys()].join(', ')}`);
    const prices = Float64Array.from(close);
    const isLevels = model === 'kalman';
    const series = isLevels ? { values: logPricesBp(prices), steps: minutesBetween(t) } : evenly(percentReturns(prices));
    const times = (isLevels ? t : t.slice(1)).map(String);
    return {
      symbol,
      key: symbol,
      name: symbol,
      series,
      place: (index) => `${symbol} at ${times[index] ?? ''}`,
      labels: [
        { name: 'symbol', cells: times.map(() => symbol) },
        { name: 't', cells: times },
      ],
      timeframe: bars.timeframe,
      from: t[0] ?? null,
      to: t.at(-1) ?? null,
    };
  });
}

const minutesBetween = (t: readonly number[]): Float64Array =>
  Float64Array.from(t.slice(1), (close, i) =>
    Math.max(STEP_MINUTES_MIN, tradingMinutesBetween(epochMs(item(t, i)), epochMs(close), TRADING_PHASES)),
  );
