import { BarFileError } from './bar-file-error.ts';
import type { ReadFile } from './bar-shape.ts';
import { readFileOf, requireBars, stampOf, type BarSink } from './bar-sink.ts';
import { newBarTimes } from './bar-times.ts';
import { isFields, jsonSeries, listOfObjects, type JsonSeries } from './json-shapes.ts';
import { symbolInName } from './symbol-in-name.ts';
import { takeRecord, textOfValue, type RecordReading } from './taken-record.ts';
import { printedTime } from './time-text.ts';

const NOT_OF_BARS =
  'looks like JSON, but of no bars: answers of Alpaca, Alpha Vantage, Finnhub, Massive and the chart of Yahoo are read, and others with one list of objects, or one table, with columns by name';
/** Fields by which vendors say why there are no bars. */
const ANSWERS = ['Error Message', 'Information', 'Note', 'error', 'message', 'description'];

/** Takes the bars of a JSON text: a document, a list of documents (pages), or a document a line. @throws BarFileError */
export function readJson(sink: BarSink, text: string): ReadFile {
  const series = seriesOf(sink.file, documentsOf(sink.file, text));
  const [first] = series;
  if (first === undefined) throw new BarFileError({ file: sink.file }, 'has no bars');
  const zone = sink.options.timeZone ?? first.timeZone ?? first.shape.timeZone;
  const times = newBarTimes(zone, stampOf(sink.options, first.shape), { unit: first.unit, order: sink.options.dates });
  const reading: RecordReading = { sink, shape: first.shape, times, row: 0 };
  let named: ReadFile['symbol'];
  for (const { symbol, rows } of series) {
    for (const row of rows) {
      const name = row.symbol ?? symbol ?? (named ??= symbolInName(sink.file, first.shape, sink.options)).name;
      const timeText = textOfValue(row.time);
      takeRecord(reading, { ...row, time: printedTime(timeText, sink.options.dates), timeText, symbol: name });
    }
  }
  requireBars(sink);
  return readFileOf(sink, first.shape, times, named);
}

/** Runs of digits that a double may not hold. */
const LONG_NUMBER = /\d{16}/;

/** Whole numbers that a double does not hold are kept as their text. */
const exactly = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(context?.source ?? '') ? context?.source : value;

function parsed(text: string): unknown {
  return LONG_NUMBER.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
}

function documentsOf(file: string, text: string): unknown[] {
  try {
    return [parsed(text)];
  } catch (cause) {
    const lines = text.split('\n').map((line, i) => ({ line: line.trim(), number: i + 1 }));
    const filled = lines.filter(({ line }) => line !== '');
    const isByLine = filled.length > 1 && filled.every(({ line }) => line.startsWith('{') && line.endsWith('}'));
    if (!isByLine) throw new BarFileError({ file }, `looks like JSON, but is cut off or broken: ${problemOf(cause)}`, { cause });
    return filled.map(({ line, number }) => documentOfLine(file, line, number));
  }
}

function documentOfLine(file: string, text: string, line: number): unknown {
  try {
    return parsed(text);
  } catch (cause) {
    throw new BarFileError({ file, line }, `is no JSON: ${problemOf(cause)}`, { cause });
  }
}

/** What a parser says, without a character that a terminal would obey. */
const problemOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\p{Cc}/gu, ' ');

function seriesOf(file: string, documents: readonly unknown[]): JsonSeries[] {
  const [only] = documents;
  const list = documents.length > 1 ? documents : Array.isArray(only) ? only : undefined;
  const objects = list === undefined ? undefined : listOfObjects(list);
  if (objects !== undefined) return [objects];
  return (list ?? documents).flatMap((document: unknown, i) => {
    const series = jsonSeries(document, list === undefined ? '' : `[${i}]`);
    if (series === undefined) throw new BarFileError({ file }, answerIn(document));
    return series;
  });
}

/** A vendor's own words, where it answered with them instead of bars. */
function answerIn(document: unknown): string {
  if (!isFields(document)) return NOT_OF_BARS;
  const inner = isFields(document['chart']) ? document['chart']['error'] : undefined;
  const answers = [document, inner].filter(isFields);
  for (const name of ANSWERS) {
    const said = answers.map((answer) => answer[name]).find((value) => typeof value === 'string');
    if (typeof said === 'string')
      return `has no bars, but an answer: ${JSON.stringify(said.slice(0, 200)).replaceAll(/\p{Cc}/gu, ' ')}`;
  }
  return NOT_OF_BARS;
}
