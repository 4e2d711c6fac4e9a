import type { Brand } from './brand.ts';
import { UnitError, type EpochMs } from './units.ts';

/** A US-equities symbol as the tape prints it, such as `AAPL` or `BRK.B`. */
export type Ticker = Brand<string, 'Ticker'>;
/** One recording, such as `paper-20260105-143000`: lower case letters, digits and hyphens. */
export type RunId = Brand<string, 'RunId'>;
/** Derived from the interval, the symbol and the strategy that spoke. */
export type SignalId = Brand<string, 'SignalId'>;
/** Derived from the signal that caused the order. */
export type OrderId = Brand<string, 'OrderId'>;
/** Derived from the order, its leg and the number of the execution; a broker's own execution id when there is one. */
export type FillId = Brand<string, 'FillId'>;

const TICKER = /^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/;
const OF_A_SIGNAL = /^o\.\d+\./;
const RUN_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The longest ticker that a canonical row can hold, in bytes. */
export const TICKER_BYTES_MAX = 16;

/** Mints a ticker: 1 to 16 characters of A–Z, 0–9 and `. - / ^ =`. @throws UnitError */
export function ticker(text: string): Ticker {
  if (!TICKER.test(text)) throw new UnitError('Ticker', text, `1 to ${TICKER_BYTES_MAX} characters of A-Z 0-9 . - / ^ =`);
  return text as Ticker;
}

/** Mints a run id. @throws UnitError */
export function runId(text: string): RunId {
  if (!RUN_ID.test(text)) throw new UnitError('RunId', text, 'lower case letters, digits and hyphens, 63 at most');
  return text as RunId;
}

export const signalId = (t: EpochMs, symbol: Ticker, strategy: string): SignalId => `${t}.${symbol}.${strategy}` as SignalId;
export const orderId = (cause: SignalId): OrderId => `o.${cause}` as OrderId;
/** The strategy whose signal caused an order; undefined for one that an operator asked for. */
export const strategyOfOrder = (id: OrderId): string | undefined =>
  OF_A_SIGNAL.test(id) ? id.slice(id.lastIndexOf('.') + 1) : undefined;
export const fillId = (order: OrderId, leg: string, n: number): FillId => `${order}.${leg}.${n}` as FillId;

/** Takes an id back from text that a codec has already checked. */
export const ids = {
  signal: (text: string): SignalId => text as SignalId,
  order: (text: string): OrderId => text as OrderId,
  fill: (text: string): FillId => text as FillId,
} as const;

/** Canonical order of tickers: by UTF-16 code unit, the same on every host and locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
