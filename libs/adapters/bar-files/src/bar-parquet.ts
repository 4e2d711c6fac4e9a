import { zstdDecompressSync } from 'node:zlib';
import { item, type DateOrder } from '@aitrader/model';
import { parquetMetadataAsync, parquetScan, type AsyncBuffer, type FileMetaData, type ParquetScan } from 'hyparquet';
import { BarFileError } from './bar-file-error.ts';
import type { BarShape, ReadFile } from './bar-shape.ts';
import { readFileOf, requireBars, stampOf, type BarSink } from './bar-sink.ts';
import { newBarTimes } from './bar-times.ts';
import { namedColumns, VALUE_COLUMNS, type NamedColumns } from './column-names.ts';
import { COLUMNS_BY_NAME, isShape, NAMED_SHAPES, type NamedShape } from './csv-shapes.ts';
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
};

/** Takes the bars of a Parquet file, row group by row group. @throws BarFileError */
export async function readParquet(sink: BarSink, file: AsyncBuffer): Promise<ReadFile> {
  const opened = await open(sink, file);
  const { scan, shape, columns, reading, names } = opened;
  const named = columns.symbol >= 0 ? undefined : symbolInName(sink.file, shape, sink.options);
  const wanted = [
    columns.time,
    VALUE_COLUMNS.map((column) => columns[column]),
    columns.symbol < 0 ? [] : [columns.symbol],
  ].flat();
  for (const [group, range] of scan.ranges.entries()) {
    const data = new Map<number, ArrayLike<unknown>>();
    for (const at of wanted) data.set(at, await readColumn(sink, scan, item(names, at), range));
    const cell = (at: number, row: number): unknown => data.get(at)?.[row];
    for (let row = 0; row < range.rowEnd - range.rowStart; row++) {
      const times = columns.time.map((at) => cell(at, row));
      takeRecord(reading, {
        at: `row group ${group + 1}, row ${row + 1}`,
        ...timeOf(times, opened.isUtc, sink.options.dates),
        timeName: columns.time.map((at) => item(names, at)).join(' and '),
        values: VALUE_COLUMNS.map((column) => cell(columns[column], row)),
        symbol: named?.name ?? symbolOf(cell(columns.symbol, row)),
      });
    }
  }
  requireBars(sink);
  return readFileOf(sink, shape, reading.times, named);
}

interface OpenParquet {
  readonly scan: ParquetScan;
  readonly names: readonly string[];
  readonly columns: NamedColumns;
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
  const missing = columns.time.length === 0 ? 'ts' : VALUE_COLUMNS.find((column) => columns[column] < 0);
  if (missing !== undefined)
    throw new BarFileError(
      { file: sink.file, field: missing },
      `is missing; the columns are ${names.slice(0, NAMES_SHOWN_MAX).map(printable).join(', ')}`,
    );
  if (columns.twice !== undefined) throw new BarFileError({ file: sink.file, field: columns.twice }, 'stands twice in the file');
  const shape = shapeOf(names);
  const scan = await damageAs(sink, parquetScan({ file, metadata, compressors: COMPRESSORS, parsers: PARSERS }));
  const times = newBarTimes(sink.options.timeZone ?? shape.timeZone, stampOf(sink.options, shape), {
    unit: shape.unit,
    order: sink.options.dates,
  });
  return { scan, names, columns, shape, isUtc: isUtc(leaves[columns.time[0] ?? 0]), reading: { sink, shape, times, row: 0 } };
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
