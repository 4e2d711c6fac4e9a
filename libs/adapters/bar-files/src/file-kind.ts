import { contentKind } from '@aitrader/runtime-storage';
import { BarFileError } from './bar-file-error.ts';
import { narrowHead } from './wide-text.ts';

/** What is read of files, by their content. */
export type FileKind = 'text' | 'json' | 'parquet' | 'gzip' | 'zip';

const PARQUET = Buffer.from('PAR1', 'latin1');
/** Of an archive with files, and of one without. */
const ZIPS = [Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.from('PK\u0005\u0006', 'latin1')];

const beginsWith = (head: Uint8Array, signature: Uint8Array): boolean => signature.every((byte, i) => head[i] === byte);

/** What a file is by its first bytes. @throws BarFileError for what no bars are read from, with what it is taken for */
export function fileKind(file: string, bytes: Buffer): FileKind {
  const head = narrowHead(bytes);
  if (beginsWith(head, PARQUET)) return 'parquet';
  if (ZIPS.some((signature) => beginsWith(head, signature))) return 'zip';
  const { kind, looks } = contentKind(head);
  if (kind === 'gzip' || kind === 'json') return kind;
  if (kind === 'text' || kind === 'empty' || (kind === 'markup' && hasBracketedNames(head))) return 'text';
  throw new BarFileError({ file }, `${looks}, and bars are read from tables of text, JSON and Parquet, also in gzip or zip`);
}

/** Columns that are named in brackets, `<TICKER>,<PER>`, look like a page at first. */
const hasBracketedNames = (head: Uint8Array): boolean =>
  /^\s*<[A-Z]+>[,;\t]/.test(Buffer.from(head.subarray(0, 64)).toString('latin1'));

/** Whether a file is to be unpacked: its content tells, and a name that says otherwise is an error. @throws BarFileError */
export function isGzip(file: string, head: Uint8Array): boolean {
  const isPacked = contentKind(head).kind === 'gzip';
  if (!isPacked && file.endsWith('.gz')) throw new BarFileError({ file }, 'is not a gzip file, but its name says so');
  return isPacked;
}
