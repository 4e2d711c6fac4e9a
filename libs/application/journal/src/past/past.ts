/*
 * What happened in runs, date by date: the same words from the tables and from a recording.
 *
 * 1. A date is the one of New York at which an interval closed or something was told.
 * 2. Cash in 1e-6 USD, prices in 1e-4 USD, quantities in 1e-9 share, shares of a whole in 1e-6, instants in ms since the epoch.
 */

/** A run's account on a date. */
export interface PastDay {
  readonly run: string;
  readonly date: string;
  readonly equityFirst: number;
  readonly equityLast: number;
  readonly realisedLast: number;
  readonly drawdownPpmMax: number;
  readonly grossMax: number;
  readonly orders: number;
  readonly denials: number;
  /** executions as they stand, after busts and corrections, with what they cost and traded */
  readonly fills: number;
  readonly fees: number;
  readonly turnover: number;
}

/** An execution, or the undoing or restating of one, as it was told. */
export interface PastFill {
  readonly run: string;
  readonly t: number;
  readonly symbol: string;
  readonly side: string;
  readonly leg: string;
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  readonly kind: string;
  readonly orderId: string;
  readonly fillId: string;
}

/** What an operator commanded. */
export interface PastCommand {
  readonly run: string;
  readonly seq: number;
  readonly t: number;
  readonly kind: string;
  readonly actor: string;
  readonly reason: string;
}

/** How often a gate refused first on a date. */
export interface PastGate {
  readonly run: string;
  readonly date: string;
  readonly gate: string;
  readonly denials: number;
}

/** The parts that the past is told in, each from the oldest on. */
export interface PastParts {
  readonly days: readonly PastDay[];
  readonly fills: readonly PastFill[];
  readonly commands: readonly PastCommand[];
  readonly gates: readonly PastGate[];
}

/** New York dates from the first to the last, both within; undefined: without an end. */
export interface PastSpan {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
