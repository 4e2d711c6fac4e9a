// Invariants
// 1. A symbol is stale only when bars of it are missing that it has had lately at this time of the day: one that seldom trades, or not
//    at all, never is.
// 2. Halted, or with nobody listening, a symbol misses nothing.
// 3. A symbol's figures depend on its own minutes alone.

import type { Phase } from '@aitrader/core-sessions';
import { read } from '@aitrader/model';

/** Weight of the last minute in a symbol's usual activity: half of it is of the last 22 minutes. A power of two, so exact. */
const WEIGHT = 1 / 32;
/**
 * A symbol is stale when it has had so many bars less than usual. Where bars come by chance, so many are missing in 2 of 100 silences
 * (e⁻⁴); of a symbol that trades every minute it is the fifth minute of silence.
 */
const MISSED_BARS_MAX = 4;
/** Below this a symbol cannot become stale: what it misses, were it silent for ever, is the sum of a geometric row, usual / WEIGHT. */
const JUDGED_MIN = MISSED_BARS_MAX * WEIGHT;

/** How often symbols have bars, and what they miss; columns by symbol. Plain data. */
export interface SymbolActivity {
  phase: Phase;
  /** bars a minute, 0 … 1, of this phase */
  readonly usual: Float64Array;
  /** the same of the last regular session, with which the next one begins */
  readonly regular: Float64Array;
  /** bars that were to be expected since the last one */
  readonly missed: Float64Array;
}

/** Nothing is known of any symbol. */
export const newSymbolActivity = (symbols: number): SymbolActivity => ({
  phase: 'CLOSED',
  usual: new Float64Array(symbols),
  regular: new Float64Array(symbols),
  missed: new Float64Array(symbols),
});

/**
 * A minute of this phase follows. The regular session begins as the last one ended, or as pre-market did where that was busier; before
 * and after it a day's activity is learnt anew, since it grows until the open, and fades after the close.
 */
export function enterPhase(activity: SymbolActivity, phase: Phase): void {
  if (phase === activity.phase) return;
  if (activity.phase === 'RTH') activity.regular.set(activity.usual);
  activity.phase = phase;
  activity.missed.fill(0);
  if (phase !== 'RTH') activity.usual.fill(0);
  else
    for (const [symbol, regular] of activity.regular.entries())
      activity.usual[symbol] = Math.max(regular, read(activity.usual, symbol));
}

/** The symbol had a bar in a minute, or none where it could have had one. */
export function noteMinuteOf(activity: SymbolActivity, symbol: number, traded: boolean): void {
  const usual = read(activity.usual, symbol);
  activity.missed[symbol] = traded ? 0 : read(activity.missed, symbol) + usual;
  activity.usual[symbol] = usual + ((traded ? 1 : 0) - usual) * WEIGHT;
}

/**
 * Whether more bars of the symbol are missing than chance would explain. Outside the regular session a symbol may be done for the day:
 * when it has been silent for so long that it would not be expected any more, it is not.
 */
export const isStale = ({ missed, usual, phase }: SymbolActivity, symbol: number): boolean =>
  read(missed, symbol) >= MISSED_BARS_MAX && (phase === 'RTH' || read(usual, symbol) > JUDGED_MIN);

/** Whether the symbol trades so often that its silence says something. */
export const isJudged = (activity: SymbolActivity, symbol: number): boolean =>
  read(activity.usual, symbol) > JUDGED_MIN || isStale(activity, symbol);
