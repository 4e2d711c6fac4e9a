export {
  DEFAULT_PAUSES,
  type BarsToTrade,
  type GatewayListener,
  type GatewayOptions,
  type GatewayPauses,
  type LastHopLimits,
  type UpdatesStream,
} from './gateway.options.ts';
export { GatewayClosedError } from './gateway-desk.ts';
export { AdvanceRefusedError } from './pass-bars.ts';
export { OrderGateway, type GatewayStatus } from './order-gateway.ts';
