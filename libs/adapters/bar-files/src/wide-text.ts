import { BarFileError } from './bar-file-error.ts';

/** Byte order marks of UTF-16, as spreadsheets and trading terminals on Windows begin their text. */
const MARKS = [
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

/** The encoding of text that its first two bytes say is UTF-16; undefined for anything else. */
export const wideEncoding = (head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined =>
  MARKS.find(({ mark }) => mark.every((byte, i) => head[i] === byte))?.encoding;

/** The first bytes of a file as the text that they begin, in UTF-8; as they are where they are no UTF-16. */
export function narrowHead(head: Buffer): Buffer {
  const encoding = wideEncoding(head);
  return encoding === undefined ? head : Buffer.from(new TextDecoder(encoding).decode(head, { stream: true }));
}

/** The pieces of text in UTF-16 as UTF-8. @throws BarFileError for half a character */
export async function* narrowed(
  file: string,
  pieces: AsyncIterable<Uint8Array>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const piece of pieces) yield Buffer.from(decoder.decode(piece, { stream: true }));
    yield Buffer.from(decoder.decode());
  } catch (cause) {
    if (isUndecodable(cause)) throw new BarFileError({ file }, 'is text in UTF-16 that is damaged or cut off', { cause });
    throw cause;
  }
}

const isUndecodable = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
