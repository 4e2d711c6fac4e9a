import type { StoryPart } from '@aitrader/application-console';
import type { Change, FigureAt } from '@aitrader/application-time-machine';

/*
 * What a page asks of the worker that decides days, and what it answers.
 */

export type Question =
  | { readonly kind: 'open'; readonly url: string }
  | { readonly kind: 'decide'; readonly changes: readonly Change[] }
  | { readonly kind: 'why'; readonly symbol: string; readonly at: number; readonly changes: readonly Change[] };

/** What risk answered to a signal. */
export interface DecisionShown {
  readonly t: number;
  readonly symbol: string;
  readonly signalId: string;
  readonly isApproved: boolean;
  readonly words: string;
}

/** What a day came to: columns of the same length; money in dollars. */
export interface DayShown {
  readonly t: readonly number[];
  readonly equity: readonly number[];
  readonly drawdown: readonly number[];
  readonly counts: { readonly signals: number; readonly orders: number; readonly denials: number; readonly fills: number };
  readonly decisions: readonly DecisionShown[];
  readonly digest: string;
  /** ms that deciding it took */
  readonly ms: number;
}

/** What a gate found as it was, and under the changes. */
export interface GateFoundTwice {
  readonly gate: string;
  readonly first: GateFoundOnce;
  readonly second: GateFoundOnce;
}

export interface GateFoundOnce {
  /** whether it let pass; null: it was not asked */
  readonly isPass: boolean | null;
  readonly words: string;
}

/** What was answered otherwise at the first interval at which anything was, and by which gates. */
export interface PartingShown {
  readonly t: number;
  readonly answers: readonly {
    readonly signalId: string;
    readonly first: string;
    readonly second: string;
    readonly figures: readonly GateFoundTwice[];
  }[];
}

/** A day that is open, as it was recorded. */
export interface OpenDay {
  readonly run: string;
  readonly symbols: readonly string[];
  /** the digest that was recorded */
  readonly recorded: string;
  /** every figure of the configuration that can be changed */
  readonly figures: readonly FigureAt[];
  /** the strategies in their places, and what may stand there: a kind, or none */
  readonly strategies: readonly { readonly name: string; readonly kind: string }[];
  readonly kinds: readonly string[];
  readonly day: DayShown;
}

export type Answer =
  | ({ readonly kind: 'opened' } & OpenDay)
  | {
      readonly kind: 'decided';
      readonly figures: readonly FigureAt[];
      readonly day: DayShown;
      readonly parting: PartingShown | null;
    }
  | { readonly kind: 'why'; readonly parts: readonly StoryPart[] }
  | { readonly kind: 'failed'; readonly message: string };
