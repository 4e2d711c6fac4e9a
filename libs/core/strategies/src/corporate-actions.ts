import { actionsDue, hearActions, mappedPrice, priceMapOf, symbolsOf } from '@aitrader/core-market';
import { clearHorizonLaws, forgetPrices } from '@aitrader/core-horizon';
import { read, type Control, type CorporateAction, type Ticker } from '@aitrader/model';
import { kindOf } from './registry.ts';
import type { StrategiesState } from './remembered.ts';
import { forgetSymbol } from './strategies-state.ts';

/** Hears commands, and lets the actions that are in force from the interval that closes at `t` change what is remembered of prices. */
export function followActions(state: StrategiesState, control: readonly Control[], t: number): void {
  for (const command of control) hearActions(state.agenda, command);
  for (const action of actionsDue(state.agenda, t)) for (const symbol of symbolsOf(action)) restate(state, symbol, action);
}

/** Prices of another company say nothing at all. */
function restate(state: StrategiesState, symbol: Ticker, action: CorporateAction): void {
  const slot = state.index.slots.get(symbol);
  if (slot === undefined) return;
  const map = priceMapOf(action);
  const close = map === 'anew' ? undefined : mappedPrice(read(state.closes, slot), map);
  if (map === 'anew' || close === undefined) {
    state.closes[slot] = NaN;
    clearHorizonLaws(state.laws, slot);
    for (const strategy of state.strategies) forgetSymbol(strategy, slot);
    return;
  }
  state.closes[slot] = close;
  forgetPrices(state.laws, slot);
  for (const { entry, memory } of state.strategies) kindOf(entry.kind).restate(memory, slot, map);
}
