/*
 * Columns of numbers as JSON text, read without a value in between. A wide slice is thousands of numbers: as JSON values they cost
 * most of a stage's time in its service.
 *
 * Invariants
 * 1. What is read here, JSON.parse reads as the same numbers; whatever is laid out otherwise than our codecs lay it out is left
 *    to JSON.parse.
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
 * Reads `count` numbers and the bracket behind them into `into`, from `first` on. Takes decimals of up
 * to 15 digits: such a one is the quotient of two exact doubles, which IEEE 754 rounds as JSON.parse does (Clinger 1990, "How to
 * read floating point numbers accurately"). Gives up on exponents, longer numbers and −0.
 */
export function readColumn(cursor: ColumnCursor, count: number, into: Float64Array, first: number): void {
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
    }
    if (byte !== (n === count - 1 ? CLOSE : COMMA)) return giveUp(cursor);
    into[first + n] = negative ? -value : value;
    at += 1;
  }
  if (count === 0 && bytes[at++] !== CLOSE) return giveUp(cursor);
  cursor.at = at;
}

function giveUp(cursor: ColumnCursor): void {
  cursor.at = -1;
}
