import type { GateFigure } from '@aitrader/model';
import { cashText, dollars, figure, share, shares } from './figures.ts';
import { dataLevelWords } from './data-words.ts';
import { stateFlagWords } from './flag-words.ts';

/*
 * What each gate found, for people: the figures that it recorded, with their units, in a sentence.
 *
 * 1. Every gate of risk has words for passing and for refusing; one that this version does not know is shown with its figures.
 */

/** What a gate compared, and of which symbol. */
export type JudgedGate = GateFigure & { readonly symbol: string };

interface Words {
  readonly passed: (gate: JudgedGate) => string;
  readonly refused: (gate: JudgedGate) => string;
  /** of a figure that is not known, where that has a meaning of its own */
  readonly unknown?: (gate: JudgedGate) => string;
}

const both = (said: (gate: JudgedGate) => string): Words => ({ passed: said, refused: said });
const minutes = (value: number): string => `${value} minute${value === 1 ? '' : 's'}`;
/** Shown where a gate could not know its figure. */
const isUnknown = ({ value }: GateFigure): boolean => Math.abs(value) >= Number.MAX_SAFE_INTEGER;

const underLimit = (what: string): Words =>
  both(({ value, limit }) => `${what} ${cashText(value)} of ${cashText(Math.max(0, limit))} that are left`);

/** A tick's rounding: the other thing that the gate of prices compares with is far larger. */
const DRIFT_LIMIT = 1;

const GATE_WORDS: Readonly<Record<string, Words>> = {
  TRADING_STATE: { passed: () => 'trading is active', refused: () => 'trading is halted' },
  DATA_LEVEL: {
    passed: ({ value }) => `the market's data is ${dataLevelWords(value)}`,
    refused: ({ value }) => `no entries: the market's data is ${dataLevelWords(value)}`,
  },
  SESSION: {
    passed: ({ value, limit }) => `${minutes(value)} to trade in, at least ${limit} needed`,
    refused: ({ value, limit }) =>
      value === 0
        ? `outside trading hours: entries need ${limit} minutes to trade in`
        : `only ${minutes(value)} to trade in: entries need ${limit}`,
  },
  WATCHLIST: {
    passed: ({ symbol, value, limit }) =>
      value === 0
        ? 'the run has no scanner: it trades its universe'
        : `${symbol} is number ${value} of ${limit} on the watchlist`,
    refused: ({ symbol, value, limit }) => `${symbol} is number ${value} of ${limit} on the watchlist`,
    unknown: ({ symbol, limit }) =>
      limit < 0 ? 'no watchlist of this trade date is in effect yet' : `${symbol} is not among the ${limit} on the watchlist`,
  },
  STATE_FLAGS: {
    passed: () => 'nothing speaks against the state',
    refused: ({ value }) => `the state is not to be relied on: ${stateFlagWords(value)}`,
  },
  STALENESS: both(({ value, limit }) => `the last close is ${minutes(value)} old, at most ${limit} allowed`),
  PRICE_SANITY: both(({ value, limit }) =>
    limit === DRIFT_LIMIT
      ? `the signal's reference is ${dollars(value)} off the last close`
      : `the stop is ${dollars(value)} away, at most ${dollars(limit)} allowed`,
  ),
  SHORT_ALLOWED: {
    passed: ({ value }) => (value === 0 ? 'a long' : 'a short, which is allowed'),
    refused: () => 'a short, and shorting is not allowed',
  },
  OPEN_EXPOSURE: {
    passed: ({ symbol }) => `holds no ${symbol} and has no order in it`,
    refused: ({ symbol }) => `already holds or is entering ${symbol}`,
  },
  OPEN_ORDERS: both(({ value, limit }) => `would be open order ${value} of at most ${limit}`),
  CALIBRATION_BARS: both(({ value, limit }) => `${value} forecasts of it were put to the test, at least ${limit} needed`),
  CALIBRATION: both(
    ({ value, limit }) => `its 95 % intervals held ${share(value)} of late closes, at least ${share(limit)} needed`,
  ),
  KELLY: {
    passed: ({ value, limit }) => `worth a stake of ${cashText(value)}; a share costs ${cashText(limit)}`,
    refused: ({ value, limit }) => `worth a stake of ${cashText(Math.max(0, value))}, less than a share (${cashText(limit)})`,
  },
  MANUAL_ONCE: {
    passed: () => 'asked for once',
    refused: () => 'asked for already under this id',
  },
  MANUAL_QUANTITY: {
    passed: ({ value }) => `an operator asks for ${shares(value)} at most`,
    refused: ({ value }) => `an operator asks for ${shares(value)}, less than a share`,
  },
  SYMBOL_NOTIONAL: both(
    ({ value, limit }) => `${cashText(value)} in one symbol, at most ${cashText(Math.max(0, limit))} allowed`,
  ),
  GROSS_NOTIONAL: underLimit('takes gross exposure of'),
  BUYING_POWER: underLimit('takes buying power of'),
  ORDER_NOTIONAL_MIN: both(({ value, limit }) => `an order of ${cashText(value)}, at least ${cashText(limit)} needed`),
  ORDER_NOTIONAL_MAX: both(({ value, limit }) => `an order of ${cashText(value)}, at most ${cashText(limit)} allowed`),
};

/** The gates that have words. */
export const WORDED_GATES: readonly string[] = Object.keys(GATE_WORDS);

function said(gate: JudgedGate, way: 'passed' | 'refused'): string {
  const words = GATE_WORDS[gate.gate];
  const limit = figure({ value: gate.limit, unit: gate.unit });
  if (words === undefined) return `${gate.gate}: ${figure(gate)}, limit ${limit}`;
  if (isUnknown(gate) && words.unknown !== undefined) return words.unknown(gate);
  if (isUnknown(gate)) return `${gate.gate}: its figure is not known, which refuses (limit ${limit})`;
  return words[way](gate);
}

/** Why a gate refused, with its figures and units. */
export const refusalWords = (gate: JudgedGate): string => said(gate, 'refused');
/** What a gate found that let the order pass; `affordable` gates may have made it smaller. */
export const passWords = (gate: JudgedGate): string => said(gate, 'passed');
