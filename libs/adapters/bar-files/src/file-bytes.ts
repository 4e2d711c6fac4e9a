import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BarFileError } from './bar-file-error.ts';

/** Bytes read or unpacked at a time: large enough that the pieces cost nothing, small enough to stay in the cache. */
const CHUNK_BYTES = 256 * 1024;
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
    if (!stat.isFile()) throw new BarFileError({ file }, 'is not a file');
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
    const packed = await isGzip(handle);
    if (file.endsWith('.gz') && !packed) throw new BarFileError({ file }, 'is not a gzip file, but its name says so');
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
  } catch (cause) {
    throw isPackingError(cause) ? new BarFileError({ file }, `cannot be unpacked: ${String(cause.message)}`, { cause }) : cause;
  } finally {
    await handle.close();
  }
}

async function cutIntoRows(file: string, chunks: AsyncIterable<Buffer>, takeRows: TakeRows): Promise<void> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) takeRows(bytes, 0, end);
    rest = Buffer.from(bytes.subarray(end));
    if (rest.length > ROW_BYTES_MAX) throw new BarFileError({ file }, `has a row of more than ${ROW_BYTES_MAX} bytes`);
  }
  if (rest.length > 0) takeRows(Buffer.concat([rest, Buffer.of(LINE_FEED)]), 0, rest.length + 1);
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (cause) {
    const problem = isSystemError(cause) && cause.code === 'ENOENT' ? 'does not exist' : `cannot be read: ${String(cause)}`;
    throw new BarFileError({ file }, problem, { cause });
  }
}

/** RFC 1952: a gzip member begins with 1f 8b. */
async function isGzip(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

interface SystemError {
  readonly code: unknown;
  readonly message: unknown;
}

const isSystemError = (error: unknown): error is SystemError =>
  typeof error === 'object' && error !== null && 'code' in error && 'message' in error;

/** zlib names its errors Z_DATA_ERROR, Z_BUF_ERROR … */
const isPackingError = (error: unknown): error is SystemError =>
  isSystemError(error) && typeof error.code === 'string' && error.code.startsWith('Z_');
