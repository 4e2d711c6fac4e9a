export { accountWordOf, type ReadAccount } from './account-word.ts';
export {
  DEFAULT_PAUSES,
  FAIL_POINTS,
  KeysRefusedError,
  type ApprovedOrder,
  type BarsToTrade,
  type FailPoint,
  type GatewayListener,
  type GatewayOptions,
  type GatewayPauses,
  type LastHopLimits,
  type UpdatesStream,
} from './gateway.options.ts';
export { GatewayClosedError } from './gateway-desk.ts';
export { AdvanceRefusedError } from './pass-bars.ts';
export { OrderGateway, type GatewayStatus } from './order-gateway.ts';
