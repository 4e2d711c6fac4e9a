import { compareText, item, read, reserveBars, type BarSlice, type EpochMs, type Ticker } from '@aitrader/model';
import { compose, parse } from './payload.ts';
import type { BarsV1 } from './schemas.ts';
import { layoutOf, readSlice } from './slice-layout.ts';
import type { Fact } from './topology.ts';
import { ContractError } from './validation.ts';

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

const BARS_LAYOUT = layoutOf('bars', BAR_COLUMNS, {});
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
  for (const name of BAR_COLUMNS) checkLength(name, message[name], message.symbols);
}

/** @throws ContractError for symbols out of canonical order, or one that is there twice */
export function checkSymbols(fact: Fact, symbols: readonly Ticker[]): void {
  for (let i = 1; i < symbols.length; i++) {
    const [before, after] = [item(symbols, i - 1), item(symbols, i)];
    if (compareText(before, after) >= 0) throw new ContractError(fact, `symbols.${i}`, `${after} does not come after ${before}`);
  }
}

function checkLength(name: string, column: readonly number[], symbols: readonly Ticker[]): void {
  if (column.length === symbols.length) return;
  throw new ContractError('bars', name, `has ${column.length} values for ${symbols.length} symbols`);
}
