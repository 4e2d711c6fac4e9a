/*
 * What a file is, by its first bytes: enough to say to who named the wrong one what it is taken for.
 *
 * 1. What holds a control character other than tab, line feed, form feed and carriage return is no text.
 */

/** `looks` says it in words that follow the file's name. */
export interface ContentKind {
  readonly kind: 'empty' | 'gzip' | 'binary' | 'json' | 'markup' | 'text';
  readonly looks: string;
}

/** Bytes that are looked at: a file of another kind shows it long before. */
export const CONTENT_HEAD_BYTES = 4096;

const BINARIES: readonly (readonly [signature: readonly number[], looks: string])[] = [
  [[0x50, 0x41, 0x52, 0x31], 'is a Parquet file'],
  [[0x50, 0x4b, 0x03, 0x04], 'is a zip archive, as spreadsheets are'],
  [[0x25, 0x50, 0x44, 0x46], 'is a PDF'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'is packed by zstd'],
  [[0x42, 0x5a, 0x68], 'is packed by bzip2'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'is packed by xz'],
  [[0xff, 0xfe], 'is text in UTF-16'],
  [[0xfe, 0xff], 'is text in UTF-16'],
];
const GZIP = [0x1f, 0x8b];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const LETTERS = { brace: 0x7b, bracket: 0x5b, less: 0x3c };

const beginsWith = (head: Uint8Array, signature: readonly number[]): boolean =>
  head.length >= signature.length && signature.every((byte, i) => head[i] === byte);

const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
const isControl = (byte: number): boolean => (byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d)) || byte === 0x7f;

/** Tells the kind of a file by its beginning; bytes beyond `CONTENT_HEAD_BYTES` are not looked at. */
export function contentKind(bytes: Uint8Array): ContentKind {
  const head = bytes.subarray(0, CONTENT_HEAD_BYTES);
  if (beginsWith(head, GZIP)) return { kind: 'gzip', looks: 'is packed by gzip' };
  for (const [signature, looks] of BINARIES) if (beginsWith(head, signature)) return { kind: 'binary', looks };
  if (head.some(isControl)) return { kind: 'binary', looks: 'is a binary file' };
  const text = beginsWith(head, BYTE_ORDER_MARK) ? head.subarray(BYTE_ORDER_MARK.length) : head;
  const first = text.find((byte) => !isBlank(byte));
  if (first === undefined) return { kind: 'empty', looks: 'is empty' };
  if (first === LETTERS.brace || first === LETTERS.bracket) return { kind: 'json', looks: 'looks like JSON' };
  if (first === LETTERS.less) return { kind: 'markup', looks: 'looks like XML or HTML' };
  return { kind: 'text', looks: 'is text' };
}
