import { TICKER_BYTES_MAX, item, readUint32, type GateFigure, type Ticker } from '@aitrader/model';
import { TEXT_LENGTH_MAX } from './wire-units.ts';

/**
 * Canonical binary rows: what a digest is taken over, and nothing else depends on. A row is a sequence of 8-byte words:
 * numbers are IEEE 754 doubles, little-endian; a symbol is 16 bytes of ASCII, zero-padded; text is its length in bytes as a
 * double, then its UTF-8 bytes, zero-padded to whole words. The figures of a state, most of a digest, take half a word each.
 */
export interface RowBuffer {
  readonly bytes: Uint8Array;
  readonly doubles: Float64Array;
  readonly words: Uint32Array;
  /** 8-byte words written */
  used: number;
  readonly flush: (bytes: Uint8Array) => void;
  /** symbols seen, in the order in which they came first, and the four words of each; where the one looked for last stands */
  readonly tickers: Ticker[];
  tickerWords: Uint32Array;
  readonly tickerAt: Map<Ticker, number>;
  lastTicker: number;
  /** what the texts of figures were written in, by the first of them */
  readonly figureForms: Map<string, FigureForm>;
  /** and those of a list of them, the one that was written last */
  listForm: ListForm | undefined;
}

/** The half words of a row of texts with two numbers among them, and the words of it that come before these. */
interface FigureForm {
  readonly unit: string;
  readonly comparison: string;
  readonly halves: Uint32Array;
  readonly before: number;
}

/** The half words of a list of figures, and the word that the value of each comes to stand in, its limit behind it. */
interface ListForm {
  readonly gates: readonly GateFigure[];
  readonly halves: Uint32Array;
  readonly values: Uint32Array;
}

const BUFFER_WORDS = 8192;
/** Room asked for before a row and before each of its texts: the longest text, its length, and the numbers around it. */
const ROOM_WORDS = 4096;
const ASCII_MAX = 127;
const TICKER_WORDS = TICKER_BYTES_MAX / 4;
/** There are some thirty gates; whoever had names without end would fill the memory. */
const FIGURE_FORMS_MAX = 256;
/** Longer ones may have come to lie on both sides of a flush. */
const FIGURE_CHARACTERS_MAX = 256;

/** A buffer that hands its bytes to `flush` whenever it is full. @throws Error on a big-endian host, whose rows would differ */
export function newRowBuffer(flush: (bytes: Uint8Array) => void): RowBuffer {
  const bytes = new Uint8Array(BUFFER_WORDS * 8);
  const doubles = new Float64Array(bytes.buffer);
  doubles[0] = 1;
  if (bytes[7] !== 0x3f) throw new Error('canonical rows are little-endian, and this host is not');
  const words = new Uint32Array(bytes.buffer);
  return {
    bytes,
    doubles,
    words,
    used: 0,
    flush,
    tickers: [],
    tickerWords: new Uint32Array(),
    tickerAt: new Map(),
    lastTicker: -1,
    figureForms: new Map(),
    listForm: undefined,
  };
}

/** Hands over what is still in the buffer. */
export function flushRows(rows: RowBuffer): void {
  if (rows.used > 0) rows.flush(rows.bytes.subarray(0, rows.used * 8));
  rows.used = 0;
}

export function room(rows: RowBuffer): void {
  if (rows.used + ROOM_WORDS > BUFFER_WORDS) flushRows(rows);
}

export const number = (rows: RowBuffer, value: number): void => {
  if (!Number.isFinite(value)) throw new RangeError(`a row cannot hold ${value}`);
  rows.doubles[rows.used++] = value + 0;
};

/** Lists of a kind have one length, which the row therefore does not say. */
export function numbers(rows: RowBuffer, values: readonly number[], length: number): void {
  if (values.length !== length) throw new RangeError(`${values.length} numbers where a row has ${length}`);
  for (let i = 0; i < length; i++) number(rows, item(values, i));
}

export function symbol(rows: RowBuffer, name: Ticker): void {
  const from = tickerIndex(rows, name) * TICKER_WORDS;
  const at = rows.used * 2;
  const { words, tickerWords } = rows;
  for (let i = 0; i < TICKER_WORDS; i++) words[at + i] = readUint32(tickerWords, from + i);
  rows.used += 2;
}

/** Symbols come in the same order from slice to slice: the next one is nearly always right, and comparing is cheaper than hashing. */
function tickerIndex(rows: RowBuffer, name: Ticker): number {
  const next = rows.lastTicker + 1 < rows.tickers.length ? rows.lastTicker + 1 : 0;
  rows.lastTicker = rows.tickers[next] === name ? next : (rows.tickerAt.get(name) ?? addTicker(rows, name));
  return rows.lastTicker;
}

function addTicker(rows: RowBuffer, name: Ticker): number {
  const index = rows.tickers.push(name) - 1;
  rows.tickerAt.set(name, index);
  if (rows.tickerWords.length < (index + 1) * TICKER_WORDS) {
    const larger = new Uint32Array(Math.max(64, index * 2) * TICKER_WORDS);
    larger.set(rows.tickerWords);
    rows.tickerWords = larger;
  }
  new Uint8Array(rows.tickerWords.buffer, index * TICKER_BYTES_MAX, TICKER_BYTES_MAX).set(new TextEncoder().encode(name));
  return index;
}

/** ASCII is copied by hand: nearly all text is, and the encoder would cost more than the hash. */
export function text(rows: RowBuffer, value: string): void {
  const { length } = value;
  if (length > TEXT_LENGTH_MAX) checkLength(value);
  room(rows);
  const start = (rows.used + 1) * 8;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code > ASCII_MAX) {
      encodedText(rows, value);
      return;
    }
    rows.bytes[start + i] = code;
  }
  closeText(rows, length);
}

/** Characters may be surrogate pairs, of two code units each. */
function checkLength(value: string): void {
  if (value.length <= 2 * TEXT_LENGTH_MAX && Array.from(value).length <= TEXT_LENGTH_MAX) return;
  throw new RangeError(`text of ${value.length} code units is too long for a row`);
}

function encodedText(rows: RowBuffer, value: string): void {
  if (!value.isWellFormed()) throw new RangeError(`a row cannot hold half a surrogate pair: ${JSON.stringify(value)}`);
  const bytes = new TextEncoder().encode(value);
  rows.bytes.set(bytes, (rows.used + 1) * 8);
  closeText(rows, bytes.length);
}

/** Pads text that was written behind its length, and writes the length. */
function closeText(rows: RowBuffer, length: number): void {
  number(rows, length);
  const words = (length + 7) >> 3;
  for (let at = rows.used * 8 + length; at < (rows.used + words) * 8; at++) rows.bytes[at] = 0;
  rows.used += words;
}

/** Figures, one after the other. Lists are of the same gates nearly always, and then written in one piece. */
export function figureList(rows: RowBuffer, gates: readonly GateFigure[]): void {
  const { listForm: form } = rows;
  if (form === undefined || !isWrittenAs(gates, form.gates)) {
    for (const one of gates) figure(rows, one);
    rows.listForm = listFormOf(rows, gates);
    return;
  }
  room(rows);
  const from = rows.used;
  rows.words.set(form.halves, from * 2);
  for (let i = 0; i < gates.length; i++) {
    const { value, limit } = item(gates, i);
    rows.used = from + readUint32(form.values, i);
    number(rows, value);
    number(rows, limit);
  }
  rows.used = from + form.halves.length / 2;
}

/** Whether two lists differ in their numbers alone. */
function isWrittenAs(gates: readonly GateFigure[], others: readonly GateFigure[]): boolean {
  if (gates.length !== others.length) return false;
  for (let i = 0; i < gates.length; i++) {
    const [one, other] = [item(gates, i), item(others, i)];
    if (one.gate !== other.gate || one.unit !== other.unit || one.comparison !== other.comparison) return false;
  }
  return true;
}

/** Undefined where one of them has no form, or all together have no room in one piece. */
function listFormOf({ figureForms }: RowBuffer, gates: readonly GateFigure[]): ListForm | undefined {
  const halves: number[] = [];
  const values = new Uint32Array(gates.length);
  for (const [i, { gate, unit, comparison }] of gates.entries()) {
    const form = figureForms.get(gate);
    if (form?.unit !== unit || form.comparison !== comparison) return undefined;
    values[i] = halves.length / 2 + form.before;
    for (const half of form.halves) halves.push(half);
  }
  return halves.length / 2 > ROOM_WORDS ? undefined : { gates, halves: Uint32Array.from(halves), values };
}

/** A figure: its name, value and limit, then its unit and comparison. Most of what is denied is said in the same few texts, which are written once. */
function figure(rows: RowBuffer, { gate, value, limit, unit, comparison }: GateFigure): void {
  room(rows);
  const from = rows.used;
  const form = rows.figureForms.get(gate);
  if (form === undefined || form.unit !== unit || form.comparison !== comparison) {
    text(rows, gate);
    const before = rows.used - from;
    number(rows, value);
    number(rows, limit);
    text(rows, unit);
    text(rows, comparison);
    if (gate.length + unit.length + comparison.length <= FIGURE_CHARACTERS_MAX && rows.used > from + before)
      keepForm(rows, gate, { unit, comparison, halves: rows.words.slice(from * 2, rows.used * 2), before });
    return;
  }
  const { halves, before } = form;
  rows.words.set(halves, from * 2);
  rows.used = from + before;
  number(rows, value);
  number(rows, limit);
  rows.used = from + halves.length / 2;
}

function keepForm({ figureForms }: RowBuffer, name: string, form: FigureForm): void {
  if (figureForms.size < FIGURE_FORMS_MAX || figureForms.has(name)) figureForms.set(name, form);
}
