/**
 * What the order manager remembers of the account that it trades in.
 */
import type { AccountBreak, BreakKind, EpochMs, Ticker } from '@aitrader/model';

/** Something of the account that nobody can explain, for now or for good. */
export interface Difference {
  readonly kind: BreakKind;
  readonly symbol: Ticker | null;
  readonly about: string | null;
  /** the run that a stranger's client order id names */
  readonly run: string | null;
  readonly since: EpochMs;
  /** what the account has beyond what is known, signed; 0: the last word on the account agreed */
  amount: number;
  /** the account's own figure that `amount` follows from */
  told: number;
  /** when the account was looked at by the last word: what was traded later explains nothing */
  lookedAt: EpochMs;
  /** nothing was heard since that could explain it */
  isQuiet: boolean;
  /** null while it may be explained by words that are under way */
  break: AccountBreak | null;
  isOverdue: boolean;
}

/** How the account stands, and what of it differs. Plain data. */
export interface AccountState {
  /** `unheard`: the broker has said nothing of it yet; `disconnected`: and can say nothing now */
  standing: 'unheard' | 'known' | 'disconnected';
  /** event time from which on it stands so in this run; null while it is unheard */
  since: EpochMs | null;
  /** what is held beside our orders, signed: from before the run, or taken as it is by an operator */
  readonly foreign: Map<Ticker, number>;
  /** symbols that an operator lets be entered beside what is held there */
  readonly adopted: Set<Ticker>;
  /** the broker's ids of open orders that an operator has taken as they are */
  readonly tolerated: Set<string>;
  /** the account's cash less what executions had come to, by the first word; null before it */
  cashBase: number | null;
  /** which positions differed by the last word, and the cash that came with that */
  differing: { readonly positions: string; readonly cash: number };
  /** by what they are of */
  readonly differences: Map<string, Difference>;
  /** breaks that there were so far, by kind and symbol */
  readonly numbered: Map<string, number>;
  /** breaks whose shares were written off, by their ids */
  readonly writtenOff: Set<string>;
  /** shares that we hold by executions and the broker does not have, by an operator's word; signed as the position */
  readonly absent: Map<Ticker, number>;
  /** what was held, by executions, since the last word on the account and is not any more: an account that was looked at meanwhile says it */
  readonly passed: Map<Ticker, Set<number>>;
  /** of the executions of orders that are forgotten */
  past: CashFlow;
}

/** What executions come to, in units of cash: what flowed, fees included, and what was traded in all. */
export interface CashFlow {
  readonly flow: number;
  readonly turnover: number;
}

export const newAccountState = (): AccountState => ({
  standing: 'unheard',
  since: null,
  foreign: new Map(),
  adopted: new Set(),
  tolerated: new Set(),
  cashBase: null,
  differing: { positions: '', cash: 0 },
  differences: new Map(),
  numbered: new Map(),
  writtenOff: new Set(),
  absent: new Map(),
  passed: new Map(),
  past: { flow: 0, turnover: 0 },
});

/**
 * An account that another run left. What happened to it meanwhile is not known: it stands as in a run that has heard nothing. An earlier program
 * did not say which run a stranger's order names.
 */
export function accountLeft(left: AccountState, { standing, since }: AccountState): AccountState {
  const differences = new Map<string, Difference>();
  for (const [key, one] of left.differences) {
    const run = one.run ?? null;
    differences.set(key, { ...one, run, break: one.break === null ? null : { ...one.break, run } });
  }
  return { ...left, differences, standing, since };
}
