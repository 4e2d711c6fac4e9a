import type { BarShape } from './bar-shape.ts';
import { namedColumns, VALUE_COLUMNS } from './column-names.ts';
import { COLUMNS_BY_NAME } from './csv-shapes.ts';
import { columnsOfTable } from './json-tables.ts';
import type { EpochUnit } from './time-text.ts';

/** A bar as JSON has it; `at` is its path. */
export interface JsonRow {
  readonly at: string;
  readonly time: unknown;
  readonly timeName: string;
  readonly values: readonly unknown[];
}

/** Bars of one symbol, or of symbols that each row names, in a document. */
export interface JsonSeries {
  readonly shape: BarShape;
  readonly unit?: EpochUnit;
  /** the zone that the document names */
  readonly timeZone?: string;
  /** undefined: the document names none */
  readonly symbol: string | undefined;
  readonly rows: Iterable<JsonRow & { readonly symbol?: string }>;
}

type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOr = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const ALPACA: BarShape = { title: 'Alpaca bars', timeZone: undefined, stamp: 'start', adjustment: 'unknown' };
const MASSIVE: BarShape = { title: 'Massive (Polygon) aggregates', timeZone: undefined, stamp: 'start', adjustment: 'unknown' };
const YAHOO_CHART: BarShape = { title: 'Yahoo Finance chart', timeZone: undefined, stamp: 'start', adjustment: 'split' };
const ALPHA_VANTAGE: BarShape = { title: 'Alpha Vantage', timeZone: undefined, stamp: 'start', adjustment: 'unknown' };
const CANDLES: BarShape = { title: 'Finnhub candles', timeZone: undefined, stamp: 'start', adjustment: 'unknown' };
const COLUMNS_IN_JSON: BarShape = { ...COLUMNS_BY_NAME, title: 'lists side by side' };
const LIST: BarShape = { ...COLUMNS_BY_NAME, title: 'list of objects' };

/** The bars of a document, by the shapes that vendors answer in; undefined when it is none of them. `at` is its path. */
export function jsonSeries(document: unknown, at: string): JsonSeries[] | undefined {
  if (!isFields(document)) return undefined;
  if ('bars' in document) return alpaca(document, at);
  const { results } = document;
  if (Array.isArray(results) && ('ticker' in document || namesTickers(results[0]))) return massive(document, results, at);
  if (isFields(document['chart'])) return yahooChart(document['chart'], at);
  const series = Object.keys(document).find((name) => /^Time Series \((?:Daily|\d+min)\)$/.test(name));
  if (series !== undefined) return alphaVantage(document, series, at);
  const table = columnsOfTable(document);
  const columns = columnsSideBySide(table === undefined ? document : { ...document, ...table }, at) ?? listWithin(document, at);
  return columns === undefined ? undefined : [columns];
}

const path = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`);
const SHORT_NAMES = ['o', 'h', 'l', 'c', 'v'] as const;

/** Days of the whole market, where each bar names its symbol. */
const namesTickers = (bar: unknown): boolean => isFields(bar) && typeof bar['T'] === 'string' && 't' in bar;

const shortRows = (list: readonly unknown[], at: string): JsonRow[] =>
  list.map((bar, i) => {
    const fields = isFields(bar) ? bar : {};
    return { at: `${at}[${i}]`, time: fields['t'], timeName: 't', values: SHORT_NAMES.map((name) => fields[name]) };
  });

/** `bars` is a list of one symbol, or lists by symbol; null or empty where there were none. */
function alpaca(document: Fields, at: string): JsonSeries[] | undefined {
  const { bars } = document;
  const here = path(at, 'bars');
  const own = (symbol: string | undefined, list: readonly unknown[], where: string): JsonSeries => ({
    shape: ALPACA,
    symbol,
    rows: shortRows(list, where),
  });
  if (bars === null) return [own(textOr(document['symbol']), [], here)];
  if (Array.isArray(bars)) return [own(textOr(document['symbol']), bars, here)];
  if (!isFields(bars)) return undefined;
  const series: JsonSeries[] = [];
  for (const [symbol, list] of Object.entries(bars)) {
    if (list !== null && !Array.isArray(list)) return undefined;
    series.push(own(symbol, list ?? [], path(here, symbol)));
  }
  return series.length > 0 ? series : [own(undefined, [], here)];
}

function massive(document: Fields, results: readonly unknown[], at: string): JsonSeries[] {
  const { adjusted } = document;
  const adjustment = adjusted === true ? 'split' : adjusted === false ? 'raw' : 'unknown';
  return [
    {
      shape: { ...MASSIVE, adjustment },
      unit: 'milliseconds',
      symbol: textOr(document['ticker']),
      rows: shortRows(results, path(at, 'results')).map((row, i) => ({ ...row, ...tickerOf(results[i]) })),
    },
  ];
}

const tickerOf = (bar: unknown): { readonly symbol?: string } =>
  isFields(bar) && typeof bar['T'] === 'string' ? { symbol: bar['T'] } : {};

/** Columns side by side, with null where nothing was traded. */
function yahooChart(chart: Fields, at: string): JsonSeries[] | undefined {
  const { result } = chart;
  if (!Array.isArray(result)) return undefined;
  return result.flatMap((one: unknown, i): JsonSeries[] => {
    if (!isFields(one) || !isFields(one['meta'])) return [];
    const here = path(at, `chart.result[${i}]`);
    const quotes = isFields(one['indicators']) ? one['indicators']['quote'] : undefined;
    const quote: unknown = Array.isArray(quotes) ? quotes[0] : undefined;
    const columns = VALUE_COLUMNS.map((name) => (isFields(quote) ? quote[name] : undefined));
    const times: readonly unknown[] = Array.isArray(one['timestamp']) ? one['timestamp'] : [];
    const rows = times.map((time, row) => ({
      at: `${here}.timestamp[${row}]`,
      time,
      timeName: 'timestamp',
      values: columns.map((column): unknown => (Array.isArray(column) ? column[row] : undefined)),
    }));
    return [{ shape: YAHOO_CHART, unit: 'seconds', symbol: textOr(one['meta']['symbol']), rows }];
  });
}

/** An object by time: its order says nothing, and is made that of time. */
function alphaVantage(document: Fields, name: string, at: string): JsonSeries[] | undefined {
  const series = document[name];
  const meta = isFields(document['Meta Data']) ? document['Meta Data'] : {};
  const said = (ending: string): string | undefined => textOr(Object.entries(meta).find(([key]) => key.endsWith(ending))?.[1]);
  if (!isFields(series)) return undefined;
  const isDaily = name === 'Time Series (Daily)';
  const timeZone = said('Time Zone');
  const rows = Object.keys(series)
    .sort()
    .map((time): JsonRow => {
      const bar = series[time];
      const fields = isFields(bar) ? bar : {};
      const { open, high, low, close, volume } = namedColumns(Object.keys(fields));
      const values = Object.values(fields);
      return {
        at: `${path(at, name)}["${time}"]`,
        time,
        timeName: 'time',
        values: [open, high, low, close, volume].map((i) => values[i]),
      };
    });
  return [
    {
      shape: {
        ...ALPHA_VANTAGE,
        title: isDaily ? 'Alpha Vantage daily' : 'Alpha Vantage intraday',
        adjustment: isDaily ? 'raw' : 'unknown',
      },
      ...(timeZone === undefined ? {} : { timeZone }),
      symbol: said('Symbol'),
      rows,
    },
  ];
}

/** Finnhub's candles, and others: a list a column, all of one length. Where there were no bars, Finnhub says so and has no lists. */
function columnsSideBySide(document: Fields, at: string): JsonSeries | undefined {
  if (document['s'] === 'no_data') return { shape: CANDLES, symbol: undefined, rows: [] };
  const entries = Object.entries(document).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const names = entries.map(([name]) => name);
  const columns = namedColumns(names);
  const [time] = columns.time;
  if (time === undefined || columns.time.length > 1 || VALUE_COLUMNS.some((column) => columns[column] < 0)) return undefined;
  const lists = entries.map(([, list]) => list);
  const times = lists[time] ?? [];
  const rowAt = (row: number): JsonRow & { readonly symbol?: string } => ({
    at: path(at, `${names[time] ?? ''}[${row}]`),
    time: times[row],
    timeName: names[time] ?? '',
    values: VALUE_COLUMNS.map((column) => lists[columns[column]]?.[row]),
    ...(columns.symbol < 0 ? {} : { symbol: textOr(lists[columns.symbol]?.[row]) ?? '' }),
  });
  // One list that is longer than the times has bars of no time: its rows are taken, and refused.
  const count = Math.max(times.length, ...VALUE_COLUMNS.map((column) => lists[columns[column]]?.length ?? 0));
  const isCandles = typeof document['s'] === 'string' && names[time] === 't';
  return {
    shape: isCandles ? CANDLES : COLUMNS_IN_JSON,
    ...(isCandles ? { unit: 'seconds' as const } : {}),
    symbol: textOr(document['symbol']),
    rows: Array.from({ length: count }, (_, row) => rowAt(row)),
  };
}

/** How deep a list of bars may lie within an answer. */
const DEPTH_MAX = 3;

/** The list of objects with the names of columns that an answer holds somewhere, with what it says of the symbol and the zone. */
function listWithin(document: Fields, at: string): JsonSeries | undefined {
  const found = listsWithin(document, at, DEPTH_MAX);
  const [only] = found;
  // Several lists may be of several symbols: they are not to be mixed up.
  if (only === undefined || found.length > 1) return undefined;
  const meta = isFields(document['meta']) ? document['meta'] : document;
  const symbol = only.symbol ?? textOr(meta['symbol']) ?? textOr(document['symbol']) ?? textOr(document['ticker']);
  const timeZone = textOr(meta['exchange_timezone']);
  return { ...only, symbol, ...(timeZone === undefined ? {} : { timeZone }) };
}

function listsWithin(value: unknown, at: string, depth: number): JsonSeries[] {
  if (Array.isArray(value)) {
    const series = listOfObjects(value, at);
    return series === undefined ? [] : [series];
  }
  if (!isFields(value) || depth === 0) return [];
  return Object.entries(value).flatMap(([name, inner]) => listsWithin(inner, path(at, name), depth - 1));
}

/** Objects whose fields have the names of columns. @returns undefined when the first has none of bars */
export function listOfObjects(list: readonly unknown[], where = ''): JsonSeries | undefined {
  const [first] = list;
  if (!isFields(first)) return undefined;
  const names = Object.keys(first);
  const columns = namedColumns(names);
  if (columns.time.length === 0 || VALUE_COLUMNS.some((column) => columns[column] < 0)) return undefined;
  const nameAt = (at: number): string => names[at] ?? '';
  const rows = list.map((one, i) => {
    const fields = isFields(one) ? one : {};
    const symbol = columns.symbol < 0 ? undefined : fields[nameAt(columns.symbol)];
    const times = columns.time.map((at) => fields[nameAt(at)]);
    return {
      at: `${where}[${i}]`,
      time: times.length === 1 ? times[0] : times.join(' '),
      timeName: columns.time.map(nameAt).join(' and '),
      values: VALUE_COLUMNS.map((column) => fields[nameAt(columns[column])]),
      ...(columns.symbol < 0 ? {} : { symbol: typeof symbol === 'string' ? symbol : '' }),
    };
  });
  const isOwn = nameAt(columns.time[0] ?? -1) === 'ts';
  return { shape: isOwn ? { ...LIST, stamp: 'start' } : LIST, symbol: columns.symbol < 0 ? undefined : '', rows };
}
