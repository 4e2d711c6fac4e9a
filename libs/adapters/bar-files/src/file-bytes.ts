import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ioProblem } from '@aitrader/runtime-storage';
import { BarFileError } from './bar-file-error.ts';

/** Bytes read or unpacked at a time: large enough that the pieces cost nothing, small enough to stay in the cache. */
const CHUNK_BYTES = 256 * 1024;
/** Bytes that are read of a file to see what it is; a packed one makes at most a thousand times as many of them. */
export const HEAD_BYTES = 16 * 1024;

/** Size of a file in bytes. @throws BarFileError when it cannot be read */
export async function sizeOf(file: string): Promise<number> {
  return withFile(file, async (handle) => {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new BarFileError({ file }, 'is a folder: name the files in it');
    if (!stat.isFile()) throw new BarFileError({ file }, 'is no regular file');
    return stat.size;
  });
}

/** Opens a file, works with it, and closes it. @throws BarFileError for what the operating system or zlib says, and whatever `work` throws */
export async function withFile<T>(file: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new BarFileError({ file }, ioProblem(cause), { cause });
  });
  try {
    return await work(handle);
  } catch (error) {
    throw explained(file, error);
  } finally {
    await handle.close();
  }
}

/** The first bytes of a file. */
export async function headOf(handle: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

/** The pieces of a file, and the SHA-256 of all of it as it lies on the disk. */
export async function streamFile<T>(
  handle: FileHandle,
  isPacked: boolean,
  take: (chunks: AsyncIterable<Buffer>) => Promise<T>,
  onBytes: (count: number) => void,
): Promise<{ readonly sha256: string; readonly taken: T }> {
  const hash = createHash('sha256');
  const source = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: CHUNK_BYTES });
  const tap = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      onBytes(chunk.length);
      yield chunk;
    }
  };
  const taken: T[] = [];
  const sink = async (chunks: AsyncIterable<Buffer>): Promise<void> => void taken.push(await take(chunks));
  if (isPacked) await pipeline(source, tap, createGunzip({ chunkSize: CHUNK_BYTES }), sink);
  else await pipeline(source, tap, sink);
  const [first] = taken;
  if (first === undefined) throw new Error('a stream ended without its end');
  return { sha256: hash.digest('hex'), taken: first };
}

/** An error of zlib or of the operating system as one that names the file; any other as it is. */
function explained(file: string, error: unknown): unknown {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return error;
  // zlib names its errors Z_DATA_ERROR, Z_BUF_ERROR …
  if (typeof error.code === 'string' && error.code.startsWith('Z_'))
    return new BarFileError({ file }, `cannot be unpacked: ${String(error.message)}`, { cause: error });
  return 'syscall' in error ? new BarFileError({ file }, ioProblem(error), { cause: error }) : error;
}
