import type { AccountBreak } from './account-break.ts';
import type { Ticker } from './ids.ts';
import type { EpochMs } from './units.ts';

/**
 * Why execution holds entries back, besides halts and breaks.
 * - `not-armed`: with real money, on a date that no operator has armed the run for
 * - `words-lost`: there were more words on orders of nobody's than are kept
 * - `more-breaks`: there are more breaks than are told
 * - `account-differs`: the account differed by its last word, which may be explained yet
 * - `foreign-position`: something is held beside the run's orders, and no operator has adopted it
 * - `order-unknown`: there are words on an order of nobody's
 * - `execution-unknown`: a trade was amended that was not told of
 * - `exited-too-much`: an order exited more than it had entered
 * - `fate-unknown`: nobody knows what became of an order at the broker
 * - `execution-missing`: an order has filled by more than the trades that were told of
 * - `unprotected`: an exit was refused too often, and what it is for is held
 */
export const HOLD_CAUSES = [
  'not-armed',
  'words-lost',
  'more-breaks',
  'account-differs',
  'foreign-position',
  'order-unknown',
  'execution-unknown',
  'exited-too-much',
  'fate-unknown',
  'execution-missing',
  'unprotected',
] as const;
export type HoldCause = (typeof HOLD_CAUSES)[number];

/** Entries that are held back, and why. */
export interface Hold {
  readonly cause: HoldCause;
  /** in canonical order; all there are, where none is named */
  readonly symbols: readonly Ticker[];
}

/**
 * How the broker's account is known.
 * - `known`: the broker has told of it, and is heard
 * - `unheard`: it has said nothing of it in this run
 * - `disconnected`: it cannot be heard
 * - `unsaid`: execution has said nothing of it, as in recordings of before it did
 */
export const STANDINGS = ['known', 'unheard', 'disconnected', 'unsaid'] as const;
export type Standing = (typeof STANDINGS)[number];

/** What execution doubts of the account as an interval ends. */
export interface AccountDoubt {
  readonly standing: Standing;
  /** event time from which on it stands so; null where nobody has told */
  readonly since: EpochMs | null;
  /** those that are open, in the order in which they were seen first */
  readonly breaks: readonly AccountBreak[];
  /** one of a cause, in the order of HOLD_CAUSES */
  readonly holds: readonly Hold[];
}

/** What is known before execution has said anything. */
export const UNSAID: AccountDoubt = { standing: 'unsaid', since: null, breaks: [], holds: [] };

/** The causes that entries in a symbol are held back for, as bits: the n-th of HOLD_CAUSES is 2^n. */
export function holdFlags({ holds }: Pick<AccountDoubt, 'holds'>, symbol: Ticker): number {
  let bits = 0;
  for (const { cause, symbols } of holds)
    if (symbols.length === 0 || symbols.includes(symbol)) bits |= 1 << HOLD_CAUSES.indexOf(cause);
  return bits;
}

/** The open breaks that block a symbol; those of no symbol block all. */
export const breaksIn = ({ breaks }: Pick<AccountDoubt, 'breaks'>, symbol: Ticker): readonly AccountBreak[] =>
  breaks.filter((broken) => broken.symbol === null || broken.symbol === symbol);
