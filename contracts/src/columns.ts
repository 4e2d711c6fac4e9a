import {
  STATE_COLUMNS,
  STATE_WIDTH,
  compareText,
  item,
  read,
  reserveBars,
  reserveStates,
  type BarSlice,
  type EpochMs,
  type StateColumn,
  type StateSlice,
  type Ticker,
} from '@aitrader/model';
import { newColumnText, writeColumn, writeText } from './column-text.ts';
import { compose, parse } from './payload.ts';
import type { BarsV1, StatesV2 } from './schemas.ts';
import { layoutOf, readSlice } from './slice-layout.ts';
import type { Fact } from './topology.ts';
import { ContractError, validate } from './validation.ts';

const BAR_COLUMNS = ['open', 'high', 'low', 'close', 'volume', 'flags'] as const;
type BarColumn = (typeof BAR_COLUMNS)[number];

/**
 * Bars as `bars` v1. `knownAt`: when the slice became known; for a recorded feed the close itself.
 * @throws ContractError when a value is not finite or the symbols are out of order
 */
export function encodeBars(slice: BarSlice, knownAt: EpochMs = slice.t): string {
  const { count } = slice;
  const message: BarsV1 = {
    t: slice.t,
    tf: slice.timeframe,
    shard: slice.shard,
    knownAt,
    symbols: slice.symbols.slice(0, count),
    open: head(slice.open, count),
    high: head(slice.high, count),
    low: head(slice.low, count),
    close: head(slice.close, count),
    volume: head(slice.volume, count),
    flags: Array.from(slice.flags.subarray(0, count)),
  };
  checkBars(message);
  return compose('bars', message);
}

function head(column: Float64Array, count: number): number[] {
  const values = new Array<number>(count);
  for (let i = 0; i < count; i++) values[i] = read(column, i);
  return values;
}

/** Reads `bars` v1 into a slice that the caller reuses; a refused message leaves it as it was. @throws ContractError */
export function decodeBars(payload: Uint8Array, into: BarSlice): void {
  const message = readBars(payload) ?? parseBars(payload);
  const count = message.symbols.length;
  reserveBars(into, count);
  into.t = message.t;
  into.timeframe = message.tf;
  into.shard = message.shard;
  into.count = count;
  into.symbols = message.symbols;
  for (const name of BAR_COLUMNS) into[name].set(message[name]);
}

type BarsRead = Omit<BarsV1, BarColumn> & Readonly<Record<BarColumn, ArrayLike<number>>>;

function parseBars(payload: Uint8Array): BarsRead {
  const message = parse('bars', payload) as BarsV1;
  checkBars(message);
  return message;
}

const BARS_LAYOUT = layoutOf('bars', BAR_COLUMNS, 'column');
const UINT32_MAX = 0xffff_ffff;

/** Bars as our codecs lay them out; undefined when they are laid out otherwise. The columns hold until the next message. */
function readBars(payload: Uint8Array): BarsRead | undefined {
  const slice = readSlice(BARS_LAYOUT, payload);
  if (slice === undefined) return undefined;
  const { head, symbols, numbers } = slice;
  const count = symbols.length;
  const [open, high, low, close, volume, flags] = BAR_COLUMNS.map((_, c) => numbers.subarray(c * count, (c + 1) * count));
  if (!open || !high || !low || !close || !volume || !flags) return undefined;
  for (const bits of flags) if (!Number.isInteger(bits) || bits < 0 || bits > UINT32_MAX) return undefined;
  return { ...(head as BarsV1), symbols, open, high, low, close, volume, flags };
}

function checkBars(message: BarsV1): void {
  checkSymbols('bars', message.symbols);
  for (const name of BAR_COLUMNS) checkLength('bars', name, message[name], message.symbols);
}

/**
 * States as `states` v2: one column of integers per figure. They come as bytes: the widest message there is would as a string live
 * for one moment, and cost a copy each way. @throws ContractError as for bars
 */
export function encodeStates(slice: StateSlice): Uint8Array {
  const { t, shard, model, count } = slice;
  const head: StatesV2 = { t, shard, model, symbols: slice.symbols.slice(0, count) };
  checkSymbols('states', head.symbols);
  validate('states', { ...head, ...STATES_LAYOUT.emptyColumns });
  text.length = 0;
  writeText(text, encoder.encode(JSON.stringify(head).slice(0, -1)));
  for (let c = 0; c < STATE_WIDTH; c++) {
    writeText(text, item(STATES_LAYOUT.openings, c));
    if (!writeColumn(text, count, slice.rows, c, STATE_WIDTH)) return encoder.encode(composeStates(slice));
  }
  writeText(text, CLOSE);
  return text.bytes.slice(0, text.length);
}

const text = newColumnText();
const encoder = new TextEncoder();
const CLOSE = encoder.encode('}');

/** The same with every figure as a value: names what cannot be encoded. */
function composeStates({ t, shard, model, count, symbols, rows }: StateSlice): string {
  const message: StatesV2 = { t, shard, model, symbols: symbols.slice(0, count) };
  for (let c = 0; c < STATE_WIDTH; c++)
    message[item(STATE_COLUMNS, c).name] = Array.from({ length: count }, (_, i) => read(rows, i * STATE_WIDTH + c));
  checkStates(message);
  return compose('states', message);
}

/**
 * Reads `states` v2 into a slice that the caller reuses; a refused message leaves it as it was. Of columns that are not `wanted`
 * nothing is promised. @throws ContractError
 */
export function decodeStates(payload: Uint8Array, into: StateSlice, wanted?: ReadonlySet<StateColumn>): void {
  const laidOut = readSlice(STATES_LAYOUT, payload, wanted);
  if (laidOut?.whole === true) {
    beginStates(into, laidOut.head as StatesV2, laidOut.symbols);
    into.rows.set(laidOut.numbers);
    return;
  }
  const message = parse('states', payload) as StatesV2;
  checkStates(message);
  const { symbols } = message;
  beginStates(into, message, symbols);
  for (let c = 0; c < STATE_WIDTH; c++) {
    const column = columnOf(message, c);
    for (let i = 0; i < symbols.length; i++) into.rows[i * STATE_WIDTH + c] = item(column, i);
  }
}

const STATES_LAYOUT = layoutOf(
  'states',
  STATE_COLUMNS.map(({ name }) => name),
  'symbol',
);

function beginStates(into: StateSlice, { t, shard, model }: StatesV2, symbols: Ticker[]): void {
  reserveStates(into, symbols.length);
  Object.assign(into, { t, shard, model, count: symbols.length, symbols });
}

const columnOf = (message: StatesV2, c: number): readonly number[] => message[item(STATE_COLUMNS, c).name] as readonly number[];

function checkStates(message: StatesV2): void {
  checkSymbols('states', message.symbols);
  for (let c = 0; c < STATE_WIDTH; c++) checkLength('states', item(STATE_COLUMNS, c).name, columnOf(message, c), message.symbols);
}

function checkSymbols(fact: Fact, symbols: readonly Ticker[]): void {
  for (let i = 1; i < symbols.length; i++) {
    const [before, after] = [item(symbols, i - 1), item(symbols, i)];
    if (compareText(before, after) >= 0) throw new ContractError(fact, `symbols.${i}`, `${after} does not come after ${before}`);
  }
}

function checkLength(fact: Fact, name: string, column: readonly number[], symbols: readonly Ticker[]): void {
  if (column.length === symbols.length) return;
  throw new ContractError(fact, name, `has ${column.length} values for ${symbols.length} symbols`);
}
