import type { BarShape } from './bar-shape.ts';
import type { EpochUnit } from './time-text.ts';

/** How a shape of table with a header is told from others: everything that is given must hold. */
export interface NamedShape extends BarShape {
  /** the header has exactly these cells */
  readonly exactly?: readonly string[];
  /** the header begins with these cells */
  readonly beginsWith?: readonly string[];
  /** the header has these cells, wherever */
  readonly has?: readonly string[];
  readonly lacks?: readonly string[];
  /** what the first times look like */
  readonly time?: RegExp;
  /** what the first prices look like */
  readonly price?: RegExp;
  /** the second row is of an earlier time than the first */
  readonly newestFirst?: true;
  readonly unit?: EpochUnit;
  /** how many of the numbers that stand for prices make a dollar; they are dollars without it */
  readonly pricesPerDollar?: number;
}

const ONLY_DATE = /^\d{4}-\d{2}-\d{2}$/;
const NAIVE_TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;
const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})$/;
const SECONDS = /^\d{9,10}$/;
const FOUR_PLACES = /^\d+\.\d{4}$/;
const NEW_YORK = 'America/New_York';

/** The columns of files that the product writes, in that order. */
export const OWN_COLUMNS = ['ts', 'open', 'high', 'low', 'close', 'volume', 'symbol'] as const;

/** The product's own columns: `ts` is the start of the bar in epoch ms, and fields are taken as they are. */
export const OWN_SHAPE: NamedShape = {
  title: 'bars as CSV',
  timeZone: undefined,
  stamp: 'start',
  adjustment: 'unknown',
  has: ['ts'],
  unit: 'milliseconds',
};

/** Columns that go by names that everybody uses: of such a file nothing is known but what it says. */
export const COLUMNS_BY_NAME: NamedShape = {
  title: 'columns by name',
  timeZone: undefined,
  stamp: undefined,
  adjustment: 'unknown',
};

/** Columns that were told. */
export const COLUMNS_AS_TOLD: NamedShape = { ...COLUMNS_BY_NAME, title: 'columns as told' };

const ALPHA_VANTAGE = {
  timeZone: NEW_YORK,
  stamp: 'start',
  symbolInName: /^(?:intraday_\w+?min|daily(?:_adjusted)?)_(.+)$/,
} as const;
const ALPHA_VANTAGE_COLUMNS = ['timestamp', 'open', 'high', 'low', 'close', 'volume'];
const TRADING_VIEW = {
  title: 'TradingView export',
  timeZone: undefined,
  stamp: 'start',
  // adjusted or not as the chart was
  adjustment: 'unknown',
  beginsWith: ['time', 'open', 'high', 'low', 'close'],
  symbolInName: /^(?:[A-Z]+_)?([A-Z][A-Z0-9.-]*), .+$/,
  missingHint: '; add Volume to the chart before it is exported',
} as const;
const BARCHART = {
  title: 'Barchart history',
  timeZone: undefined,
  stamp: undefined,
  adjustment: 'unknown',
  dates: 'mdy',
} as const;
const DATABENTO = {
  title: 'Databento',
  timeZone: undefined,
  stamp: 'start',
  adjustment: 'raw',
  has: ['ts_event', 'rtype', 'publisher_id', 'instrument_id'],
  unit: 'nanoseconds',
} as const;
const YFINANCE = { timeZone: NEW_YORK, stamp: 'start' } as const;

/** Shapes of tables with one header, the most special first. */
export const NAMED_SHAPES: readonly NamedShape[] = [
  OWN_SHAPE,
  {
    title: 'Yahoo Finance history',
    timeZone: NEW_YORK,
    stamp: 'start',
    adjustment: 'split',
    exactly: ['Date', 'Open', 'High', 'Low', 'Close', 'Adj Close', 'Volume'],
    time: ONLY_DATE,
  },
  // yfinance adjusts prices for splits and dividends unless told not to, and keeps Adj Close only then
  { ...YFINANCE, title: 'yfinance history', adjustment: 'split', has: ['Dividends', 'Stock Splits', 'Adj Close'] },
  { ...YFINANCE, title: 'yfinance history', adjustment: 'all', has: ['Dividends', 'Stock Splits'] },
  { ...YFINANCE, title: 'yfinance', adjustment: 'split', has: ['Datetime', 'Adj Close'] },
  {
    title: 'Massive (Polygon) flat file',
    timeZone: undefined,
    stamp: 'start',
    adjustment: 'raw',
    has: ['ticker', 'window_start'],
    unit: 'nanoseconds',
  },
  {
    title: 'Stooq',
    timeZone: undefined,
    stamp: undefined,
    adjustment: 'unknown',
    has: ['<TICKER>', '<PER>', '<DATE>'],
    marketEnding: /\.US$/,
  },
  // prices as whole numbers of 1e-9 dollars, unless they were asked for otherwise
  { ...DATABENTO, price: /^\d{7,}$/, pricesPerDollar: 1e9 },
  DATABENTO,
  {
    title: 'Alpaca bars as a table',
    timeZone: undefined,
    stamp: 'start',
    adjustment: 'unknown',
    has: ['timestamp', 'trade_count', 'vwap'],
  },
  {
    title: 'Interactive Brokers',
    timeZone: undefined,
    stamp: 'start',
    adjustment: 'unknown',
    has: ['date', 'barCount', 'average'],
  },
  { title: 'Dukascopy', timeZone: 'UTC', stamp: 'start', adjustment: 'unknown', has: ['Gmt time'] },
  {
    title: 'Nasdaq.com history',
    timeZone: NEW_YORK,
    stamp: 'start',
    adjustment: 'unknown',
    exactly: ['Date', 'Close/Last', 'Volume', 'Open', 'High', 'Low'],
    dates: 'mdy',
  },
  {
    title: 'TradeStation',
    timeZone: undefined,
    stamp: 'end',
    adjustment: 'unknown',
    has: ['Date', 'Time', 'Up', 'Down'],
    dates: 'mdy',
  },
  { ...BARCHART, has: ['Time', 'Open', 'High', 'Low', 'Last', '%Chg', 'Volume'] },
  { ...BARCHART, has: ['Time', 'Open', 'High', 'Low', 'Latest', '%Change', 'Volume'] },
  { ...TRADING_VIEW, time: WITH_OFFSET },
  { ...TRADING_VIEW, time: SECONDS },
  { ...TRADING_VIEW, time: ONLY_DATE },
  { ...TRADING_VIEW, lacks: ['volume', 'Volume'] },
  {
    ...ALPHA_VANTAGE,
    title: 'Alpha Vantage daily',
    adjustment: 'raw',
    exactly: [...ALPHA_VANTAGE_COLUMNS.slice(0, -1), 'adjusted_close', 'volume', 'dividend_amount', 'split_coefficient'],
  },
  {
    ...ALPHA_VANTAGE,
    title: 'Alpha Vantage daily',
    adjustment: 'raw',
    exactly: ALPHA_VANTAGE_COLUMNS,
    time: ONLY_DATE,
    price: FOUR_PLACES,
    newestFirst: true,
  },
  {
    ...ALPHA_VANTAGE,
    title: 'Alpha Vantage intraday',
    // adjusted unless it was asked for otherwise
    adjustment: 'unknown',
    exactly: ALPHA_VANTAGE_COLUMNS,
    time: NAIVE_TIME,
    price: FOUR_PLACES,
    newestFirst: true,
  },
  COLUMNS_BY_NAME,
];

/** Whether a shape is that of a header and of the times and opens below it. */
export function isShape(
  shape: NamedShape,
  header: readonly string[],
  times: readonly string[],
  opens: readonly string[],
): boolean {
  const { exactly, beginsWith, has = [], lacks = [], time, price, newestFirst } = shape;
  const names = new Set(header);
  const fits = (cells: readonly string[] | undefined): boolean => cells?.every((cell, i) => header[i] === cell) ?? true;
  return (
    fits(exactly) &&
    (exactly === undefined || exactly.length === header.length) &&
    fits(beginsWith) &&
    has.every((name) => names.has(name)) &&
    !lacks.some((name) => names.has(name)) &&
    (time === undefined || (times.length > 0 && times.every((text) => time.test(text)))) &&
    (price === undefined || opens.every((text) => price.test(text))) &&
    (newestFirst !== true || (times.length > 1 && (times[1] ?? '') < (times[0] ?? '')))
  );
}

/** Rows of fields parted by semicolons, without a header, as NinjaTrader imports and exports them. */
export const NINJA_TRADER: BarShape = {
  title: 'NinjaTrader',
  timeZone: undefined,
  timeZoneHint: ' (NinjaTrader 8 exports in UTC; files of other makers are in the zone that they say)',
  // "NinjaTrader stamps a bar with the closing time of the bar"; its import takes the other kind too, where it is told to
  stamp: 'end',
  adjustment: 'unknown',
  symbolInName: /^(.+)\.(?:Last|Bid|Ask)$/,
};
export const NINJA_TRADER_TIME = /^\d{8}(?: \d{6})?$/;

const LEAN = { timeZone: NEW_YORK, stamp: 'start', adjustment: 'raw', pricesPerDollar: 1e4 } as const;
/** Rows of QuantConnect's LEAN without a header, times of New York, prices as whole numbers of 1e-4 dollar: daily and hourly bars. */
export const LEAN_DAYS: NamedShape = { ...LEAN, title: 'LEAN, daily or hourly' };
export const LEAN_DAYS_TIME = /^\d{8} \d{2}:\d{2}$/;
/** The same of minutes and seconds: times are milliseconds since the midnight of a day that the file's name tells. */
export const LEAN_MINUTES: NamedShape = {
  ...LEAN,
  title: 'LEAN',
  symbolInName: /^\d{8}_(.+)_(?:minute|second)_trade$/,
};
/** Names of such files: the day, and what they hold. */
export const LEAN_MINUTES_NAME = /^(\d{8})_.+_(?:minute|second)_(trade|quote|openinterest)$/;

const YFINANCE_TABLE = { ...YFINANCE, title: 'yfinance download' } as const;
/** Tables of one or more tickers side by side, as `yfinance.download` makes them. */
export const yfinanceTable = (hasAdjustedClose: boolean): BarShape => ({
  ...YFINANCE_TABLE,
  adjustment: hasAdjustedClose ? 'split' : 'all',
});

/** Rows without a header whose first numbers can be nothing but open, high, low, close and volume, in the order that all write them in. */
export const WITHOUT_HEADER: BarShape = {
  title: 'columns in the usual order, without a header',
  timeZone: undefined,
  stamp: undefined,
  adjustment: 'unknown',
};
