import { CASH_UNITS_PER_DOLLAR, item, read, readInt32, type CorporateAction, type Ticker } from '@aitrader/model';
import type { BarTable } from './bar-table.ts';

/*
 * Adjusted views of raw bars: derived, never kept.
 *
 * 1. The bars after the last action are as they were printed; those before one are what they would have been without its jump.
 * 2. Dividing prices and multiplying volumes by a split leaves turnover alone; a dividend or a spin-off changes prices only.
 * 3. Bars of after a date do not depend on actions of before it.
 */

/** What a view is adjusted for: splits, or dividends and spin-offs as well. */
export type View = 'split' | 'all';

/** Thrown for an action that a view cannot be adjusted for. */
export class AdjustmentError extends Error {
  override readonly name = 'AdjustmentError';
  readonly action: CorporateAction;
  constructor(action: CorporateAction, problem: string) {
    super(`${action.symbol} cannot be adjusted for ${action.id}: ${problem}`);
    this.action = action;
  }
}

/**
 * A table of raw bars as its symbols' actions adjust it, backwards from its end: splits by their ratio, a dividend or a spin-off by
 * 1 − cash / the last close before it (the method of CRSP, Yahoo and LEAN). Prices in dollars, unrounded. An action from before a symbol's first
 * bar, or after its last one, changes nothing: what comes after the table is not known to it.
 * @throws AdjustmentError for a spin-off of unknown worth in a view of all, and for more cash than the share was worth
 */
export function adjustedBars(table: BarTable, actions: readonly CorporateAction[], view: View): BarTable {
  const { count } = table;
  const columnOf = (name: 'open' | 'high' | 'low' | 'close' | 'volume'): Float64Array => table[name].slice(0, count);
  const adjusted = {
    ...table,
    ...{
      open: columnOf('open'),
      high: columnOf('high'),
      low: columnOf('low'),
      close: columnOf('close'),
      volume: columnOf('volume'),
    },
  };
  const steps = table.symbols.map((symbol) => newSteps(symbol, actions, view));
  for (let row = count - 1; row >= 0; row--) {
    const step = item(steps, readInt32(table.symbol, row));
    passActions(step, read(table.t, row), read(table.close, row));
    for (const name of ['open', 'high', 'low', 'close'] as const) adjusted[name][row] = read(table[name], row) * step.price;
    adjusted.volume[row] = read(table.volume, row) / step.shares;
  }
  return adjusted;
}

/** A symbol on the way back from its last bar: what its prices are multiplied by, and its volumes divided by. */
interface Steps {
  /** latest first */
  readonly waiting: CorporateAction[];
  price: number;
  shares: number;
  hasBars: boolean;
}

function newSteps(symbol: Ticker, actions: readonly CorporateAction[], view: View): Steps {
  const ours = actions.filter((action) => action.symbol === symbol && isOf(action, view));
  return { waiting: ours.sort((a, b) => b.exAt - a.exAt), price: 1, shares: 1, hasBars: false };
}

const isOf = ({ kind }: CorporateAction, view: View): boolean =>
  kind === 'split' || (view === 'all' && (kind === 'cash-dividend' || kind === 'spin-off'));

/** Passes the actions that a bar comes before; those after the last bar are none of the table's. */
function passActions(steps: Steps, t: number, close: number): void {
  while (steps.waiting[0] !== undefined && steps.waiting[0].exAt >= t) {
    const action = steps.waiting.shift();
    if (action !== undefined && steps.hasBars) pass(steps, action, close);
  }
  steps.hasBars = true;
}

function pass(steps: Steps, action: CorporateAction, close: number): void {
  if (action.kind === 'split') {
    steps.price *= action.oldShares / action.newShares;
    steps.shares *= action.oldShares / action.newShares;
    return;
  }
  if (action.cash === 0) throw new AdjustmentError(action, 'nobody has said what it is worth: give its cash');
  const left = 1 - action.cash / CASH_UNITS_PER_DOLLAR / close;
  if (!(left > 0)) throw new AdjustmentError(action, `it is more than the last close, ${close}`);
  steps.price *= left;
}
