import { gateVerdict, isUnknownFigure, type GateFigure } from '@aitrader/model';
import { at, bp, cashText, dollars, figure, share, shares } from './figures.ts';
import { dataLevelWords } from './data-words.ts';
import { holdFlagWords, stateFlagWords } from './flag-words.ts';

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
const isUnknown = ({ value }: GateFigure): boolean => isUnknownFigure(value);

/** Earlier versions recorded what an order would have taken, and what was left of it to take. */
const underLimit = (what: string): Words =>
  both(({ value, limit, comparison }) =>
    comparison === 'sizes'
      ? `${what} a share ${cashText(limit)} of ${cashText(Math.max(0, value))} that are left`
      : `${what} ${cashText(value)} of ${cashText(Math.max(0, limit))} that are left`,
  );
const stopWords = ({ value, limit }: JudgedGate): string =>
  `the stop is ${dollars(value)} away, at most ${dollars(limit)} allowed`;

/** Where nothing limits a loss. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER - 1;
const underLoss = (of: string): Words =>
  both(({ value, limit }) =>
    limit >= NO_LIMIT - 1
      ? `${share(value)} ${of} are lost, and no loss halts`
      : `${share(value)} ${of} are lost, ${share(limit + 1)} halt`,
  );
/** Of how the account may trade: it may only get out. */
const REDUCE_ONLY = 2;

/** A tick's rounding: the other thing that the gate of prices compares with is far larger. */
const DRIFT_LIMIT = 1;

/** What the gate of day trades says where nothing bounds them. */
const UNBOUNDED = 1_000_000;

const GATE_WORDS: Readonly<Record<string, Words>> = {
  TRADING_STATE: {
    passed: () => 'trading is active',
    refused: ({ value }) => (value === REDUCE_ONLY ? 'the account may only be made smaller' : 'trading is halted'),
  },
  KILL_SWITCH: {
    passed: () => 'no operator has stopped the entries',
    refused: ({ value }) => `an operator stopped the entries at ${at(value)}`,
  },
  DAILY_LOSS: underLoss('of the equity of the morning'),
  DRAWDOWN: underLoss('of the highest equity'),
  RECONCILED: {
    passed: () => 'the broker has told of the account',
    refused: () => 'the broker has told nothing of the account in this run',
    unknown: () => 'nothing was said of the account',
  },
  BROKER_STREAM: {
    passed: () => 'the broker is heard',
    refused: ({ value }) => `the broker has not been heard for ${minutes(value)}`,
    unknown: () => 'nobody knows whether the broker is heard',
  },
  DATA_LEVEL: {
    passed: ({ value }) => `the market's data is ${dataLevelWords(value)}`,
    refused: ({ value }) => `no entries: the market's data is ${dataLevelWords(value)}`,
  },
  BARS_LATE: both(({ value, limit }) => `the bars were known ${value} ms after their close, at most ${limit} allowed`),
  FLEET_VERSIONS: both(({ value }) =>
    value === 0 ? 'rests on no model' : `the signals are of ${value === 1 ? 'one model' : `${value} models`}`,
  ),
  MARKS_AGE: both(({ value, limit }) =>
    limit === 0
      ? 'no mark of what is held is too old'
      : `the oldest mark of what is held is ${minutes(value)} old, at most ${limit} allowed`,
  ),
  SESSION: {
    passed: ({ value, limit }) => `${minutes(value)} to trade in, at least ${limit} needed`,
    refused: ({ value, limit }) =>
      value === 0
        ? `outside trading hours: entries need ${limit} minutes to trade in`
        : `only ${minutes(value)} to trade in: entries need ${limit}`,
  },
  SESSION_PART: both(({ value, limit }) => `would be entry ${value} of at most ${limit} in this part of the session`),
  ORDER_TYPE: {
    passed: () => 'the broker takes entries at this hour',
    refused: ({ limit }) =>
      limit === 0 ? 'an order at market is taken in regular hours alone' : 'the broker takes no entries at night',
  },
  SYMBOL_HALTED: {
    passed: ({ symbol }) => `${symbol} is not known to be halted`,
    refused: ({ symbol }) => `${symbol} is halted`,
  },
  RESTRICTED: {
    passed: ({ symbol }) => `${symbol} is not restricted`,
    refused: ({ symbol }) => `${symbol} is never entered: it is restricted`,
  },
  OPEN_BREAK: {
    passed: ({ symbol }) => `no break of the account holds up ${symbol}`,
    refused: ({ symbol, value }) =>
      `${value === 1 ? 'a break' : `${value} breaks`} of the account hold${value === 1 ? 's' : ''} up ${symbol}`,
    unknown: () => 'nothing was said of breaks of the account',
  },
  HELD_BACK: {
    passed: ({ symbol }) => `execution would take an entry in ${symbol}`,
    refused: ({ symbol, value }) => `execution holds ${symbol} back: ${holdFlagWords(value)}`,
    unknown: () => 'nothing was said of what execution holds back',
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
  PRICE_SANITY: both((gate) =>
    gate.limit === DRIFT_LIMIT ? `the signal's reference is ${dollars(gate.value)} off the last close` : stopWords(gate),
  ),
  PRICE_COLLAR: {
    ...both(({ value, limit }) =>
      limit === 0
        ? 'moves between closes are not limited'
        : `the close is ${share(value)} off the one before, at most ${share(limit)} allowed`,
    ),
    unknown: () => 'there are not two closes to compare',
  },
  STOP_DISTANCE: {
    ...both(stopWords),
    unknown: () => 'the stop or the target is not on its side of the reference',
  },
  PRICE_TICK: both(
    ({ value }) => `the nearer exit is ${value} ${value === 1 ? 'step' : 'steps'} of the price grid away, 1 needed`,
  ),
  QUARANTINED: {
    passed: () => 'the last bar is believed',
    refused: () => 'the last bar is not believed before another one bears it out',
  },
  SHORT_ALLOWED: {
    passed: ({ value }) => (value === 0 ? 'a long' : 'a short, which is allowed'),
    refused: () => 'a short, and shorting is not allowed',
  },
  BORROW_RATE: {
    ...both(({ value, limit }) =>
      value > 0
        ? `shares to sell short cost ${share(value)} a year, at most ${share(limit)} allowed`
        : `borrows no shares, or for nothing${limit > 0 ? '' : ', or what they cost is not limited'}`,
    ),
    unknown: () => 'nobody knows what shares to sell short cost',
  },
  SHORT_SALE: {
    passed: () => 'the law lets it be sold that way',
    refused: () => 'sold short in a cash account, below $2,000, or while the short sale restriction holds',
    unknown: () => 'nobody can tell yet whether the short sale restriction holds',
  },
  DAY_TRADES: both(({ value, limit }) =>
    limit === UNBOUNDED
      ? `may become day trade ${value} within five days`
      : `may become day trade ${value} within five days, at most ${limit} allowed`,
  ),
  OPEN_EXPOSURE: {
    passed: ({ symbol }) => `holds no ${symbol} and has no order in it`,
    refused: ({ symbol }) => `already holds or is entering ${symbol}`,
  },
  OPEN_ORDERS: both(({ value, limit }) => `would be open order ${value} of at most ${limit}`),
  UNKNOWN_ORDERS: both(({ value, limit }) => `the broker has not told of ${value} orders, at most ${limit} allowed`),
  INTERVAL_ENTRIES: both(({ value, limit }) => `would be entry ${value} of at most ${limit} in one interval`),
  REPEATED_ENTRIES: both(
    ({ symbol, value, limit }) => `would be entry ${value} of at most ${limit} in ${symbol} by this strategy`,
  ),
  SYMBOL_MESSAGES: both(
    ({ symbol, value, limit }) => `would be message ${value} of at most ${limit} of ${symbol} within an hour`,
  ),
  DUPLICATE_INTENT: { passed: () => 'was not approved before', refused: () => 'was approved already' },
  SIGNAL_BAR: {
    passed: () => 'the signal is raised on the last bar',
    refused: ({ value }) => `the signal is raised on a bar ${value / 1_000} s off the last one that is believed`,
    unknown: () => 'the bar that the signal is raised on was not heard',
  },
  SIGNAL_FIGURES: {
    passed: () => 'all that the signal says makes sense',
    refused: ({ value }) => `${value} figures of the signal make no sense`,
  },
  CALIBRATION_BARS: both(({ value, limit }) => `${value} forecasts of it were put to the test, at least ${limit} needed`),
  CALIBRATION: both(
    ({ value, limit }) => `its 95 % intervals held ${share(value)} of late closes, at least ${share(limit)} needed`,
  ),
  EDGE_OUTCOMES: both(({ value, limit }) => `${value} claims of its strategy have come to an end, at least ${limit} needed`),
  EDGE_ERROR: both(
    ({ value, limit }) => `what its claims come to is known to ${share(value)} of them, at least to ${share(limit)} needed`,
  ),
  EDGE: both(({ value }) => `such claims have come to ${share(value)} of what was claimed, more than nothing needed`),
  EDGE_NET: both(({ value }) => `${bp(value)} expected after the cost of both legs, more than none needed`),
  KELLY: {
    passed: ({ value, limit }) => `worth a stake of ${cashText(value)}; a share costs ${cashText(limit)}`,
    refused: ({ value, limit }) => `worth a stake of ${cashText(Math.max(0, value))}, less than a share (${cashText(limit)})`,
  },
  NETTING: {
    passed: ({ value }) => `${cashText(value)} left beside what other strategies want of the symbol`,
    refused: ({ value }) =>
      `${cashText(Math.max(0, value))} left beside what other strategies want of the symbol, less than a share`,
  },
  CORRELATION: {
    passed: ({ value }) => `${cashText(value)} left beside what moves with it`,
    refused: ({ value }) => `${cashText(Math.max(0, value))} left beside what moves with it, less than a share`,
  },
  MANUAL_ONCE: {
    passed: () => 'asked for once',
    refused: () => 'asked for already under this id',
  },
  MANUAL_QUANTITY: {
    passed: ({ value }) => `an operator asks for ${shares(value)} at most`,
    refused: ({ value }) => `an operator asks for ${shares(value)}, less than a share`,
  },
  SYMBOL_NOTIONAL: both(({ value, limit, comparison }) =>
    comparison === 'sizes'
      ? `at most ${cashText(value)} allowed in one symbol; a share costs ${cashText(limit)}`
      : `${cashText(value)} in one symbol, at most ${cashText(Math.max(0, limit))} allowed`,
  ),
  GROSS_NOTIONAL: underLimit('takes gross exposure of'),
  NET_NOTIONAL: underLimit('takes net exposure of'),
  SECTOR_NOTIONAL: underLimit('takes exposure in its sector of'),
  BUYING_POWER: underLimit('takes buying power of'),
  INTRADAY_MARGIN: both(
    ({ value, limit }) => `takes margin of a share ${cashText(limit)} of ${cashText(Math.max(0, value))} that are left`,
  ),
  SETTLED_CASH: both(
    ({ value, limit }) => `takes settled money for a share ${cashText(limit)} of ${cashText(Math.max(0, value))} that are left`,
  ),
  DAY_VOLUME: both(({ value }) => `at most ${shares(value)} shares for what trades in a day`),
  BAR_VOLUME: both(({ value }) => `at most ${shares(value)} shares for what traded in the last bar`),
  EXIT_VOLUME: both(({ value }) => `at most ${shares(value)} shares can leave before the close`),
  ORDER_SHARES_MAX: both(({ value }) => `an order of at most ${shares(value)} shares allowed`),
  EXPECTED_SHORTFALL: both(
    ({ value, limit }) =>
      `${cashText(Math.max(0, value))} until the account's worst days cost too much; a share costs ${cashText(limit)}`,
  ),
  ORDER_NOTIONAL_MAX: both(({ value, limit, comparison }) =>
    comparison === 'sizes'
      ? `an order of at most ${cashText(value)} allowed; a share costs ${cashText(limit)}`
      : `an order of ${cashText(value)}, at most ${cashText(limit)} allowed`,
  ),
  DRAWDOWN_SIZE: {
    passed: ({ value }) => `at most ${shares(value)} shares after the drawdown`,
    refused: () => 'less than a share after the drawdown',
  },
  ORDER_NOTIONAL_MIN: both(({ value, limit }) => `an order of ${cashText(value)}, at least ${cashText(limit)} needed`),
};

/** The gates that have words. */
export const WORDED_GATES: readonly string[] = Object.keys(GATE_WORDS);

function said(gate: JudgedGate, way: 'passed' | 'refused'): string {
  const words = GATE_WORDS[gate.gate];
  const limit = figure({ value: gate.limit, unit: gate.unit });
  if (gate.gate === '') return 'no gate refuses: the recording contradicts itself';
  if (words === undefined) return `${gate.gate}: ${figure(gate)}, limit ${limit}`;
  if (isUnknown(gate) && words.unknown !== undefined) return words.unknown(gate);
  if (isUnknown(gate)) return `${gate.gate}: its figure is not known, which refuses (limit ${limit})`;
  return words[way](gate);
}

/** Why a gate refused, with its figures and units. */
export const refusalWords = (gate: JudgedGate): string => said(gate, 'refused');
/** What a gate found that let the order pass; `affordable` gates may have made it smaller. */
export const passWords = (gate: JudgedGate): string => said(gate, 'passed');

/** What a gate found and came to, with its figures and units. */
export const gateWords = (gate: JudgedGate): string => said(gate, gateVerdict(gate) === 'pass' ? 'passed' : 'refused');

/** What a gate found of a symbol on two occasions, with its verdicts; null: it was not asked. Where the words are the same, the figures stand behind them as they were recorded. */
export function foundTwice(first: GateFigure | null, second: GateFigure | null, symbol: string): readonly [string, string] {
  const [one, other] = [found(first, symbol), found(second, symbol)];
  if (one !== other) return [one, other];
  const behind = (gate: GateFigure | null): string =>
    gate === null ? '' : ` (${gate.value} against ${gate.limit}, as recorded)`;
  return [`${one}${behind(first)}`, `${other}${behind(second)}`];
}

const found = (gate: GateFigure | null, symbol: string): string =>
  gate === null ? 'was not asked' : `${gateVerdict(gate)}: ${gateWords({ ...gate, symbol })}`;
