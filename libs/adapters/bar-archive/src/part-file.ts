import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { item, type Ticker } from '@aitrader/model';
import { parquetMetadata, parquetScan, type ParquetScan } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { ArchiveError } from './archive-error.ts';
import { FIGURES, type Figure } from './archive-bars.ts';

/*
 * A part as Parquet: symbol, t (the close, a timestamp in ms) and the figures as doubles, every column compressed by zstd.
 *
 * Measured on 0.8 million minutes: plain doubles take 7 bytes a bar and read at 7 million bars/s; byte stream split takes twice the
 * room, dictionaries read at half the speed. Delta timestamps save 4 % and read at a tenth of the speed, since the reader goes
 * through big integers. One page a row group: the page after the first costs a copy.
 */

/** Most rows of a row group; eight bytes each are just below the writer's page of 1 MiB. */
export const GROUP_ROWS_MAX = 100_000;
/** Twice the time to write of level 3, and a fifth less to read; above it only writing takes longer. */
const ZSTD_LEVEL = 6;
const DECOMPRESS_CHUNK_MIN = 64;
const TWO_TO_32 = 0x1_0000_0000;

/** Columns sorted by symbol and then by time; `counts` says how many rows each of the symbols has. */
export interface PartColumns extends Readonly<Record<Figure, Float64Array>> {
  readonly symbols: readonly Ticker[];
  readonly counts: readonly number[];
  readonly t: Float64Array;
}

/** The bytes of a part. A row group holds whole symbols, as long as one has no more than `GROUP_ROWS_MAX` bars. */
export function encodePart(columns: PartColumns): Uint8Array {
  const { symbols, counts, t } = columns;
  const names = symbols.flatMap((symbol, i) => new Array<string>(item(counts, i)).fill(symbol));
  const plain = { nullable: false, encoding: 'PLAIN', offsetIndex: false } as const;
  const bytes = parquetWriteBuffer({
    columnData: [
      { name: 'symbol', data: names, type: 'STRING', nullable: false, offsetIndex: false },
      { name: 't', data: BigInt64Array.from(t, BigInt), type: 'TIMESTAMP', ...plain },
      ...FIGURES.map((name) => ({ name, data: columns[name], type: 'DOUBLE', ...plain }) as const),
    ],
    codec: 'ZSTD',
    compressors: { ZSTD: (input) => zstdCompressSync(input, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }) },
    rowGroupSize: groupSizes(counts),
    createdBy: 'aitrader',
  });
  return new Uint8Array(bytes);
}

function groupSizes(counts: readonly number[]): number[] {
  const sizes: number[] = [];
  let size = 0;
  for (const count of counts) {
    if (size > 0 && size + count > GROUP_ROWS_MAX) {
      sizes.push(size);
      size = 0;
    }
    for (size += count; size > GROUP_ROWS_MAX; size -= GROUP_ROWS_MAX) sizes.push(GROUP_ROWS_MAX);
  }
  return [...sizes, size];
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Rows of a part that one of its row groups holds; `rowEnd` is the first beyond. */
export interface RowRange {
  readonly rowStart: number;
  readonly rowEnd: number;
}

/** A part that was opened to be read by columns. */
export interface OpenPart {
  readonly place: string;
  readonly groups: readonly RowRange[];
  readonly scan: ParquetScan;
}

/** Opens the bytes of a part; `place` is named in errors. @throws ArchiveError when they are not what was written */
export async function openPart(bytes: Uint8Array, place: string): Promise<OpenPart> {
  const buffer = bufferOf(bytes);
  const file = { byteLength: buffer.byteLength, slice: (start: number, end?: number) => buffer.slice(start, end) };
  try {
    const metadata = withoutDates(parquetMetadata(buffer));
    const scan = await parquetScan({
      file,
      metadata,
      compressors: {
        ZSTD: (input, length) => zstdDecompressSync(input, { chunkSize: Math.max(DECOMPRESS_CHUNK_MIN, length) }),
      },
    });
    return { place, groups: scan.ranges, scan };
  } catch (cause) {
    throw new ArchiveError(place, 'is no Parquet file of an archive', { cause });
  }
}

/** The buffer of bytes that lie alone in one, and a copy of others. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && buffer.byteLength === byteLength) return buffer;
  return new Uint8Array(bytes).buffer;
}

/** Leaves timestamps the integers that they are stored as: the reader would make an object of each. */
function withoutDates(metadata: ReturnType<typeof parquetMetadata>): ReturnType<typeof parquetMetadata> {
  const schema = metadata.schema.map(({ converted_type: _, logical_type: __, ...element }) =>
    element.name === 't' ? element : { ...element, ...(_ && { converted_type: _ }), ...(__ && { logical_type: __ }) },
  );
  return { ...metadata, schema };
}

/** Reads the closes of a row group's bars into their rows of a column. @throws ArchiveError */
export async function readTimes(part: OpenPart, group: RowRange, into: Float64Array): Promise<void> {
  const data = await part.scan.readColumn({ column: 't', ...group });
  if (!(data instanceof BigInt64Array)) throw new ArchiveError(part.place, 'has times that are no integers');
  const halves = new Int32Array(data.buffer, data.byteOffset, data.length * 2);
  for (let i = 0; i < data.length; i++)
    into[group.rowStart + i] = (halves[2 * i + 1] ?? 0) * TWO_TO_32 + ((halves[2 * i] ?? 0) >>> 0);
}

/** A figure of a row group's bars. @throws ArchiveError */
export async function readFigure(part: OpenPart, group: RowRange, column: Figure): Promise<Float64Array> {
  const data = await part.scan.readColumn({ column, ...group });
  if (!(data instanceof Float64Array)) throw new ArchiveError(part.place, `has a ${column} that is no double`);
  return data;
}
