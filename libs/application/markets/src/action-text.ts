import { dateProblem } from '@aitrader/core-sessions';
import {
  cash,
  CASH_UNITS_PER_DOLLAR,
  canonicalTicker,
  epochMs,
  UnitError,
  type CorporateAction,
  type Ticker,
} from '@aitrader/model';
import { tradeDateStart } from '@aitrader/core-market';

/** What is said of an action in a file, whatever its form. All as text, so that no digit is lost. */
export interface SaidAction {
  readonly symbol: string;
  readonly ex_date: string;
  readonly kind: string;
  /** `new:old`; of a stock dividend what is given for what is held */
  readonly ratio: string;
  /** USD a share */
  readonly cash: string;
  readonly pay_date: string;
  readonly other: string;
  readonly id: string;
}

/** Kinds that are read and not followed: what a position comes to is not known from the action alone, or not yet folded. */
const NOT_FOLLOWED = [
  'cash-merger',
  'stock-merger',
  'removal',
  'redemption',
  'partial-call',
  'rights-distribution',
  'reorganization',
  'other',
] as const;

/** An action that ends a company's shares, or that may change what they are worth. A run whose bars cross one is refused. */
export interface EndOfShares {
  readonly kind: (typeof NOT_FOLLOWED)[number];
  readonly symbol: Ticker;
  readonly exAt: number;
  readonly date: string;
}

export type ReadAction = CorporateAction | EndOfShares;

/** Whether an action is one that a run cannot follow. */
export const isEndOfShares = (action: ReadAction): action is EndOfShares => NOT_FOLLOWED.some((kind) => kind === action.kind);

/** A figure of an action that makes no sense. */
export class ActionTextError extends Error {
  override readonly name = 'ActionTextError';
  constructor(field: string, problem: string, value: string) {
    super(`${field}: ${problem}, got ${JSON.stringify(value)}`);
  }
}

/** Reads what is said of an action. @throws ActionTextError naming field and value */
export function actionOf(said: SaidAction): ReadAction {
  const symbol = tickerOf('symbol', said.symbol);
  const exAt = instantOf('ex_date', said.ex_date);
  const id =
    said.id === '' ? [symbol, said.ex_date, said.kind, said.cash, said.other].filter((part) => part !== '').join('.') : said.id;
  const plain = { id, symbol, exAt, payAt: exAt, newShares: 1, oldShares: 1, cash: cash(0), other: symbol };
  const end = NOT_FOLLOWED.find((kind) => kind === said.kind);
  if (end !== undefined) return { kind: end, symbol, exAt, date: said.ex_date };
  switch (said.kind) {
    case 'split':
      return { ...plain, kind: 'split', ...ratioOf(said.ratio) };
    case 'stock-dividend': {
      const { newShares, oldShares } = ratioOf(said.ratio);
      return { ...plain, kind: 'split', newShares: whole('ratio', newShares + oldShares, said.ratio), oldShares };
    }
    case 'cash-dividend': {
      const payAt = Math.max(exAt, instantOf('pay_date', said.pay_date));
      return { ...plain, kind: 'cash-dividend', cash: cashOf(said.cash), payAt: epochMs(payAt) };
    }
    case 'spin-off': {
      const worth = said.cash === '' ? cash(0) : cashOf(said.cash);
      return { ...plain, kind: 'spin-off', ...ratioOf(said.ratio), cash: worth, other: otherOf(symbol, said.other) };
    }
    case 'symbol-change':
      return { ...plain, kind: 'symbol-change', other: otherOf(symbol, said.other) };
    case 'new-listing':
      return { ...plain, kind: 'new-listing' };
    default:
      throw new ActionTextError(
        'kind',
        `must be one of split, stock-dividend, cash-dividend, spin-off, symbol-change, new-listing, ${NOT_FOLLOWED.join(', ')}`,
        said.kind,
      );
  }
}

function tickerOf(field: string, text: string): Ticker {
  try {
    return canonicalTicker(text);
  } catch (error) {
    if (error instanceof UnitError) throw new ActionTextError(field, 'must be a symbol such as AAPL or BRK.B', text);
    throw error;
  }
}

function otherOf(symbol: Ticker, text: string): Ticker {
  const other = tickerOf('other', text);
  if (other === symbol) throw new ActionTextError('other', 'must be another symbol', text);
  return other;
}

function instantOf(field: string, text: string): CorporateAction['exAt'] {
  const problem = dateProblem(text);
  if (problem !== undefined) throw new ActionTextError(field, problem, text);
  return tradeDateStart(text);
}

const DECIMAL = /^(\d{1,12})(?:\.(\d{1,9}))?$/;
const DIGITS_MAX = 9;
const SHARES_MAX = 1_000_000_000;

/** A ratio of two decimals, exactly, in the least whole numbers. */
function ratioOf(text: string): Pick<CorporateAction, 'newShares' | 'oldShares'> {
  const [of, by, more] = text.split(':');
  const scaled = [of, by].map((part) => unitsOf(part?.trim() ?? '', DIGITS_MAX));
  const [newShares, oldShares] = scaled;
  if (more !== undefined || newShares === undefined || oldShares === undefined || newShares === 0n || oldShares === 0n)
    throw new ActionTextError('ratio', 'must be new shares for old ones, such as 4:1 or 1231:1000', text);
  const divisor = commonDivisor(newShares, oldShares);
  return {
    newShares: whole('ratio', Number(newShares / divisor), text),
    oldShares: whole('ratio', Number(oldShares / divisor), text),
  };
}

function whole(field: string, shares: number, text: string): number {
  if (shares > SHARES_MAX) throw new ActionTextError(field, `must be a ratio of whole numbers up to ${SHARES_MAX}`, text);
  return shares;
}

const commonDivisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : commonDivisor(b, a % b));

/** A decimal in units of 10^−digits; undefined when it is none, or has more digits than that. */
function unitsOf(text: string, digits: number): bigint | undefined {
  const [, before, after = ''] = DECIMAL.exec(text) ?? [];
  if (before === undefined || after.length > digits) return undefined;
  return BigInt(before + after.padEnd(digits, '0'));
}

const CASH_DIGITS = Math.log10(CASH_UNITS_PER_DOLLAR);

/** USD a share, rounded to the unit of cash: vendors divide old dividends by later splits, and say more digits than there are. */
function cashOf(text: string): CorporateAction['cash'] {
  const units = unitsOf(text, DIGITS_MAX);
  const by = 10n ** BigInt(DIGITS_MAX - CASH_DIGITS);
  const amount = units === undefined ? 0n : (2n * units + by) / (2n * by);
  if (amount === 0n) throw new ActionTextError('cash', 'must be USD a share, above 0 and with at most 9 decimals', text);
  return cash(Number(amount));
}
