/*
 * Columns of numbers as JSON text, read and written without a value in between. A wide slice is thousands of numbers: as JSON
 * values they cost most of a stage's time in its service.
 *
 * Invariants
 * 1. What is read here, JSON.parse reads as the same numbers; whatever is laid out otherwise than our codecs lay it out is left
 *    to JSON.parse.
 * 2. What is written here is what JSON.stringify writes.
 */

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COMMA = 0x2c;
const CLOSE = 0x5d;

/** Whole numbers of so many digits are exact. */
const DIGITS_MAX = 15;
/** So many digits fit 31 bits. */
const SMALL_DIGITS = 9;
/** Powers of ten up to 10^15, which doubles hold exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: DIGITS_MAX + 1 }, (_, n) => Number(`1e${n}`));

/** A place in a text of bytes. */
export interface ColumnCursor {
  readonly bytes: Uint8Array;
  /** −1 once something was not laid out as expected */
  at: number;
  /** no number had a decimal point yet */
  whole: boolean;
}

/** Moves past `expected`, or gives up. */
export function skip(cursor: ColumnCursor, expected: Uint8Array): void {
  const { bytes, at } = cursor;
  if (at < 0) return;
  for (let i = 0; i < expected.length; i++) {
    if (bytes[at + i] !== expected[i]) {
      cursor.at = -1;
      return;
    }
  }
  cursor.at = at + expected.length;
}

/**
 * Reads `count` numbers and the bracket behind them into every `stride`th place of `into`, from `first` on. Takes decimals of up
 * to 15 digits: such a one is the quotient of two exact doubles, which IEEE 754 rounds as JSON.parse does (Clinger 1990, "How to
 * read floating point numbers accurately"). Gives up on exponents, longer numbers and −0.
 */
export function readColumn(cursor: ColumnCursor, count: number, into: Float64Array, first: number, stride: number): void {
  const { bytes } = cursor;
  let { at } = cursor;
  if (at < 0) return;
  for (let n = 0; n < count; n++) {
    const negative = bytes[at] === MINUS;
    if (negative) at += 1;
    const start = at;
    let point = -1;
    // The first digits as a small integer: most numbers have no more.
    let small = 0;
    let byte = bytes[at] ?? 0;
    for (const end = at + SMALL_DIGITS; at < end && byte >= ZERO && byte <= NINE; byte = bytes[++at] ?? 0)
      small = (small * 10 + (byte - ZERO)) | 0;
    let value = small;
    for (; byte !== COMMA && byte !== CLOSE; byte = bytes[++at] ?? 0) {
      if (byte >= ZERO && byte <= NINE) value = value * 10 + (byte - ZERO);
      else if (byte === POINT && point < 0) point = at;
      else return giveUp(cursor);
    }
    const whole = (point < 0 ? at : point) - start;
    const fraction = point < 0 ? 0 : at - point - 1;
    const padded = whole > 1 && bytes[start] === ZERO;
    if (whole < 1 || whole + fraction > DIGITS_MAX || padded || (negative && value === 0)) return giveUp(cursor);
    if (point >= 0) {
      if (fraction === 0) return giveUp(cursor);
      value /= POWERS_OF_TEN[fraction] ?? NaN;
      cursor.whole = false;
    }
    if (byte !== (n === count - 1 ? CLOSE : COMMA)) return giveUp(cursor);
    into[first + n * stride] = negative ? -value : value;
    at += 1;
  }
  if (count === 0 && bytes[at++] !== CLOSE) return giveUp(cursor);
  cursor.at = at;
}

/** Moves past a column's numbers and the bracket behind them without reading them. */
export function passColumn(cursor: ColumnCursor): void {
  if (cursor.at < 0) return;
  const close = cursor.bytes.indexOf(CLOSE, cursor.at);
  cursor.at = close < 0 ? -1 : close + 1;
}

function giveUp(cursor: ColumnCursor): void {
  cursor.at = -1;
}

/** Bytes being written. */
export interface ColumnText {
  bytes: Uint8Array;
  length: number;
}

export const newColumnText = (): ColumnText => ({ bytes: new Uint8Array(0), length: 0 });

/** A safe integer has at most 16 digits, a sign and a comma. */
const NUMBER_BYTES_MAX = 18;
const BILLION = 1_000_000_000;

/** Makes room for so many bytes more. */
function reserve(text: ColumnText, more: number): void {
  if (text.bytes.length >= text.length + more) return;
  const grown = new Uint8Array(2 * (text.length + more));
  grown.set(text.bytes.subarray(0, text.length));
  text.bytes = grown;
}

export function writeText(text: ColumnText, written: Uint8Array): void {
  reserve(text, written.length);
  text.bytes.set(written, text.length);
  text.length += written.length;
}

/** Writes `count` integers with commas between them and a bracket behind. False when one is no safe integer. */
export function writeColumn(text: ColumnText, count: number, from: Float64Array, first: number, stride: number): boolean {
  reserve(text, count * NUMBER_BYTES_MAX + 1);
  const { bytes } = text;
  let at = text.length;
  for (let n = 0; n < count; n++) {
    const value = from[first + n * stride];
    if (value === undefined || !Number.isSafeInteger(value)) return false;
    const magnitude = value < 0 ? -value : value;
    if (n > 0) bytes[at++] = COMMA;
    if (value < 0) bytes[at++] = MINUS;
    const billions = magnitude < BILLION ? 0 : Math.floor(magnitude / BILLION);
    if (billions > 0) at = writeDigits(bytes, at, billions, 1);
    at = writeDigits(bytes, at, magnitude - billions * BILLION, billions > 0 ? 9 : 1);
  }
  bytes[at++] = CLOSE;
  text.length = at;
  return true;
}

/** Writes a whole number below 2³¹ with at least so many digits, and returns the place behind it. */
function writeDigits(bytes: Uint8Array, at: number, value: number, digitsMin: number): number {
  let digits = digitsMin;
  for (let limit = POWERS_OF_TEN[digitsMin] ?? Infinity; value >= limit; limit *= 10) digits += 1;
  let rest = value | 0;
  for (let place = at + digits - 1; place >= at; place--) {
    const tenth = (rest / 10) | 0;
    bytes[place] = ZERO + (rest - tenth * 10);
    rest = tenth;
  }
  return at + digits;
}
