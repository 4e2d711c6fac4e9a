import type { DayParting, Why } from '@aitrader/application-time-machine';
import type { RunConfig } from '@aitrader/model';

/*
 * What a page asks of the worker that decides days, and what it answers.
 */

/** A change of the configuration: the figure at a path such as `risk.symbolNotionalFractionMax`. */
export interface Change {
  readonly path: string;
  readonly value: number;
}

export type Question =
  | { readonly kind: 'open'; readonly url: string }
  | { readonly kind: 'decide'; readonly changes: readonly Change[] }
  | { readonly kind: 'why'; readonly symbol: string; readonly at: number; readonly changes: readonly Change[] };

/** What a day came to, for charts: columns of the same length; money in dollars. */
export interface DayShown {
  readonly t: readonly number[];
  readonly equity: readonly number[];
  readonly drawdown: readonly number[];
  readonly counts: { readonly signals: number; readonly orders: number; readonly denials: number; readonly fills: number };
  readonly digest: string;
  /** ms that deciding it took */
  readonly ms: number;
}

export type Answer =
  | {
      readonly kind: 'opened';
      readonly run: string;
      readonly config: RunConfig;
      readonly symbols: readonly string[];
      readonly intervals: number;
      /** the digest that was recorded */
      readonly recorded: string;
      readonly day: DayShown;
    }
  | { readonly kind: 'decided'; readonly day: DayShown; readonly parting: DayParting | null }
  | { readonly kind: 'why'; readonly why: Why | null }
  | { readonly kind: 'failed'; readonly message: string };
