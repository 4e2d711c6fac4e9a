import { CASH_PLACES, decimalOf, epochMs, type CorporateAction, type EpochMs } from '@aitrader/model';
import { newYorkDate } from '@aitrader/core-sessions';

/** A corporate action by the fields that a file of them has, all as text. */
export interface ActionText {
  readonly id: string;
  readonly kind: string;
  readonly symbol: string;
  readonly ex_date: string;
  readonly ratio?: string;
  readonly cash?: string;
  readonly pay_date?: string;
  readonly other?: string;
}

/** An action as a file says it, so that it reads back as the same. */
export const textOfAction = ({
  id,
  kind,
  symbol,
  exAt,
  payAt,
  newShares,
  oldShares,
  cash,
  other,
}: CorporateAction): ActionText => ({
  ...{ id, kind, symbol, ex_date: dateOf(exAt) },
  ...(kind === 'split' || kind === 'spin-off' ? { ratio: `${newShares}:${oldShares}` } : {}),
  ...(cash === 0 ? {} : { cash: decimalOf(cash, CASH_PLACES) }),
  ...(kind === 'cash-dividend' ? { pay_date: dateOf(payAt) } : {}),
  ...(other === symbol ? {} : { other }),
});

/** A date begins in the evening before it. */
const HALF_DAY_MS = 12 * 60 * 60_000;
const dateOf = (start: EpochMs): string => newYorkDate(epochMs(start + HALF_DAY_MS));
