import { doubtIn } from '@aitrader/application-time-machine';
import type { AccountDoubt, EpochMs, Ticker } from '@aitrader/model';

/** What is doubted of an account and concerns a symbol, from an interval on; null: nothing. */
export interface SymbolDoubt {
  readonly t: EpochMs;
  readonly doubt: AccountDoubt | null;
}

/** What was doubted of an account, each time that it became something else. */
export class DoubtHistory {
  readonly changes: SymbolDoubt[] = [];
  #last = '';

  /** Takes in what execution said with an interval. */
  note(t: EpochMs, doubt: AccountDoubt | null): void {
    const said = JSON.stringify(doubt);
    if (said !== this.#last) this.changes.push({ t, doubt });
    this.#last = said;
  }
}

/**
 * What was doubted of a symbol from one interval until another, the first as it stood then, the others where it became something else. None
 * where nothing was, and where execution said nothing of it, as in recordings of before it did.
 */
export function doubtsBetween(
  changes: readonly SymbolDoubt[],
  symbol: Ticker,
  from: EpochMs,
  to: EpochMs,
): readonly SymbolDoubt[] {
  const history = new DoubtHistory();
  const before = changes.findLast(({ t }) => t <= from)?.doubt ?? null;
  history.note(from, ofSymbol(before, symbol));
  for (const { t, doubt } of changes) if (t > from && t <= to) history.note(t, ofSymbol(doubt, symbol));
  return history.changes.every(({ doubt }) => doubt === null) ? [] : history.changes;
}

function ofSymbol(doubt: AccountDoubt | null, symbol: Ticker): AccountDoubt | null {
  if (doubt === null || doubt.standing === 'unsaid') return null;
  const own = doubtIn(doubt, symbol);
  return own.standing === 'known' && own.breaks.length === 0 && own.holds.length === 0 ? null : own;
}
