import { AT, STATE_COLUMNS, STATE_WIDTH, item, read, type StateColumn } from '@aitrader/model';
import { ContractError } from './validation.ts';

/*
 * The figures of a slice's states as bytes: for each column of STATE_COLUMNS in turn one byte that says how many bytes each of its numbers
 * takes, and then a number for each symbol, little-endian. 0: all of them are 0, and none is written; 1 to 4: integers in two's
 * complement; 8: IEEE 754 doubles, which hold what four bytes cannot. A quantile is written as what it is above another one, see
 * MEASURED_FROM, unless it takes eight bytes. A slice without symbols has no bytes.
 *
 * 1. A slice has one encoding: every column takes the fewest bytes that hold all of its numbers.
 * 2. What is read is what was written, and what is malformed is refused by the name of its column.
 */

/** A raw quantile is measured from its neighbour towards the median, an adapted one from the raw one of its level. */
export const MEASURED_FROM: Readonly<Partial<Record<StateColumn, StateColumn>>> = {
  q005: 'q010',
  q010: 'q025',
  q025: 'q050',
  q050: 'q100',
  q100: 'q250',
  q250: 'q500',
  q750: 'q500',
  q900: 'q750',
  q950: 'q900',
  q975: 'q950',
  q990: 'q975',
  q995: 'q990',
  a005: 'q005',
  a025: 'q025',
  a050: 'q050',
  a100: 'q100',
  a250: 'q250',
  a750: 'q750',
  a900: 'q900',
  a950: 'q950',
  a975: 'q975',
  a995: 'q995',
};

const NONE = -1;
/** By column: the one that it is measured from. */
const BASE = STATE_COLUMNS.map(({ name }) => {
  const base = MEASURED_FROM[name];
  return base === undefined ? NONE : AT[base];
});
/** Columns that are measured from another, each behind that one. */
const MEASURED = STATE_COLUMNS.map((_, c) => c)
  .filter((c) => item(BASE, c) !== NONE)
  .sort((a, b) => depthOf(a) - depthOf(b));

function depthOf(column: number): number {
  const base = item(BASE, column);
  return base === NONE ? 0 : 1 + depthOf(base);
}

const PLAIN = 8;
const NUMBER_BYTES_MAX = 8;
const LEAST = [0, -(2 ** 7), -(2 ** 15), -(2 ** 23), -(2 ** 31)];
const MOST = [0, 2 ** 7 - 1, 2 ** 15 - 1, 2 ** 23 - 1, 2 ** 31 - 1];

/** The fewest bytes that hold all integers from `least` to `most`. */
function widthOf(least: number, most: number): number {
  const width = LEAST.findIndex((low, w) => low <= least && most <= item(MOST, w));
  return width < 0 ? PLAIN : width;
}

/** Room for the bytes of one slice, and for the numbers of one column. */
const room = { bytes: Buffer.alloc(0), numbers: new Float64Array(0) };

function reserve(count: number): void {
  const bytes = STATE_WIDTH * (1 + count * NUMBER_BYTES_MAX);
  if (room.bytes.length < bytes) room.bytes = Buffer.alloc(2 * bytes);
  if (room.numbers.length < count) room.numbers = new Float64Array(2 * count);
}

/**
 * The figures of the first `count` rows; the bytes hold until the next call. −0 is written as 0.
 * @throws ContractError for a figure that is no safe integer
 */
export function packFigures(rows: Float64Array, count: number): Buffer {
  reserve(count);
  let at = 0;
  if (count === 0) return room.bytes.subarray(0, 0);
  for (let c = 0; c < STATE_WIDTH; c++) {
    const width = measure(rows, count, c);
    room.bytes[at] = width;
    at = writeColumn(width, count, at + 1);
  }
  return room.bytes.subarray(0, at);
}

/** Puts the numbers of a column as they are written into the room for them, and returns how many bytes they take. */
function measure(rows: Float64Array, count: number, column: number): number {
  const { numbers } = room;
  const base = item(BASE, column);
  let least = 0;
  let most = 0;
  for (let i = 0; i < count; i++) {
    const row = i * STATE_WIDTH;
    const value = read(rows, row + column);
    if (!Number.isSafeInteger(value)) throw notAnInteger(column, i, value);
    const number = base === NONE ? value : value - read(rows, row + base);
    numbers[i] = number;
    if (number < least) least = number;
    if (number > most) most = number;
  }
  const width = widthOf(least, most);
  if (width === PLAIN) for (let i = 0; i < count; i++) numbers[i] = read(rows, i * STATE_WIDTH + column) + 0;
  return width;
}

const notAnInteger = (column: number, i: number, value: number): ContractError =>
  new ContractError('states', `figures.${nameOf(column)}.${i}`, `must be a safe integer, got ${value}`);
const nameOf = (column: number): StateColumn => item(STATE_COLUMNS, column).name;

/** Writes the numbers in the room, and returns the place behind them. */
function writeColumn(width: number, count: number, from: number): number {
  const { bytes, numbers } = room;
  let at = from;
  for (let i = 0; width > 0 && i < count; i++) {
    const number = read(numbers, i);
    if (width === PLAIN) bytes.writeDoubleLE(number, at);
    else {
      bytes[at] = number;
      if (width > 1) bytes[at + 1] = number >> 8;
      if (width > 2) bytes[at + 2] = number >> 16;
      if (width > 3) bytes[at + 3] = number >> 24;
    }
    at += width;
  }
  return at;
}

/** The columns that have to be read when only some are wanted: those that they are measured from, too. */
function neededFor(wanted: ReadonlySet<StateColumn>): boolean[] {
  const needed = STATE_COLUMNS.map(({ name }) => wanted.has(name));
  for (const c of MEASURED.toReversed()) if (needed[c] === true) needed[item(BASE, c)] = true;
  return needed;
}

/**
 * Reads the figures of `count` states into the first rows of `into`. Of columns that are not `wanted` nothing is promised.
 * @throws ContractError for bytes that `packFigures` would not have written; what `into` held is then lost
 */
export function unpackFigures(bytes: Buffer, count: number, into: Float64Array, wanted?: ReadonlySet<StateColumn>): void {
  const needed = wanted === undefined ? undefined : neededFor(wanted);
  const widths = new Uint8Array(STATE_WIDTH);
  let at = 0;
  for (let c = 0; count > 0 && c < STATE_WIDTH; c++) {
    const width = bytes[at];
    if (width === undefined) throw new ContractError('states', `figures.${nameOf(c)}`, 'is missing');
    if (width >= LEAST.length && width !== PLAIN)
      throw new ContractError('states', `figures.${nameOf(c)}`, `must take 0, 1, 2, 3, 4 or 8 bytes a number, got ${width}`);
    if (at + 1 + width * count > bytes.length)
      throw new ContractError('states', `figures.${nameOf(c)}`, `ends before its ${count} numbers of ${width} bytes`);
    widths[c] = width;
    if (needed === undefined || needed[c] === true) readColumn(bytes, at + 1, width, count, into, c);
    at += 1 + width * count;
  }
  if (at !== bytes.length) throw new ContractError('states', 'figures', `has ${bytes.length - at} bytes behind its last column`);
  const isNeeded = (c: number): boolean => needed === undefined || needed[c] === true;
  for (let c = 0; c < STATE_WIDTH; c++)
    if (isNeeded(c) && widths[c] === PLAIN && item(BASE, c) === NONE) checkPlain(into, count, c);
  for (const c of MEASURED.filter(isNeeded)) {
    if (widths[c] === PLAIN) checkPlain(into, count, c);
    else addBase(into, count, c);
  }
}

function readColumn(bytes: Buffer, from: number, width: number, count: number, into: Float64Array, column: number): void {
  let least = 0;
  let most = 0;
  let at = from;
  for (let i = 0; i < count; i++) {
    const number = numberAt(bytes, at, width);
    into[i * STATE_WIDTH + column] = number;
    if (number < least) least = number;
    if (number > most) most = number;
    at += width;
  }
  if (width === PLAIN || widthOf(least, most) === width) return;
  throw new ContractError('states', `figures.${nameOf(column)}`, `takes ${width} bytes a number where fewer would do`);
}

function numberAt(bytes: Buffer, at: number, width: number): number {
  if (width === 1) return (byteAt(bytes, at) << 24) >> 24;
  if (width === 2) return ((byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8)) << 16) >> 16;
  if (width === 3) return ((byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | (byteAt(bytes, at + 2) << 16)) << 8) >> 8;
  if (width === 4) return bytes.readInt32LE(at);
  return width === 0 ? 0 : bytes.readDoubleLE(at);
}

const byteAt = (bytes: Buffer, at: number): number => bytes[at] ?? NaN;

function addBase(into: Float64Array, count: number, column: number): void {
  const base = item(BASE, column);
  for (let i = 0; i < count; i++) {
    const row = i * STATE_WIDTH;
    const value = read(into, row + column) + read(into, row + base);
    if (!Number.isSafeInteger(value)) throw notAnInteger(column, i, value);
    into[row + column] = value;
  }
}

/** Doubles must be integers, and one of them at least too large for fewer bytes. */
function checkPlain(into: Float64Array, count: number, column: number): void {
  const base = item(BASE, column);
  let least = 0;
  let most = 0;
  for (let i = 0; i < count; i++) {
    const value = read(into, i * STATE_WIDTH + column);
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw notAnInteger(column, i, value);
    const number = base === NONE ? value : value - read(into, i * STATE_WIDTH + base);
    if (number < least) least = number;
    if (number > most) most = number;
  }
  if (widthOf(least, most) === PLAIN) return;
  throw new ContractError('states', `figures.${nameOf(column)}`, 'takes 8 bytes a number where fewer would do');
}
