export { type Ledger, type Payable, type Position, newLedger } from './ledger-state.ts';
export { applyAction, isPaymentDue, payDividends } from './ledger-actions.ts';
export {
  type LedgerErrorCode,
  LedgerError,
  AMENDABLE_MS_MAX,
  AMENDABLE_FILLS_MAX,
  type LedgerWriteOff,
  applyFill,
  writeOff,
  markToMarket,
  equityOf,
  unrealisedOf,
} from './ledger.ts';
