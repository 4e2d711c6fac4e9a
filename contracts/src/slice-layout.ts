import { UnitError, compareText, item, ticker, type Ticker } from '@aitrader/model';
import { passColumn, readColumn, skip, type ColumnCursor } from './column-text.ts';
import type { Fact } from './topology.ts';
import { ContractError, validate } from './validation.ts';

/*
 * How our codecs lay out a slice: what it is about, its symbols, its columns. A message laid out like that is read without a
 * value per number; any other is no less valid, and is left to JSON.parse.
 */

/** The layout of a fact's slices. */
export interface SliceLayout {
  readonly fact: Fact;
  readonly names: readonly string[];
  /** what stands before each column's numbers */
  readonly openings: readonly Uint8Array[];
  readonly emptyColumns: Readonly<Record<string, readonly []>>;
  /** whether a symbol's numbers are kept together, or a column's */
  readonly by: 'symbol' | 'column';
  /** numbers of the last slice read */
  numbers: Float64Array;
  /** the symbols read last, as text and as values: from minute to minute they are mostly the same */
  symbolsText: Uint8Array;
  symbols: Ticker[];
}

/** The columns that a reader is after; the others are NaN in what it reads. */
export type ColumnsWanted = ReadonlySet<string>;

/** A slice as read. `numbers` holds until the next slice of the layout is read. */
export interface SliceRead {
  readonly head: unknown;
  readonly symbols: Ticker[];
  readonly numbers: Float64Array;
  /** no number was written with a decimal point */
  readonly whole: boolean;
}

const encoder = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const SYMBOLS = encoder.encode('"symbols":[');
const CLOSE = 0x5d;
const END = encoder.encode('}');

export const layoutOf = (fact: Fact, names: readonly string[], by: SliceLayout['by']): SliceLayout => ({
  fact,
  by,
  names,
  openings: names.map((name) => encoder.encode(`,"${name}":[`)),
  emptyColumns: Object.fromEntries(names.map((name) => [name, []])),
  numbers: new Float64Array(0),
  symbolsText: new Uint8Array(0),
  symbols: [],
});

/** Reads a slice that is laid out as our codecs do it; undefined when it is laid out otherwise, or would be refused. */
export function readSlice(layout: SliceLayout, payload: Uint8Array, wanted?: ColumnsWanted): SliceRead | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const opening = bytes.indexOf(SYMBOLS);
  const closing = bytes.indexOf(CLOSE, opening);
  if (opening < 0 || closing < 0) return undefined;
  const head = headOf(layout, bytes.subarray(0, opening));
  const symbols = head === undefined ? undefined : symbolsOf(layout, bytes.subarray(opening + SYMBOLS.length, closing));
  if (symbols === undefined) return undefined;
  const cursor: ColumnCursor = { bytes, at: closing + 1, whole: true };
  const numbers = readColumns(layout, cursor, symbols.length, wanted);
  skip(cursor, END);
  return cursor.at === payload.length ? { head, symbols, numbers, whole: cursor.whole } : undefined;
}

/** The numbers of all columns of `count` symbols; NaN in those that are not wanted. */
function readColumns(layout: SliceLayout, cursor: ColumnCursor, count: number, wanted: ColumnsWanted | undefined): Float64Array {
  const { names, openings, by } = layout;
  const width = names.length;
  if (layout.numbers.length < count * width) layout.numbers = new Float64Array(2 * count * width);
  const numbers = layout.numbers.subarray(0, count * width);
  if (wanted !== undefined) numbers.fill(NaN);
  for (const [c, expected] of openings.entries()) {
    skip(cursor, expected);
    if (wanted?.has(item(names, c)) === false) passColumn(cursor);
    else if (by === 'symbol') readColumn(cursor, count, numbers, c, width);
    else readColumn(cursor, count, numbers, c * count, 1);
  }
  return numbers;
}

/** What stands before the symbols, checked as if the slice were empty. */
function headOf({ fact, emptyColumns }: SliceLayout, bytes: Uint8Array): unknown {
  const text = utf8.decode(bytes);
  // Bytes that are no UTF-8 are not ours to refuse.
  if (text.includes('\ufffd')) return undefined;
  try {
    const head: unknown = JSON.parse(`${text}"symbols":[]}`);
    if (typeof head !== 'object' || head === null) return undefined;
    if (Object.keys(head).some((name) => name in emptyColumns)) return undefined;
    validate(fact, { ...head, ...emptyColumns });
    return head;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ContractError) return undefined;
    throw error;
  }
}

/** The symbols as values, whose text is mostly that of the slice before; undefined when a reader would refuse them. */
function symbolsOf(layout: SliceLayout, bytes: Buffer): Ticker[] | undefined {
  if (!bytes.equals(layout.symbolsText)) {
    const symbols = parseSymbols(bytes);
    if (symbols === undefined) return undefined;
    layout.symbolsText = Uint8Array.from(bytes);
    layout.symbols = symbols;
  }
  return layout.symbols.slice();
}

function parseSymbols(bytes: Buffer): Ticker[] | undefined {
  if (bytes.length === 0) return [];
  const text = bytes.toString('latin1');
  if (!text.startsWith('"') || !text.endsWith('"')) return undefined;
  const names = text.slice(1, -1).split('","');
  if (names.some((name, i) => i > 0 && compareText(item(names, i - 1), name) >= 0)) return undefined;
  try {
    return names.map(ticker);
  } catch (error) {
    if (error instanceof UnitError) return undefined;
    throw error;
  }
}
