import {
  STATE_COLUMNS,
  STATE_WIDTH,
  compareText,
  epochMs,
  item,
  read,
  reserveBars,
  reserveStates,
  type BarSlice,
  type Control,
  type Denial,
  type EpochMs,
  type ExecutionReport,
  type Fill,
  type Manifest,
  type RiskDecision,
  type SignalSlice,
  type StateSlice,
  type Ticker,
} from '@aitrader/model';
import type { BarsV1, DenialsV1, FillsV1, OrderEventsV1, OrdersV1, SignalsV1, StatesV1 } from './schemas.ts';
import type { Fact } from './topology.ts';
import { ContractError, validate } from './validation.ts';

/** The interval that a message is about, and its fact's payload. */
function parse(fact: Fact, payload: Uint8Array): unknown {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    throw new ContractError(fact, '', `is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  validate(fact, message);
  return message;
}

const head = (column: Float64Array | Uint32Array, count: number): number[] => Array.from(column.subarray(0, count));

/** Bars as `bars` v1. `knownAt`: when the slice became known; for a recorded feed the close itself. */
export function encodeBars(slice: BarSlice, knownAt: EpochMs = slice.t): string {
  const { count } = slice;
  return JSON.stringify({
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
    flags: head(slice.flags, count),
  } satisfies BarsV1);
}

/** Reads `bars` v1 into a slice that the caller reuses. @throws ContractError */
export function decodeBars(payload: Uint8Array, into: BarSlice): void {
  const message = parse('bars', payload) as BarsV1;
  const { symbols } = message;
  checkSymbols('bars', symbols);
  reserveBars(into, symbols.length);
  into.t = message.t;
  into.timeframe = message.tf;
  into.shard = message.shard;
  into.count = symbols.length;
  into.symbols = symbols;
  for (const name of ['open', 'high', 'low', 'close', 'volume', 'flags'] as const) {
    const column = message[name];
    if (column.length !== symbols.length)
      throw new ContractError('bars', name, `has ${column.length} values for ${symbols.length} symbols`);
    into[name].set(column);
  }
}

function checkSymbols(fact: Fact, symbols: readonly Ticker[]): void {
  for (let i = 1; i < symbols.length; i++) {
    const [before, after] = [item(symbols, i - 1), item(symbols, i)];
    if (compareText(before, after) >= 0) throw new ContractError(fact, `symbols.${i}`, `${after} does not come after ${before}`);
  }
}

/** States as `states` v1: one column of integers per figure. */
export function encodeStates(slice: StateSlice): string {
  const message: Record<string, unknown> = {
    t: slice.t,
    shard: slice.shard,
    model: slice.model,
    symbols: slice.symbols.slice(0, slice.count),
  };
  for (let c = 0; c < STATE_WIDTH; c++) {
    const column = new Array<number>(slice.count);
    for (let i = 0; i < slice.count; i++) column[i] = read(slice.rows, i * STATE_WIDTH + c);
    message[item(STATE_COLUMNS, c).name] = column;
  }
  return JSON.stringify(message);
}

/** Reads `states` v1 into a slice that the caller reuses. @throws ContractError */
export function decodeStates(payload: Uint8Array, into: StateSlice): void {
  const message = parse('states', payload) as StatesV1;
  const count = message.symbols.length;
  checkSymbols('states', message.symbols);
  reserveStates(into, count);
  into.t = message.t;
  into.shard = message.shard;
  into.model = message.model;
  into.count = count;
  into.symbols = message.symbols;
  for (let c = 0; c < STATE_WIDTH; c++) {
    const { name } = item(STATE_COLUMNS, c);
    const column = message[name] as readonly number[];
    if (column.length !== count) throw new ContractError('states', name, `has ${column.length} values for ${count} symbols`);
    for (let i = 0; i < count; i++) into.rows[i * STATE_WIDTH + c] = item(column, i);
  }
}

export const encodeSignals = (slice: SignalSlice): string =>
  JSON.stringify({ t: slice.t, shard: slice.shard, signals: slice.signals } satisfies SignalsV1);

/** @throws ContractError */
export function decodeSignals(payload: Uint8Array): SignalSlice {
  return parse('signals', payload) as SignalsV1;
}

/** Risk's orders and the account they were decided on; the denials travel apart. */
export const encodeOrders = (decision: RiskDecision): string =>
  JSON.stringify({ t: decision.t, account: decision.account, orders: decision.orders } satisfies OrdersV1);

/** @throws ContractError */
export function decodeOrders(payload: Uint8Array): Omit<RiskDecision, 'denials'> {
  return parse('orders', payload) as OrdersV1;
}

export const encodeDenials = (decision: RiskDecision): string =>
  JSON.stringify({ t: decision.t, denials: decision.denials } satisfies DenialsV1);

/** @throws ContractError */
export function decodeDenials(payload: Uint8Array): { t: EpochMs; denials: Denial[] } {
  return parse('denials', payload) as DenialsV1;
}

export const encodeOrderEvents = (report: ExecutionReport): string =>
  JSON.stringify({ t: report.t, fills: report.fills.length, events: report.events } satisfies OrderEventsV1);

/** `fills` is how many fills the interval had; they came in a message before. @throws ContractError */
export function decodeOrderEvents(payload: Uint8Array): { t: EpochMs; fills: number; events: ExecutionReport['events'] } {
  return parse('order-events', payload) as OrderEventsV1;
}

export const encodeFills = (report: ExecutionReport): string =>
  JSON.stringify({ t: report.t, fills: report.fills } satisfies FillsV1);

/** @throws ContractError */
export function decodeFills(payload: Uint8Array): { t: EpochMs; fills: Fill[] } {
  return parse('fills', payload) as FillsV1;
}

export const encodeControl = (command: Control): string => JSON.stringify(command);

/** @throws ContractError */
export function decodeControl(payload: Uint8Array): Control {
  return parse('control', payload) as Control;
}

export const encodeManifest = (manifest: Manifest): string => JSON.stringify(manifest);

/** @throws ContractError */
export function decodeManifest(payload: Uint8Array): Manifest {
  return parse('manifest', payload) as Manifest;
}

const T_FIELD = /"t":(\d{1,15})[,}]/;

/** The interval of any message but the manifest, without decoding the rest. @throws ContractError */
export function intervalOf(fact: Fact, payload: Uint8Array): EpochMs {
  const match = T_FIELD.exec(
    Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.byteLength, 200)).toString('latin1'),
  );
  if (match === null) throw new ContractError(fact, 't', 'is missing');
  return epochMs(Number(match[1]));
}
