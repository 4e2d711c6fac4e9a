import { actionsDue, hearActions, priceMapOf, type PriceMap, symbolsOf } from '@aitrader/core-market';
import { exp, ln } from '@aitrader/core-numeric';
import { type Control, read } from '@aitrader/model';
import { clearMemory, FILTER, FILTER_WIDTH, type Memory, PAST, PAST_WIDTH } from './memory.ts';
import type { ProbabilityState } from './probability-state.ts';

/** Units of the filter per unit of ln(USD). */
const BP = 10_000;

/**
 * Hears commands, and lets the actions that are in force from the interval that closes at `t` move what is remembered of prices: a split
 * or a dividend is no return. What cannot be carried over begins anew with the next bar.
 */
export function followActions(state: ProbabilityState, control: readonly Control[], t: number): void {
  for (const command of control) hearActions(state.agenda, command);
  for (const action of actionsDue(state.agenda, t)) {
    const map = priceMapOf(action);
    for (const symbol of symbolsOf(action)) {
      const slot = state.index.slots.get(symbol);
      if (slot === undefined || state.beginning.has(symbol)) continue;
      const shift = map === 'anew' ? undefined : shiftBp(state.memory, slot, map);
      if (shift !== undefined) shiftPrices(state.memory, slot, shift);
      else {
        clearMemory(state.memory, slot);
        state.beginning.add(symbol);
        state.fitted.delete(symbol);
      }
    }
  }
}

/** How far the log price moves that a symbol closed at last, in bp; undefined where nothing is left of it. */
function shiftBp({ past }: Memory, slot: number, { less, times }: PriceMap): number | undefined {
  if (less === 0) return BP * ln(times);
  const left = 1 - less * exp(-read(past, slot * PAST_WIDTH + PAST.closeBp) / BP);
  return left > 0 ? BP * ln(left * times) : undefined;
}

function shiftPrices({ past, filter }: Memory, slot: number, bp: number): void {
  const [p, f] = [slot * PAST_WIDTH, slot * FILTER_WIDTH];
  past[p + PAST.closeBp] = read(past, p + PAST.closeBp) + bp;
  past[p + PAST.heldCloseBp] = read(past, p + PAST.heldCloseBp) + bp;
  filter[f + FILTER.level] = read(filter, f + FILTER.level) + bp;
}
