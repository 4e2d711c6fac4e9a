export { derivedId, type NumberedKind } from './derived-ids.ts';
export {
  type ExchangeOrder,
  type Execution,
  type OrderClass,
  type OrderRole,
  type OrderStatus,
  type OrderTerms,
  type OrderType,
  type PositionIntent,
  type ReplaceTerms,
  type TimeInForce,
  type TradeUpdate,
  type UpdateKind,
  isFinal,
} from './exchange-order.ts';
export {
  type AccountSettings,
  type ExchangeAsset,
  type ExchangeConfig,
  type ExchangeState,
  DEFAULT_SETTINGS,
  legsOf,
  listAsset,
  newExchange,
  rootOf,
} from './exchange-state.ts';
export { type Refusal, badOrder, badParameter, forbidden, isRefusal, notFound } from './refusal.ts';
export { type OrderRequest, priceIn, quantityIn } from './order-request.ts';
export { assetNamed } from './order-checks.ts';
export { type AccountFigures, accountFigures, heldForOrders, positionIn } from './margin.ts';
export { placeOrder } from './place-order.ts';
export { type ReplaceRequest, replaceOrder } from './replace-order.ts';
export { type ItemResult, cancelAll, cancelOrder } from './end-order.ts';
export { type ClosedPosition, type ClosePart, closeAll, closePosition } from './close-position.ts';
export type { AccountActivity } from './account-activity.ts';
export { tellActions } from './follow-actions.ts';
export { TimeOrderError, advance } from './advance.ts';
export { bustTrade, correctTrade } from './amend-trade.ts';
