import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { item, type DateOrder } from '@aitrader/model';
import { parquetMetadataAsync, parquetScan, type AsyncBuffer, type FileMetaData, type ParquetScan } from 'hyparquet';
import { BarFileError } from './bar-file-error.ts';
import type { BarShape, ReadFile } from './bar-shape.ts';
import { readFileOf, requireBars, stampOf, type BarSink } from './bar-sink.ts';
import { newBarTimes } from './bar-times.ts';
import { namedColumns, VALUE_COLUMNS } from './column-names.ts';
import type { BarFields } from './csv-plan.ts';
import { COLUMNS_BY_NAME, isShape, NAMED_SHAPES, yfinanceTable, type NamedShape } from './csv-shapes.ts';
import { symbolInName } from './symbol-in-name.ts';
import { takeRecord, textOfValue, type RecordReading } from './taken-record.ts';
import { printedTime, type PrintedTime } from './time-text.ts';

const NANOS_PER_MS = 1_000_000n;
const DAY_MS = 86_400_000;
/** zlib takes no smaller pieces. */
const PIECE_BYTES_MIN = 64;
/** Columns of a wrong file that a message shows. */
const NAMES_SHOWN_MAX = 12;

/** Timestamps stay whole numbers, in ns whatever their unit; dates are text. */
const PARSERS = {
  timestampFromMilliseconds: (ms: bigint) => ms * NANOS_PER_MS,
  timestampFromMicroseconds: (us: bigint) => us * 1000n,
  timestampFromNanoseconds: (ns: bigint) => ns,
  dateFromDays: (days: number) => new Date(days * DAY_MS).toISOString().slice(0, 10),
};
const COMPRESSORS = {
  ZSTD: (input: Uint8Array, length: number) => zstdDecompressSync(input, { chunkSize: Math.max(PIECE_BYTES_MIN, length) }),
  GZIP: (input: Uint8Array) => gunzipSync(input),
  BROTLI: (input: Uint8Array) => brotliDecompressSync(input),
};

/** Takes the bars of a Parquet file, row group by row group. @throws BarFileError */
export async function readParquet(sink: BarSink, file: AsyncBuffer): Promise<ReadFile> {
  const opened = await open(sink, file);
  const { scan, shape, time, bars, reading, names } = opened;
  const [{ symbol: first }] = bars;
  const named = first === -1 ? symbolInName(sink.file, shape, sink.options) : undefined;
  const columnsOf = (bar: BarFields): number[] => VALUE_COLUMNS.map((column) => bar[column]);
  const symbols = bars.flatMap(({ symbol }) => (typeof symbol === 'number' && symbol >= 0 ? [symbol] : []));
  const wanted = new Set([...time, ...bars.flatMap(columnsOf), ...symbols]);
  for (const [group, range] of scan.ranges.entries()) {
    const data = new Map<number, ArrayLike<unknown>>();
    for (const at of wanted) data.set(at, await readColumn(sink, scan, item(names, at), range));
    const cell = (at: number, row: number): unknown => data.get(at)?.[row];
    const value = (at: number, row: number): unknown => (opened.singles.has(at) ? decimalOfSingle(cell(at, row)) : cell(at, row));
    for (let row = 0; row < range.rowEnd - range.rowStart; row++) {
      const times = time.map((at) => cell(at, row));
      const place = {
        at: `row group ${group + 1}, row ${row + 1}`,
        ...timeOf(times, opened.isUtc, sink.options.dates),
        timeName: time.map((at) => item(names, at)).join(' and '),
      };
      for (const bar of bars)
        takeRecord(reading, {
          ...place,
          values: columnsOf(bar).map((at) => value(at, row)),
          symbol: named?.name ?? (typeof bar.symbol === 'string' ? bar.symbol : symbolOf(cell(bar.symbol, row))),
        });
    }
  }
  requireBars(sink);
  return readFileOf(sink, shape, reading.times, named);
}

interface OpenParquet {
  readonly scan: ParquetScan;
  readonly names: readonly string[];
  readonly time: readonly number[];
  readonly bars: readonly [BarFields, ...BarFields[]];
  /** columns of numbers in single precision */
  readonly singles: ReadonlySet<number>;
  readonly shape: BarShape;
  /** whether timestamps are instants; they are local times of a zone that is not told otherwise. undefined: the times are none */
  readonly isUtc: boolean | undefined;
  readonly reading: RecordReading;
}

async function open(sink: BarSink, file: AsyncBuffer): Promise<OpenParquet> {
  const metadata = await damageAs(sink, parquetMetadataAsync(file));
  // The root comes first; what has children is no column of values.
  const leaves = metadata.schema.slice(1);
  const names = leaves.map(({ name }) => name);
  const columns = namedColumns(names);
  const wide = wideColumns(names);
  const missing = columns.time.length === 0 ? 'ts' : VALUE_COLUMNS.find((column) => columns[column] < 0);
  if (wide.length === 0 && missing !== undefined)
    throw new BarFileError(
      { file: sink.file, field: missing },
      `is missing; the columns are ${names.slice(0, NAMES_SHOWN_MAX).map(printable).join(', ')}`,
    );
  if (columns.twice !== undefined) throw new BarFileError({ file: sink.file, field: columns.twice }, 'stands twice in the file');
  const shape: NamedShape =
    wide.length > 0 ? yfinanceTable(names.some((name) => name.startsWith("('Adj Close'"))) : shapeOf(names);
  const scan = await damageAs(sink, parquetScan({ file, metadata, compressors: COMPRESSORS, parsers: PARSERS }));
  const times = newBarTimes(sink.options.timeZone ?? shape.timeZone, stampOf(sink.options, shape), {
    unit: shape.unit,
    order: sink.options.dates,
  });
  const [first = { ...columns, symbol: columns.symbol }, ...others] = wide;
  return {
    scan,
    names,
    time: columns.time,
    bars: [first, ...others],
    singles: new Set(leaves.flatMap(({ type }, at) => (type === 'FLOAT' ? [at] : []))),
    shape,
    isUtc: isUtc(leaves[columns.time[0] ?? 0]),
    reading: { sink, shape, times, row: 0 },
  };
}

/** Columns of two levels, as pandas names those of `yfinance.download`; none unless there are all of a ticker's, and a time. */
function wideColumns(names: readonly string[]): BarFields[] {
  const pairs = names.map((name) => /^\('(?<field>[^']+)', '(?<ticker>[^']+)'\)$/.exec(name)?.groups);
  const at = (field: string, symbol: string): number =>
    pairs.findIndex((pair) => pair?.['field'] === field && pair['ticker'] === symbol);
  if (namedColumns(names).time.length === 0) return [];
  const symbols = new Set(pairs.flatMap((pair) => pair?.['ticker'] ?? []));
  return [...symbols]
    .map((symbol) => ({
      ...{ open: at('Open', symbol), high: at('High', symbol), low: at('Low', symbol), close: at('Close', symbol) },
      volume: at('Volume', symbol),
      symbol,
    }))
    .filter((bar) => VALUE_COLUMNS.every((column) => bar[column] >= 0));
}

/** The shortest decimal that single precision rounds to this value: 100.07, and not 100.06999969482422. */
function decimalOfSingle(value: unknown): unknown {
  if (typeof value !== 'number' || !Number.isFinite(value)) return value;
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return Number(value.toPrecision(9));
}

const printable = (name: string): string => name.replaceAll(/\p{Cc}/gu, ' ');

function shapeOf(names: readonly string[]): NamedShape {
  const found = NAMED_SHAPES.find((shape) => isShape(shape, names, [], [])) ?? COLUMNS_BY_NAME;
  return { ...found, title: `Parquet, ${found.title === 'bars as CSV' ? COLUMNS_BY_NAME.title : found.title}` };
}

/** Converted types are older than local timestamps, and instants all; 96 bits never said what they are. */
function isUtc(column: FileMetaData['schema'][number] | undefined): boolean | undefined {
  const logical = column?.logical_type;
  if (logical?.type === 'TIMESTAMP') return logical.isAdjustedToUTC;
  if (column?.type === 'INT96') return false;
  return column?.converted_type?.startsWith('TIMESTAMP') === true ? true : undefined;
}

async function readColumn(
  sink: BarSink,
  scan: ParquetScan,
  column: string,
  { rowStart, rowEnd }: { readonly rowStart: number; readonly rowEnd: number },
): Promise<ArrayLike<unknown>> {
  return damageAs(sink, scan.readColumn({ column, rowStart, rowEnd }));
}

/** @throws BarFileError in place of what the reader of Parquet throws */
async function damageAs<T>({ file }: BarSink, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const problem = cause instanceof Error ? printable(cause.message) : String(cause);
    throw new BarFileError({ file }, `is a Parquet file that cannot be read: ${problem}`, { cause });
  }
}

function timeOf(
  values: readonly unknown[],
  utc: boolean | undefined,
  order: DateOrder | undefined,
): { readonly time: PrintedTime; readonly timeText: string } {
  const [value] = values;
  if (values.length > 1 || typeof value !== 'bigint' || utc === undefined) {
    const timeText = values.map((each) => textOfValue(each).trim()).join(' ');
    return { time: printedTime(timeText, order), timeText };
  }
  const ms = Number(value / NANOS_PER_MS);
  const timeText = new Date(ms).toISOString().replace('Z', utc ? 'Z' : '');
  if (value % NANOS_PER_MS !== 0n)
    return { time: { kind: 'none', problem: 'has a part of a millisecond, and no bar starts there' }, timeText };
  return { time: utc ? { kind: 'zoned', instant: ms } : { kind: 'local', wallMs: ms, zone: undefined }, timeText };
}

const symbolOf = (value: unknown): string => (value === null || value === undefined ? '' : textOfValue(value).trim());
