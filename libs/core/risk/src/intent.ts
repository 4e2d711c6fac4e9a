import {
  manualSignalId,
  price,
  type Control,
  type Direction,
  type EpochMs,
  type ManualOrder,
  type Price,
  type Quantity,
  type SignalId,
  type Ticker,
} from '@aitrader/model';
import type { RiskState } from './state.ts';
import { lastClose } from './tape.ts';

/** What somebody wants to enter, as far as it needs no belief. A signal is one. */
export interface Intent {
  readonly id: SignalId;
  readonly t: EpochMs;
  readonly symbol: Ticker;
  readonly direction: Direction;
  readonly reference: Price;
  readonly stop: Price;
  readonly target: Price;
  readonly horizonMinutes: number;
  /** minutes after which it is left at the latest, where they are of the day's; null: when its hours end */
  readonly holdMinutes: number | null;
}

/** What an operator asks for, from the last close on; its quantity is the most that it may come to. */
export interface ManualIntent extends Intent {
  readonly quantity: Quantity;
}

/** The orders that operators ask for among commands, in the order of the commands. */
export const manualIntents = (state: RiskState, commands: readonly Control[]): readonly ManualIntent[] =>
  commands.flatMap(({ manual }) => manual.map((order) => manualIntent(state, order)));

/** Where no close is known the reference is nothing, and the order is refused for that. */
function manualIntent({ t, tape }: RiskState, order: ManualOrder): ManualIntent {
  const { symbol, side, quantity, stop, target, minutes: horizonMinutes } = order;
  const close = lastClose(tape, symbol);
  return {
    id: manualSignalId(order),
    t,
    symbol,
    direction: side === 'buy' ? 1 : -1,
    reference: price(Number.isSafeInteger(close) ? close : 0),
    stop,
    target,
    horizonMinutes,
    holdMinutes: horizonMinutes,
    quantity,
  };
}
