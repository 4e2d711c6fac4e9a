import type { FileHandle } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { sha256OfFile } from '@aitrader/runtime-storage';
import { endBarCsv, newBarCsv, readingOf, readRows } from './bar-csv.ts';
import { BarFileError } from './bar-file-error.ts';
import { readJson } from './bar-json.ts';
import { readParquet } from './bar-parquet.ts';
import type { ReadFile, ReadingOptions } from './bar-shape.ts';
import { newBarSink, type RowFilter } from './bar-sink.ts';
import { HEAD_BYTES, headOf, streamFile, withFile } from './file-bytes.ts';
import { fileKind, isGzip } from './file-kind.ts';
import type { RowStore, RowWord } from './row-store.ts';
import { narrowed, narrowHead, wideEncoding } from './wide-text.ts';
import { zipEntries, zipEntryBytes } from './zip-entries.ts';

/** Longest row: a bar takes around 100 bytes, and what is longer is not a bar file. */
const ROW_BYTES_MAX = 64 * 1024;
/** JSON is held whole, and so is Parquet in an archive: some million bars. Text of any length is not. */
const WHOLE_BYTES_MAX = 256 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** Where the bars of files go, and what is said of the files. */
export interface BarReading {
  readonly rows: RowStore;
  readonly filter: RowFilter;
  readonly options: ReadingOptions;
}

/**
 * Reads the bars of a file: a table of text, JSON or Parquet, as it is, in gzip, or several of them in a zip archive. Returns how each was
 * read, and the SHA-256 of the file as it lies on the disk. @throws BarFileError
 */
export async function readBarFile(
  file: string,
  reading: BarReading,
  onBytes: (count: number) => void,
): Promise<{ readonly sha256: string; readonly files: readonly ReadFile[] }> {
  return withFile(file, async (handle) => {
    const head = await headOf(handle);
    const kind = isGzip(file, head) ? 'gzip' : fileKind(file, head);
    if (kind === 'zip' || kind === 'parquet') {
      const files = kind === 'zip' ? await readArchive(file, handle, reading) : [await readParquetFile(file, handle, reading)];
      const sha256 = await sha256OfFile(file);
      onBytes((await handle.stat()).size);
      return { sha256, files };
    }
    const { sha256, taken } = await streamFile(handle, kind === 'gzip', (chunks) => readContent(file, chunks, reading), onBytes);
    return { sha256, files: [taken] };
  });
}

/**
 * Looks at the first rows of a table, and reads no more of it; nothing but text is looked at so. Returns how it is read as far as they
 * tell, undefined for what is no text. @throws as `readBarFile`
 */
export async function lookAtBarFile(file: string, reading: BarReading): Promise<ReadFile | undefined> {
  return withFile(file, async (handle) => {
    const head = await headOf(handle);
    const isAll = head.length < HEAD_BYTES;
    const isPacked = isGzip(file, head);
    const unpacked = isPacked ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head;
    const kind = fileKind(file, unpacked);
    if (isPacked && (kind === 'gzip' || kind === 'zip')) throw packedTwice(file, kind);
    if (kind !== 'text') return undefined;
    const csv = newBarCsv(sinkOf(file, 'line', reading));
    const bytes = narrowHead(unpacked);
    const rows = isAll ? ended(bytes) : bytes;
    const end = rows.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) readRows(csv, rows, 0, end);
    return isAll ? endBarCsv(csv) : readingOf(csv);
  });
}

const sinkOf = (file: string, word: RowWord, { filter, rows, options }: BarReading) =>
  newBarSink(file, word, filter, rows, options);

async function readArchive(file: string, handle: FileHandle, reading: BarReading): Promise<ReadFile[]> {
  const files: ReadFile[] = [];
  for (const entry of await zipEntries(file, handle)) {
    const label = `${file}/${entry.name}`;
    files.push(await readContent(label, zipEntryBytes(label, handle, entry), reading));
  }
  return files;
}

function readParquetFile(file: string, handle: FileHandle, reading: BarReading): Promise<ReadFile> {
  return handle.stat().then(({ size }) =>
    readParquet(sinkOf(file, 'row', reading), {
      byteLength: size,
      slice: async (start, end = size) => {
        const bytes = new ArrayBuffer(Math.max(0, end - start));
        await handle.read(new Uint8Array(bytes), 0, bytes.byteLength, start);
        return bytes;
      },
    }),
  );
}

/** Reads what is not packed any more. */
async function readContent(file: string, chunks: AsyncIterable<Buffer>, reading: BarReading): Promise<ReadFile> {
  const pieces = inPieces(chunks);
  const first = await pieces.next();
  const head = first.done === true ? Buffer.alloc(0) : first.value;
  const encoding = wideEncoding(head);
  if (encoding !== undefined) return readContent(file, narrowed(file, withFirst(head, pieces), encoding), reading);
  const kind = fileKind(file, head);
  if (kind === 'gzip' || kind === 'zip') throw packedTwice(file, kind);
  if (kind === 'text') return readText(file, head, pieces, reading);
  const whole = await wholeOf(file, head, pieces);
  if (kind === 'json') return readJson(sinkOf(file, 'bar', reading), whole.toString('utf8').replace(/^\ufeff/, ''));
  const buffer = new Uint8Array(whole).buffer;
  return readParquet(sinkOf(file, 'row', reading), {
    byteLength: buffer.byteLength,
    slice: (start, end) => buffer.slice(start, end),
  });
}

const packedTwice = (file: string, kind: string): BarFileError =>
  new BarFileError({ file }, `is packed twice (${kind}): unpack it`);

async function* withFirst(first: Buffer, others: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* others;
}

/** The pieces of a stream, the first of which holds the head of the file, or all of it. */
async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    if (head.length < HEAD_BYTES) continue;
    yield head;
    head = undefined;
  }
  if (head !== undefined) yield head;
}

async function readText(file: string, head: Buffer, pieces: AsyncIterable<Buffer>, reading: BarReading): Promise<ReadFile> {
  const csv = newBarCsv(sinkOf(file, 'line', reading));
  let rest = takeWholeRows(file, head, csv);
  for await (const piece of pieces) rest = takeWholeRows(file, rest.length === 0 ? piece : Buffer.concat([rest, piece]), csv);
  if (rest.length > 0) readRows(csv, ended(rest), 0, rest.length + 1);
  return endBarCsv(csv);
}

/** Reads the rows that have ended, and returns the bytes behind them. A file that is all head has its last row ended first. */
function takeWholeRows(file: string, bytes: Buffer, csv: ReturnType<typeof newBarCsv>): Buffer {
  const rows = bytes.length < HEAD_BYTES && csv.plan === undefined ? ended(bytes) : bytes;
  const end = rows.lastIndexOf(LINE_FEED) + 1;
  if (end > 0) readRows(csv, rows, 0, end);
  const rest = Buffer.from(rows.subarray(end));
  if (rest.length > ROW_BYTES_MAX) throw new BarFileError({ file }, `has a row of more than ${ROW_BYTES_MAX} bytes`);
  return rest;
}

/** Text whose last row ends with a line feed. */
const ended = (bytes: Buffer): Buffer =>
  bytes.length === 0 || bytes.at(-1) === LINE_FEED ? bytes : Buffer.concat([bytes, Buffer.of(LINE_FEED)]);

async function wholeOf(file: string, head: Buffer, pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all = [head];
  let bytes = head.length;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > WHOLE_BYTES_MAX)
      throw new BarFileError({ file }, `has more than ${WHOLE_BYTES_MAX} bytes, which only a table of text may have`);
    all.push(piece);
  }
  return Buffer.concat(all);
}
