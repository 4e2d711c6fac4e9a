import { actionsDue, hearActions, mappedPrice, priceMapOf, symbolsOf } from '@aitrader/core-market';
import { clearAtr, clearDonchian, clearOpeningRange, restateAtr, restateDonchian } from '@aitrader/core-features';
import { clearHorizonLaws, forgetPrices } from '@aitrader/core-horizon';
import { type Control, type CorporateAction, read, type Ticker } from '@aitrader/model';
import type { BreakoutState } from './breakout-state.ts';

/** Hears commands, and lets the actions that are in force from the interval that closes at `t` change what is remembered of prices. */
export function followActions(state: BreakoutState, control: readonly Control[], t: number): void {
  for (const command of control) hearActions(state.agenda, command);
  for (const action of actionsDue(state.agenda, t)) for (const symbol of symbolsOf(action)) restate(state, symbol, action);
}

/** A channel of before a split would make every close of after it a breakout; one of another company says nothing at all. */
function restate(state: BreakoutState, symbol: Ticker, action: CorporateAction): void {
  const slot = state.index.slots.get(symbol);
  if (slot === undefined) return;
  const map = priceMapOf(action);
  if (map === 'anew' || mappedPrice(read(state.atr.previousClose, slot), map) === undefined) return forget(state, slot);
  restateAtr(state.atr, slot, map.less, map.times);
  restateDonchian(state.donchian, slot, map.less, map.times);
  clearOpeningRange(state.openingRange, slot);
  forgetPrices(state.laws, slot);
}

function forget(state: BreakoutState, slot: number): void {
  clearAtr(state.atr, slot);
  clearDonchian(state.donchian, slot);
  clearOpeningRange(state.openingRange, slot);
  clearHorizonLaws(state.laws, slot);
  state.seen[slot] = 0;
  state.session[slot] = 0;
  state.spent[slot] = 0;
}
