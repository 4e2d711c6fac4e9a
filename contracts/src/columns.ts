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
  type StateSlice,
  type Ticker,
} from '@aitrader/model';
import { compose, parse } from './payload.ts';
import type { BarsV1, StatesV1 } from './schemas.ts';
import type { Fact } from './topology.ts';
import { ContractError } from './validation.ts';

const BAR_COLUMNS = ['open', 'high', 'low', 'close', 'volume', 'flags'] as const;

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
  const message = parse('bars', payload) as BarsV1;
  checkBars(message);
  const { symbols } = message;
  reserveBars(into, symbols.length);
  into.t = message.t;
  into.timeframe = message.tf;
  into.shard = message.shard;
  into.count = symbols.length;
  into.symbols = symbols;
  for (const name of BAR_COLUMNS) into[name].set(message[name]);
}

function checkBars(message: BarsV1): void {
  checkSymbols('bars', message.symbols);
  for (const name of BAR_COLUMNS) checkLength('bars', name, message[name], message.symbols);
}

/** States as `states` v1: one column of integers per figure. @throws ContractError as for bars */
export function encodeStates(slice: StateSlice): string {
  const { count } = slice;
  const message: StatesV1 = { t: slice.t, shard: slice.shard, model: slice.model, symbols: slice.symbols.slice(0, count) };
  for (let c = 0; c < STATE_WIDTH; c++) {
    const column = new Array<number>(count);
    for (let i = 0; i < count; i++) column[i] = read(slice.rows, i * STATE_WIDTH + c);
    message[item(STATE_COLUMNS, c).name] = column;
  }
  checkStates(message);
  return compose('states', message);
}

/** Reads `states` v1 into a slice that the caller reuses; a refused message leaves it as it was. @throws ContractError */
export function decodeStates(payload: Uint8Array, into: StateSlice): void {
  const message = parse('states', payload) as StatesV1;
  checkStates(message);
  const count = message.symbols.length;
  reserveStates(into, count);
  into.t = message.t;
  into.shard = message.shard;
  into.model = message.model;
  into.count = count;
  into.symbols = message.symbols;
  for (let c = 0; c < STATE_WIDTH; c++) {
    const column = columnOf(message, c);
    for (let i = 0; i < count; i++) into.rows[i * STATE_WIDTH + c] = item(column, i);
  }
}

const columnOf = (message: StatesV1, c: number): readonly number[] => message[item(STATE_COLUMNS, c).name] as readonly number[];

function checkStates(message: StatesV1): void {
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
