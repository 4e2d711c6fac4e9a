/**
 * The account as the broker has it, held against what is known.
 *
 * 1. Nothing is entered before the broker's first word on the account, nor while it cannot be heard.
 * 2. What the account held before anything was asked of it is another's: it is left alone, and its symbol is not entered unless an operator
 *    adopts it. What the account lacks of what is held is not sold.
 * 3. A difference blocks its symbol as soon as it is seen. It is a break, which is told, once a second word on the account says the same
 *    with nothing heard between them that could explain it, or once it has stood for as long as may be. What agrees with the account by
 *    executions that are told just before or after it was none. The word at the close of a session needs no second one.
 * 4. No execution is made up. A break ends when the account agrees, by two words with nothing heard between them, or by an operator.
 */
import {
  breakIdOf,
  cash,
  epochMs,
  LOOK_AT_CLOSE,
  quantity,
  type AccountBreak,
  type AccountWord,
  type BreakEvent,
  type BreakId,
  type Control,
  type DisconnectedWord,
  type EpochMs,
  type ReconciliationRules,
  type Report,
  type Ticker,
} from '@aitrader/model';
import { differencesIn, unexplainedCash, type Found } from './account-differences.ts';
import { absentIn, cashFlowOf, positionOf } from './account-figures.ts';
import type { AccountState, Difference } from './account-state.ts';
import { hearTime, type OrderManagerState } from './managed-order.ts';

/** Hears how the account stands. O(orders + positions). */
export function takeAccount(state: OrderManagerState, word: AccountWord): void {
  hearTime(state, word.t);
  const { account } = state;
  stand(state, 'known');
  const rules = state.config.reconciliation;
  if (rules === null) return;
  if (account.cashBase === null) begin(state, word);
  const found = differencesIn(state, word);
  const isAtRest = word.word === LOOK_AT_CLOSE;
  for (const key of new Set([...account.differences.keys(), ...found.keys()]))
    weigh(state, { ...rules, isAtRest, lookedAt: word.t }, key, found.get(key));
  account.passed.clear();
  for (const id of account.tolerated) if (!word.orders.some(({ brokerId }) => brokerId === id)) account.tolerated.delete(id);
}

/** Hears that nothing can be heard. */
export function takeDisconnected(state: OrderManagerState, word: DisconnectedWord): void {
  hearTime(state, word.t);
  stand(state, 'disconnected');
}

function stand({ account, now }: OrderManagerState, standing: AccountState['standing']): void {
  if (account.standing !== standing) account.since = now;
  account.standing = standing;
}

function begin(state: OrderManagerState, word: AccountWord): void {
  const { account, byRequest } = state;
  account.cashBase = word.cash - cashFlowOf(state).flow;
  if (byRequest.size > 0) return;
  for (const { symbol, quantity: held } of word.positions) if (held !== 0) account.foreign.set(symbol, held);
}

/** How differences are weighed: by the word on an account that is at rest, nothing is under way that could explain one. */
type Weighing = ReconciliationRules & { readonly isAtRest: boolean; readonly lookedAt: EpochMs };

function weigh(state: OrderManagerState, rules: Weighing, key: string, found: Found | undefined): void {
  const { differences } = state.account;
  const known = differences.get(key);
  if (known === undefined) {
    if (found === undefined) return;
    const seen: Difference = {
      ...found,
      since: state.now,
      lookedAt: rules.lookedAt,
      isQuiet: true,
      break: null,
      isOverdue: false,
    };
    differences.set(key, seen);
    if (rules.isAtRest) declare(state, rules, seen, 'opened');
    return;
  }
  const amount = found?.amount ?? 0;
  const isAgreed = rules.isAtRest || (known.isQuiet && known.amount === amount);
  known.amount = amount;
  known.told = found?.told ?? known.told;
  known.isQuiet = true;
  known.lookedAt = rules.lookedAt;
  if (amount === 0) {
    if (known.break === null) differences.delete(key);
    else if (isAgreed) end(state, key, known.break, 'agreed', '', '');
  } else if (known.break === null) {
    if (isAgreed || state.now - known.since >= rules.breakMsMax) declare(state, rules, known, 'opened');
  } else if (isAgreed && known.break.kind !== 'stranger' && amountOf(known.break) !== amount)
    declare(state, rules, known, 'changed');
}

const amountOf = ({ kind, quantity: units, cash: off }: AccountBreak): number => (kind === 'cash' ? off : units);

/** Lets a difference be a break, or the break be of what it is now. */
function declare(state: OrderManagerState, rules: ReconciliationRules, known: Difference, kind: 'opened' | 'changed'): void {
  const { kind: of, symbol, about, run, since, amount } = known;
  const cashOf = of === 'cash' ? amount : of === 'position' ? state.account.differing.cash : 0;
  known.break = {
    id: known.break?.id ?? nextBreakId(state.account, known),
    kind: of,
    symbol,
    about,
    run,
    quantity: quantity(of === 'position' || of === 'missing' ? amount : 0),
    cash: cash(cashOf),
    since,
    deadline: epochMs(since + rules.breakMsMax),
  };
  sayBreak(state, kind, known.break);
}

function nextBreakId({ numbered }: AccountState, { kind, symbol }: Difference): BreakId {
  const stem = symbol === null ? kind : `${kind}.${symbol}`;
  const n = (numbered.get(stem) ?? 0) + 1;
  numbered.set(stem, n);
  return breakIdOf(`${stem}.${n}`);
}

function end(
  state: OrderManagerState,
  key: string,
  broken: AccountBreak,
  kind: 'agreed' | 'closed',
  actor: string,
  reason: string,
): void {
  state.account.differences.delete(key);
  if (kind === 'agreed' && broken.kind === 'position' && broken.symbol !== null) state.account.absent.delete(broken.symbol);
  sayBreak(state, kind, broken, actor, reason);
}

const sayBreak = (state: OrderManagerState, kind: BreakEvent['kind'], broken: AccountBreak, actor = '', reason = ''): void => {
  state.said.breaks.push({ t: state.now, kind, break: broken, actor, reason });
};

/** Before a trade is counted: notes what is held without it. */
export function notePosition(state: OrderManagerState, { symbol, execution }: Report): void {
  if (execution === null || state.config.reconciliation === null) return;
  const { passed } = state.account;
  passed.set(symbol, (passed.get(symbol) ?? new Set()).add(positionOf(state, symbol)));
}

/** Hears that something was said of a symbol: what differs there waits for the next word on the account, or is explained by now. */
export function noteReport(state: OrderManagerState, report: Report): void {
  const { differences } = state.account;
  for (const [key, difference] of differences) {
    if (!concerns(difference, report)) continue;
    difference.isQuiet = false;
    // a sale of ours after the look would make missing shares add up
    const isBefore = report.t <= difference.lookedAt;
    if (isBefore && difference.break === null && isExplained(state, difference)) differences.delete(key);
  }
}

/** Whether a word could explain a difference: shares and cash come of trades alone. */
function concerns({ kind, symbol }: Difference, report: Report): boolean {
  const isTrade = report.execution !== null || report.kind === 'filled';
  if (kind === 'cash') return isTrade;
  return symbol === report.symbol && (kind !== 'position' || isTrade);
}

function isExplained(state: OrderManagerState, { kind, symbol, told }: Difference): boolean {
  if (kind === 'cash') return unexplainedCash(state, told) === 0;
  if (kind !== 'position' || symbol === null) return false;
  return told === positionOf(state, symbol) + (state.account.foreign.get(symbol) ?? 0);
}

/** Says which breaks somebody should have looked at by now. */
export function noteOverdue(state: OrderManagerState): void {
  for (const difference of state.account.differences.values()) {
    if (difference.break === null || difference.isOverdue || state.now < difference.break.deadline) continue;
    difference.isOverdue = true;
    sayBreak(state, 'overdue', difference.break);
  }
}

/** The breaks that are open, in the order in which they were seen first. */
export const openBreaks = ({ account }: OrderManagerState): readonly AccountBreak[] =>
  [...account.differences.values()].flatMap((difference) => difference.break ?? []);

/**
 * Takes a difference as it stands, on an operator's word: shares are another's from now on, cash is the account's, a stranger's order is let
 * be. Returns the break, unless there is none of that id; that a missing order is over is for the caller to follow.
 */
export function closeBreak(state: OrderManagerState, { about: id, actor, reason }: Control): AccountBreak | undefined {
  const { account } = state;
  for (const [key, difference] of account.differences) {
    const broken = difference.break;
    if (broken === null || broken.id !== id) continue;
    if (broken.kind === 'position' && broken.symbol !== null) account.absent.set(broken.symbol, absentIn(state, broken.symbol));
    end(state, key, broken, 'closed', actor, reason);
    if (broken.kind === 'cash') account.cashBase = (account.cashBase ?? 0) + broken.cash;
    if (broken.kind === 'stranger' && broken.about !== null) account.tolerated.add(broken.about);
    if (broken.kind === 'position' && broken.symbol !== null) takeAsForeign(account, broken.symbol, broken.quantity);
    return broken;
  }
  return undefined;
}

/** Shares are another's from now on, signed; cash that came with positions that differed is the account's once none does. */
export function takeAsForeign(account: AccountState, symbol: Ticker, units: number): void {
  const after = (account.foreign.get(symbol) ?? 0) + units;
  if (after === 0) account.foreign.delete(symbol);
  else account.foreign.set(symbol, after);
  if ([...account.differences.values()].some(({ kind }) => kind === 'position')) return;
  account.cashBase = (account.cashBase ?? 0) + account.differing.cash;
  account.differing = { positions: '', cash: 0 };
}

/** Shares that a closed break took as another's, because the broker does not have them, are nobody's: they are off the books. Signed. */
export function takeOffForeign(account: AccountState, symbol: Ticker, units: number): void {
  takeAsForeign(account, symbol, units);
  const absent = account.absent.get(symbol) ?? 0;
  const rest = units > 0 ? Math.max(0, absent - units) : Math.min(0, absent - units);
  if (rest === 0) account.absent.delete(symbol);
  else account.absent.set(symbol, rest);
}

/** Lets orders be entered beside what is held of some symbols, or of all that anything is held of. */
export function adopt({ account }: OrderManagerState, symbols: readonly Ticker[]): void {
  for (const symbol of symbols.length > 0 ? symbols : account.foreign.keys()) account.adopted.add(symbol);
}
