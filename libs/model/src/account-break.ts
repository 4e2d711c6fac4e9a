import type { Brand } from './brand.ts';
import type { Ticker } from './ids.ts';
import type { Cash, EpochMs, Quantity } from './units.ts';

/** Names a break for good: its kind, its symbol and a counter, such as `position.AAPL.1` or `cash.1`. */
export type BreakId = Brand<string, 'BreakId'>;

/** Takes a break's id back from text that a codec has already checked. */
export const breakIdOf = (text: string): BreakId => text as BreakId;

/**
 * What of an account nobody can explain.
 * - `position`: the broker holds another quantity of a symbol than executions come to
 * - `stranger`: an order is open at the broker that is none of ours, or that was over for all that we know
 * - `missing`: an order of ours that should be open is not
 * - `cash`: the account's cash changed by more than executions explain
 */
export const BREAK_KINDS = ['position', 'stranger', 'missing', 'cash'] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];

/** A difference between an account and what is known of it. It blocks entries in its symbol, one of cash all of them. */
export interface AccountBreak {
  readonly id: BreakId;
  readonly kind: BreakKind;
  /** null with `cash` alone */
  readonly symbol: Ticker | null;
  /** the order that it is about: the broker's id of it, or the request of one that is missing and has none that is known */
  readonly about: string | null;
  /** the run, by its name or the last 39 characters of it, that a stranger's client order id names; null where it names none */
  readonly run: string | null;
  /** what the broker has beyond what we know of, signed; of a missing order, what of it should be open; 0 with any other kind */
  readonly quantity: Quantity;
  /** cash beyond what is explained, signed; with a position, what came with it, for all that is known */
  readonly cash: Cash;
  /** event time at which the difference was seen first */
  readonly since: EpochMs;
  /** when somebody has to look at it, unless it is explained until then */
  readonly deadline: EpochMs;
}

/** What became of a break. `agreed`: account and knowledge are the same again; `closed`: an operator took the difference as it stands. */
export interface BreakEvent {
  readonly t: EpochMs;
  readonly kind: 'opened' | 'changed' | 'overdue' | 'agreed' | 'closed';
  readonly break: AccountBreak;
  /** who closed it, and why; empty with any other kind */
  readonly actor: string;
  readonly reason: string;
}
