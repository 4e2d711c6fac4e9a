/*
 * The files in a zip archive, by its central directory (PKWARE APPNOTE 6.3, 4.3.12 and 4.3.16), which is what counts: an archive may
 * have other bytes before and between its entries.
 */
import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createInflateRaw, crc32 } from 'node:zlib';
import { BarFileError } from './bar-file-error.ts';

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const IS_ENCRYPTED = 1;
/** The directory of an archive is read whole: room for some hundred thousand names. */
const DIRECTORY_BYTES_MAX = 16 * 1024 * 1024;
/** Packed bytes that are read at a time. */
const PIECE_BYTES = 256 * 1024;
/** Stands for a number that is elsewhere, in archives beyond 4 GiB. */
const ELSEWHERE = 0xffffffff;

/** One file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly isDeflated: boolean;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

/** The files of an archive that hold something, in its order. @throws BarFileError */
export async function zipEntries(file: string, handle: FileHandle): Promise<ZipEntry[]> {
  const { size } = await handle.stat();
  const tail = await readAt(
    handle,
    Math.max(0, size - END_BYTES - COMMENT_BYTES_MAX),
    Math.min(size, END_BYTES + COMMENT_BYTES_MAX),
  );
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END_SIGNATURE) end--;
  if (end < 0) throw new BarFileError({ file }, 'is a zip archive that is cut off');
  const [bytes, offset] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (bytes === ELSEWHERE || offset === ELSEWHERE || tail.readUInt16LE(end + 10) === 0xffff)
    throw new BarFileError({ file }, 'is a zip archive beyond 4 GiB: unpack it');
  if (offset + bytes > size || bytes > DIRECTORY_BYTES_MAX) throw new BarFileError({ file }, 'is a zip archive that is cut off');
  const entries = entriesIn(file, await readAt(handle, offset, bytes));
  if (entries.some(({ name }) => name === '[Content_Types].xml'))
    throw new BarFileError({ file }, 'is a spreadsheet or another document: save its table as CSV');
  if (entries.length !== tail.readUInt16LE(end + 10)) throw new BarFileError({ file }, 'is a zip archive that is damaged');
  // What is empty has no checksum either: one of them alone is damage, and is found when it is read.
  const kept = entries.filter(({ name, bytes: length, crc }) => (length > 0 || crc !== 0) && !isBeside(name));
  if (kept.length === 0) throw new BarFileError({ file }, 'is a zip archive without files');
  return kept;
}

/** What systems put beside files; folders are empty. */
const isBeside = (name: string): boolean => /(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store$)/.test(name);

function entriesIn(file: string, directory: Buffer): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.length;) {
    if (directory.readUInt32LE(at) !== ENTRY_SIGNATURE) break;
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset));
    const name = directory.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + (nameBytes ?? 0));
    const method = directory.readUInt16LE(at + 10);
    const label = `${file}/${name}`;
    if ((directory.readUInt16LE(at + 8) & IS_ENCRYPTED) !== 0) throw new BarFileError({ file: label }, 'is encrypted: unpack it');
    if (method !== STORED && method !== DEFLATED)
      throw new BarFileError({ file: label }, `is packed in a way that is not read (${method}): unpack it`);
    entries.push({
      name,
      isDeflated: method === DEFLATED,
      crc: directory.readUInt32LE(at + 16),
      packedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += ENTRY_BYTES + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
  return entries;
}

/** The bytes of an entry, unpacked, in pieces, and checked at the end. @throws BarFileError, and what zlib throws */
export async function* zipEntryBytes(label: string, handle: FileHandle, entry: ZipEntry): AsyncGenerator<Buffer> {
  const local = await readAt(handle, entry.offset, LOCAL_BYTES);
  if (local.length < LOCAL_BYTES || local.readUInt32LE(0) !== LOCAL_SIGNATURE)
    throw new BarFileError({ file: label }, 'is damaged: its archive has other bytes there');
  const nameBytes = local.readUInt16LE(26);
  // A name may become a symbol, and has no checksum: but it stands in the archive twice.
  const name = await readAt(handle, entry.offset + LOCAL_BYTES, nameBytes);
  if (name.toString('utf8') !== entry.name)
    throw new BarFileError({ file: label }, 'is damaged: its archive has another name for it there');
  const start = entry.offset + LOCAL_BYTES + nameBytes + local.readUInt16LE(28);
  const packed = bytesOf(handle, start, entry.packedBytes);
  const source: AsyncIterable<Buffer> = entry.isDeflated
    ? pipeline(Readable.from(packed), createInflateRaw(), () => undefined)
    : packed;
  let [bytes, crc] = [0, 0];
  for await (const piece of source) {
    bytes += piece.length;
    if (bytes > entry.bytes) break;
    crc = crc32(piece, crc);
    yield piece;
  }
  if (bytes !== entry.bytes || crc !== entry.crc)
    throw new BarFileError({ file: label }, 'is damaged: it is not what its archive says');
}

/** A stretch of a file in pieces. A stream of the file itself would close it where it is destroyed, which ends the archive. */
async function* bytesOf(handle: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
  const { size } = await handle.stat();
  const end = Math.min(size, start + length);
  for (let at = start; at < end; at += PIECE_BYTES) {
    const piece = await readAt(handle, at, Math.min(PIECE_BYTES, end - at));
    yield piece;
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
