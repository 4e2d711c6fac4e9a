export {
  type Ledger,
  type Position,
  type LedgerErrorCode,
  LedgerError,
  AMENDABLE_MS_MAX,
  AMENDABLE_FILLS_MAX,
  newLedger,
  applyFill,
  markToMarket,
  equityOf,
  unrealisedOf,
} from './ledger.ts';
