import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { contentKind, ioProblem } from '@aitrader/runtime-storage';
import { BarFileError } from './bar-file-error.ts';

/** Bytes read or unpacked at a time: large enough that the pieces cost nothing, small enough to stay in the cache. */
const CHUNK_BYTES = 256 * 1024;
/** Bytes that are read of a file to see what it is; a packed one makes at most a thousand times as many of them. */
const HEAD_BYTES = 16 * 1024;
/** Longest row: a bar takes around 100 bytes, and what is longer is not a bar file. */
const ROW_BYTES_MAX = 64 * 1024;
const LINE_FEED = 0x0a;

/** Takes whole rows: `bytes[start, end)` ends with a line feed. */
export type TakeRows = (bytes: Uint8Array, start: number, end: number) => void;

/** Size of a file in bytes. @throws BarFileError when it cannot be read */
export async function sizeOf(file: string): Promise<number> {
  const handle = await openFile(file);
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new BarFileError({ file }, 'is a folder: name the files in it');
    if (!stat.isFile()) throw new BarFileError({ file }, 'is no regular file');
    return stat.size;
  } finally {
    await handle.close();
  }
}

/**
 * Reads a file, gunzips it if it is packed, and hands it on in whole rows; a last row without a line feed gets one. Returns the
 * SHA-256 of the file as it lies on the disk. @throws BarFileError, and whatever `takeRows` throws
 */
export async function readFileRows(file: string, takeRows: TakeRows, onBytes: (count: number) => void): Promise<string> {
  const handle = await openFile(file);
  try {
    const packed = isPacked(file, await headOf(handle));
    const hash = createHash('sha256');
    const source = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: CHUNK_BYTES });
    const tap = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        onBytes(chunk.length);
        yield chunk;
      }
    };
    const take = (chunks: AsyncIterable<Buffer>): Promise<void> => cutIntoRows(file, chunks, takeRows);
    if (packed) await pipeline(source, tap, createGunzip({ chunkSize: CHUNK_BYTES }), take);
    else await pipeline(source, tap, take);
    return hash.digest('hex');
  } catch (error) {
    throw explained(file, error);
  } finally {
    await handle.close();
  }
}

/** Hands on the rows at the beginning of a file, and reads no more of it. Returns whether that was all. @throws as `readFileRows` */
export async function readFirstRows(file: string, takeRows: TakeRows): Promise<boolean> {
  const handle = await openFile(file);
  try {
    const head = await headOf(handle);
    const isAll = head.length < HEAD_BYTES;
    const bytes = isPacked(file, head) ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head;
    requireText(file, bytes);
    const rows = isAll && bytes.length > 0 && bytes.at(-1) !== LINE_FEED ? Buffer.concat([bytes, Buffer.of(LINE_FEED)]) : bytes;
    const end = rows.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) takeRows(rows, 0, end);
    return isAll;
  } catch (error) {
    throw explained(file, error);
  } finally {
    await handle.close();
  }
}

async function cutIntoRows(file: string, chunks: AsyncIterable<Buffer>, takeRows: TakeRows): Promise<void> {
  let rest: Buffer | undefined;
  let hasBegun = false;
  for await (const chunk of chunks) {
    if (rest === undefined) requireText(file, chunk);
    const bytes: Buffer = rest === undefined || rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    // The first rows come in one piece, since a table is recognised by them.
    hasBegun ||= bytes.length >= HEAD_BYTES;
    if (!hasBegun) {
      rest = bytes;
      continue;
    }
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) takeRows(bytes, 0, end);
    rest = Buffer.from(bytes.subarray(end));
    if (rest.length > ROW_BYTES_MAX) throw new BarFileError({ file }, `has a row of more than ${ROW_BYTES_MAX} bytes`);
  }
  if (rest === undefined || rest.length === 0) return;
  const last = rest.at(-1) === LINE_FEED ? rest : Buffer.concat([rest, Buffer.of(LINE_FEED)]);
  takeRows(last, 0, last.length);
}

/** Refuses what is not even text before a row is made of it. @throws BarFileError that says what it is taken for */
function requireText(file: string, bytes: Uint8Array): void {
  const { kind, looks } = contentKind(bytes);
  if (kind === 'text' || kind === 'empty' || (kind === 'markup' && hasBracketedNames(bytes))) return;
  throw new BarFileError(
    { file },
    `${looks}, and bars are read from tables of text, plain or gzip, with columns named time, open, high, low, close and volume`,
  );
}

/** Columns that are named in brackets, `<TICKER>,<PER>`, look like a page at first. */
const hasBracketedNames = (bytes: Uint8Array): boolean =>
  /^\s*<[A-Z]+>[,;\t]/.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1'));

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (cause) {
    throw new BarFileError({ file }, ioProblem(cause), { cause });
  }
}

async function headOf(handle: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

/** Whether a file is to be unpacked: its content tells, and a name that says otherwise is an error. @throws BarFileError */
function isPacked(file: string, head: Uint8Array): boolean {
  const packed = contentKind(head).kind === 'gzip';
  if (!packed && file.endsWith('.gz')) throw new BarFileError({ file }, 'is not a gzip file, but its name says so');
  return packed;
}

/** An error of zlib or of the operating system as one that names the file; any other as it is. */
function explained(file: string, error: unknown): unknown {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return error;
  // zlib names its errors Z_DATA_ERROR, Z_BUF_ERROR …
  if (typeof error.code === 'string' && error.code.startsWith('Z_'))
    return new BarFileError({ file }, `cannot be unpacked: ${String(error.message)}`, { cause: error });
  return 'syscall' in error ? new BarFileError({ file }, ioProblem(error), { cause: error }) : error;
}
