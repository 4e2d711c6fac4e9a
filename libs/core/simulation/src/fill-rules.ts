/**
 * When a stop or a limit trades within a bar, and for how much. Every broker that fills from bars goes by these.
 *
 * 1. A stop is touched at its price already; a limit has to be passed, since someone may stand before us at it.
 * 2. A market order pays the spread, its impact and slippage, a limit that rested does not.
 */
import { price, quantity, type Price, type Quantity, type Side, type SimulationConfig } from '@aitrader/model';
import { marketPrice, type Print } from './fill-model.ts';

/** What an interval charges. */
export interface Costs {
  readonly halfSpreadBp: number;
  readonly config: SimulationConfig;
}

/** +1 for who gains as the price rises, to sell. */
const direction = (side: Side): 1 | -1 => (side === 'sell' ? 1 : -1);

/** Whether a stop order of this side is elected when the market stands at a price. */
export const stopTouched = (side: Side, stop: Price, at: Price): boolean => direction(side) * (at - stop) <= 0;
/** Whether the market went beyond a resting limit order of this side. */
export const limitPassed = (side: Side, limit: Price, at: Price): boolean => direction(side) * (at - limit) > 0;
/** The price of a bar that a stop of this side fears most. */
export const worstFor = (side: Side, { high, low }: Print): Price => (side === 'sell' ? low : high);
/** The price of a bar that a limit of this side hopes for. */
export const bestFor = (side: Side, { high, low }: Print): Price => (side === 'sell' ? high : low);
/** The one of two prices that this side gains more from. */
export const betterOf = (side: Side, a: Price, b: Price): Price => price(side === 'sell' ? Math.max(a, b) : Math.min(a, b));

/** How much of what is wanted there is room for, in quantity units. */
export const sizeOf = (wanted: Quantity, room: number): Quantity => quantity(Math.min(wanted, Math.max(room, 0)));

/** What a market order pays, or gets, when the market stands at a price. */
export const slipped = (at: Price, side: Side, size: Quantity, { volumeShares }: Print, costs: Costs): Price =>
  marketPrice(at, side, size, volumeShares, costs.halfSpreadBp + costs.config.slippageBp, costs.config.impactBp);
