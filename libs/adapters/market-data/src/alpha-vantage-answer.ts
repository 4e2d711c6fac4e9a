import { z } from 'zod';
import type { RawAnswer } from './raw-store.ts';
import { jsonOf, placeOf, refusalOf, shapedAs, unexpected } from './vendor-answer.ts';
import { quotedAnswer, VendorError } from './vendor-error.ts';

/*
 * What Alpha Vantage answers. Every refusal comes with status 200, and as JSON even where CSV was asked for.
 *
 * 1. What has no series is an error, by the key that it has instead, and never an empty series.
 */

const VENDOR = 'alphavantage';

/** A row as it was printed: naive New York time, prices and volume as decimals. */
export interface SeriesRow {
  readonly time: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;
const DECIMAL = /^\d+(\.\d+)?([eE][+-]?\d+)?$/;
/** Both are names of New York time. */
const ZONES: ReadonlySet<string> = new Set(['US/Eastern', 'America/New_York']);
const SERIES = z.looseObject({
  'Meta Data': z.record(z.string(), z.string()),
});
const SERIES_ROWS = z.record(z.string(), z.record(z.string(), z.string()));

/** The rows of an answer as JSON or as CSV. @throws VendorError */
export function seriesOf(answer: RawAnswer): readonly SeriesRow[] {
  if (answer.status !== 200)
    throw refusalOf(VENDOR, answer, answer.body) ?? new VendorError(VENDOR, 'refused', placeOf(answer.url));
  const body = answer.body.trimStart();
  return /^timestamp,/i.test(body) ? csvRows(answer, body) : jsonRows(answer);
}

function csvRows(answer: RawAnswer, body: string): readonly SeriesRow[] {
  // A figure that is cut short is a figure still: only the end of the last line says that it is whole.
  if (!body.endsWith('\n')) throw brokenOff(answer, body.slice(body.lastIndexOf('\n') + 1));
  const [header = '', ...lines] = body.trimEnd().split(/\r?\n/);
  const names = header.toLowerCase().split(',');
  const places = ['timestamp', ...FIELDS].map((name) => names.indexOf(name));
  if (places.includes(-1)) throw unexpected(VENDOR, answer, `its columns are ${names.join(', ')}`);
  return lines.map((line) => {
    const cells = line.split(',');
    if (cells.length !== names.length) throw brokenOff(answer, line);
    const [time = '', ...figures] = places.map((place) => cells[place] ?? '');
    return { time, ...figuresOf(answer, figures) };
  });
}

const brokenOff = ({ url }: RawAnswer, line: string): VendorError =>
  new VendorError(VENDOR, 'malformed', `${placeOf(url)} answered with a row that is cut off: ${quotedAnswer(line)}`);

function jsonRows(answer: RawAnswer): readonly SeriesRow[] {
  const document = jsonOf(VENDOR, answer);
  const shaped = SERIES.safeParse(document);
  const key = shaped.success ? Object.keys(shaped.data).find((name) => name.startsWith('Time Series')) : undefined;
  if (!shaped.success || key === undefined) throw refusalIn(answer, document);
  const zone = Object.entries(shaped.data['Meta Data']).find(([name]) => name.endsWith('Time Zone'))?.[1];
  if (zone === undefined || !ZONES.has(zone)) throw unexpected(VENDOR, answer, `its time zone is ${zone ?? 'not said'}`);
  const rows = shapedAs(VENDOR, SERIES_ROWS, shaped.data[key], answer);
  return Object.entries(rows).map(([time, row]) => {
    // "1. open" in one function is "1. open" in another, but the volume is "5." or "6.".
    const named = new Map(Object.entries(row).map(([name, value]) => [name.replace(/^\d+[a-z]?\. /, ''), value]));
    return {
      time,
      ...figuresOf(
        answer,
        FIELDS.map((field) => named.get(field) ?? ''),
      ),
    };
  });
}

function figuresOf(answer: RawAnswer, texts: readonly string[]): Omit<SeriesRow, 'time'> {
  const wrong = texts.find((text) => !DECIMAL.test(text));
  if (wrong !== undefined) throw unexpected(VENDOR, answer, `${quotedAnswer(wrong)} is no figure`);
  const [open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = texts.map(Number);
  return { open, high, low, close, volume };
}

const SAID = z.looseObject({
  Information: z.string().optional(),
  Note: z.string().optional(),
  'Error Message': z.string().optional(),
});

/** What an answer without a series says. */
function refusalIn(answer: RawAnswer, document: unknown): VendorError {
  const said = SAID.safeParse(document);
  const { Information: information, Note: note, 'Error Message': mistake } = said.success ? said.data : {};
  const text = information ?? note ?? mistake;
  if (text === undefined) return unexpected(VENDOR, answer, 'it has no time series');
  const place = `${placeOf(answer.url)} said ${quotedAnswer(text)}`;
  if (mistake !== undefined && /api ?key/i.test(mistake))
    return new VendorError(VENDOR, 'unauthorised', `does not accept the key of ALPHAVANTAGE_API_KEY: ${place}`);
  if (mistake !== undefined)
    return new VendorError(VENDOR, 'unknown-symbol', `does not know the symbol or what was asked of it: ${place}`);
  if (/premium endpoint|premium (feature|function)|demo\W/i.test(text))
    return new VendorError(VENDOR, 'plan', `the plan of this key does not include it: ${place}`);
  if (note !== undefined || /per (second|minute)|sparingly/i.test(text))
    return new VendorError(VENDOR, 'throttled', `too many requests: ${place}`, MINUTE_MS);
  if (/per day|rate limit/i.test(text))
    return new VendorError(
      VENDOR,
      'quota',
      `the requests of today are used up; what has come is kept, and the same command goes on from there tomorrow: ${place}`,
    );
  return new VendorError(VENDOR, 'refused', place);
}

/** Its limits are by the minute. */
const MINUTE_MS = 60_000;
