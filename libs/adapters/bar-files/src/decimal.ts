// Invariant: for every text of a decimal number, `parseDecimal` gives the very double that `Number(text)` gives.
//
// Why it holds: a mantissa of at most 15 digits and a power of ten up to 10^22 are both exact doubles, and IEEE 754 division
// of two exact values is correctly rounded (Clinger 1990, "How to read floating point numbers accurately", the fast path).
// Everything else goes to `Number` itself.

const DIGIT_0 = 0x30;
const POINT = 0x2e;
const MINUS = 0x2d;
const PLUS = 0x2b;
const SIGNIFICANT_DIGITS_MAX = 15;
/** A timestamp in nanoseconds has 19; beyond 15 the value is only good enough to say that it is out of range. */
const WHOLE_DIGITS_MAX = 19;

/** 10^0 … 10^22, the powers of ten that a double holds exactly. */
const POWER_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Parses the ASCII decimal in `bytes[start, end)`. NaN when it is none (blanks, words, hex …); ±Infinity on overflow. */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start];
  const first = sign === MINUS || sign === PLUS ? start + 1 : start;
  let mantissa = 0;
  let significant = 0;
  let digits = 0;
  let point = -1;
  for (let i = first; i < end; i++) {
    const byte = bytes[i] ?? 0;
    const digit = byte - DIGIT_0;
    if (digit >= 0 && digit <= 9) {
      digits++;
      if (significant > 0 || digit > 0) significant++;
      if (significant > SIGNIFICANT_DIGITS_MAX) return parseSlowly(bytes, start, end);
      mantissa = mantissa * 10 + digit;
    } else if (byte === POINT && point < 0) point = i;
    else return parseSlowly(bytes, start, end);
  }
  const fraction = point < 0 ? 0 : end - point - 1;
  if (digits === 0 || fraction >= POWER_OF_TEN.length) return parseSlowly(bytes, start, end);
  const magnitude = fraction === 0 ? mantissa : mantissa / (POWER_OF_TEN[fraction] ?? Number.NaN);
  return sign === MINUS ? -magnitude : magnitude;
}

function parseSlowly(bytes: Uint8Array, start: number, end: number): number {
  const text = textOf(bytes, start, end);
  return DECIMAL.test(text) ? Number(text) : Number.NaN;
}

/** Parses whole, unsigned ASCII digits, 19 at most (exactly up to 15 of them); NaN when they are anything else. */
export function parseWhole(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start || end - start > WHOLE_DIGITS_MAX) return Number.NaN;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] ?? 0) - DIGIT_0;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** The text of `bytes[start, end)`, byte by byte: what is not ASCII shows as Latin-1. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] ?? 0);
  return text;
}
