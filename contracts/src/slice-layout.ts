import { UnitError, compareText, item, ticker, type Ticker } from '@aitrader/model';
import { readColumn, skip, type ColumnCursor } from './column-text.ts';
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
  /** what stands behind the symbols when there are none */
  readonly emptyRest: Readonly<Record<string, unknown>>;
  /** numbers of the last slice read */
  numbers: Float64Array;
  /** the symbols read last, as text and as values: from minute to minute they are mostly the same */
  symbolsText: Buffer;
  symbols: Ticker[];
}

/** What a slice is about, and the place behind its symbols. */
export interface SliceHead {
  readonly head: unknown;
  readonly symbols: Ticker[];
  readonly end: number;
}

/** A slice as read: columns one behind the other. `numbers` holds until the next slice of the layout is read. */
export interface SliceRead {
  readonly head: unknown;
  readonly symbols: Ticker[];
  readonly numbers: Float64Array;
}

const encoder = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const SYMBOLS = Buffer.from('"symbols":[');
const CLOSE = 0x5d;
const END = encoder.encode('}');

/** `rest` is what stands behind the symbols beside the columns, as of an empty slice. */
export const layoutOf = (fact: Fact, names: readonly string[], rest: Readonly<Record<string, unknown>>): SliceLayout => ({
  fact,
  names,
  openings: names.map((name) => encoder.encode(`,"${name}":[`)),
  emptyRest: { ...Object.fromEntries(names.map((name) => [name, []])), ...rest },
  numbers: new Float64Array(0),
  symbolsText: Buffer.alloc(0),
  symbols: [],
});

/** Reads what a slice is about and its symbols; undefined when they are laid out otherwise, or would be refused. */
export function readHead(layout: SliceLayout, bytes: Buffer): SliceHead | undefined {
  const opening = bytes.indexOf(SYMBOLS);
  const closing = bytes.indexOf(CLOSE, opening);
  if (opening < 0 || closing < 0) return undefined;
  const head = headOf(layout, bytes.subarray(0, opening));
  const symbols = head === undefined ? undefined : symbolsOf(layout, bytes.subarray(opening + SYMBOLS.length, closing));
  return symbols === undefined ? undefined : { head, symbols, end: closing + 1 };
}

/** Reads a slice that is laid out as our codecs do it; undefined when it is laid out otherwise, or would be refused. */
export function readSlice(layout: SliceLayout, payload: Uint8Array): SliceRead | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const read = readHead(layout, bytes);
  if (read === undefined) return undefined;
  const { head, symbols, end } = read;
  const cursor: ColumnCursor = { bytes, at: end };
  const numbers = readColumns(layout, cursor, symbols.length);
  skip(cursor, END);
  return cursor.at === payload.length ? { head, symbols, numbers } : undefined;
}

/** The numbers of all columns of `count` symbols. */
function readColumns(layout: SliceLayout, cursor: ColumnCursor, count: number): Float64Array {
  const { openings } = layout;
  const width = openings.length;
  if (layout.numbers.length < count * width) layout.numbers = new Float64Array(2 * count * width);
  const numbers = layout.numbers.subarray(0, count * width);
  for (const [c, expected] of openings.entries()) {
    skip(cursor, expected);
    readColumn(cursor, count, numbers, c * count);
  }
  return numbers;
}

/** What stands before the symbols, checked as if the slice were empty. */
function headOf({ fact, emptyRest }: SliceLayout, bytes: Uint8Array): unknown {
  const text = utf8.decode(bytes);
  // Bytes that are no UTF-8 are not ours to refuse.
  if (text.includes('\ufffd')) return undefined;
  try {
    const head: unknown = JSON.parse(`${text}"symbols":[]}`);
    if (typeof head !== 'object' || head === null) return undefined;
    if (Object.keys(head).some((name) => name in emptyRest)) return undefined;
    validate(fact, { ...head, ...emptyRest });
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
    layout.symbolsText = Buffer.from(bytes);
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
