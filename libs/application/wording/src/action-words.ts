import { CASH_UNITS_PER_DOLLAR, epochMs, type CorporateAction, type CorporateActionKind, type Ticker } from '@aitrader/model';
import { newYorkDate } from '@aitrader/core-sessions';

/** The evening before an ex-date belongs to it. */
const HALF_DAY_MS = 12 * 60 * 60_000;

const dateOf = (instant: number): string => newYorkDate(epochMs(instant + HALF_DAY_MS));

const usd = (cash: number): string => `$${cash / CASH_UNITS_PER_DOLLAR}`;

/** A corporate action in words, with its ex-date: `2014-06-09  AAPL split 7 for 1`. */
export function actionWords(action: CorporateAction): string {
  return `${dateOf(action.exAt)}  ${action.symbol} ${whatOf(action)}`;
}

/** How many actions of a kind there were, and of whom. */
interface CountedActions {
  readonly kind: CorporateActionKind;
  readonly count: number;
  readonly symbols: readonly Ticker[];
}

const KIND_WORDS: Readonly<Record<CorporateActionKind, readonly [one: string, several: string]>> = {
  split: ['split', 'splits'],
  'cash-dividend': ['dividend', 'dividends'],
  'spin-off': ['spin-off', 'spin-offs'],
  'symbol-change': ['change of symbol', 'changes of symbol'],
  'new-listing': ['new listing', 'new listings'],
};
const SYMBOLS_NAMED = 3;

/** What was applied, in words: `1 split of AAPL, 3 dividends of AAPL, MSFT`. */
export const actionCountWords = (counts: readonly CountedActions[]): string =>
  counts
    .map(({ kind, count, symbols }) => {
      const more = symbols.length > SYMBOLS_NAMED ? ` and ${symbols.length - SYMBOLS_NAMED} more` : '';
      return `${count} ${KIND_WORDS[kind][count === 1 ? 0 : 1]} of ${symbols.slice(0, SYMBOLS_NAMED).join(', ')}${more}`;
    })
    .join(', ');

function whatOf({ kind, newShares, oldShares, cash, other, payAt }: CorporateAction): string {
  switch (kind) {
    case 'split':
      return `split ${newShares} for ${oldShares}`;
    case 'cash-dividend':
      return `dividend of ${usd(cash)} a share, paid ${dateOf(payAt)}`;
    case 'spin-off':
      return `spin-off of ${other}, ${newShares} for ${oldShares}${cash === 0 ? '' : `, worth ${usd(cash)} a share`}`;
    case 'symbol-change':
      return `trades as ${other}`;
    case 'new-listing':
      return 'is another company from here on';
  }
}
