import { CASH_UNITS_PER_DOLLAR, epochMs, type CorporateAction } from '@aitrader/model';
import { newYorkDate } from '@aitrader/core-sessions';

/** The evening before an ex-date belongs to it. */
const HALF_DAY_MS = 12 * 60 * 60_000;

const dateOf = (instant: number): string => newYorkDate(epochMs(instant + HALF_DAY_MS));

const usd = (cash: number): string => `$${cash / CASH_UNITS_PER_DOLLAR}`;

/** A corporate action in words, with its ex-date: `2014-06-09  AAPL split 7 for 1`. */
export function actionWords(action: CorporateAction): string {
  return `${dateOf(action.exAt)}  ${action.symbol} ${whatOf(action)}`;
}

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
