import {
  CASH_UNITS_PER_DOLLAR,
  type Control,
  type CorporateAction,
  type CorporateActionKind,
  type Ticker,
} from '@aitrader/model';

/*
 * Corporate actions as every stage meets them: told beforehand, in force by their dates.
 *
 * 1. An action is in force from the first interval that closes after its `exAt`, whenever it was heard before that.
 * 2. It is in force once, however often it is told.
 * 3. One that is told too late for that is a broken recording: it would count in one stage and not in another.
 */

/** What a stage was told and has not come to yet. Plain data, bounded by the actions of the coming days that a feed tells. */
export interface ActionAgenda {
  /** in the order in which they come into force */
  waiting: CorporateAction[];
  /** close of the last interval that was entered */
  entered: number;
}

/** Thrown on a recording whose actions cannot be followed. */
export class CorporateActionError extends RangeError {
  override readonly name = 'CorporateActionError';
}

export const newAgenda = (): ActionAgenda => ({ waiting: [], entered: -Infinity });

/** An agenda of actions that are all known beforehand. */
export function agendaOf(actions: readonly CorporateAction[]): ActionAgenda {
  const agenda = newAgenda();
  hearActions(agenda, { actions });
  return agenda;
}

/** Notes the actions of a command. @throws CorporateActionError for one that is told after the first interval that it is in force in */
export function hearActions(agenda: ActionAgenda, { actions }: Pick<Control, 'actions'>): void {
  for (const action of actions) {
    if (agenda.waiting.some(({ id }) => id === action.id)) continue;
    if (action.exAt < agenda.entered)
      throw new CorporateActionError(
        `${action.id} was in force at ${action.exAt}, and is told after the interval ${agenda.entered}`,
      );
    agenda.waiting.push(action);
    agenda.waiting.sort(inOrderOfForce);
  }
}

/**
 * What comes first of one instant: another company's shares are gone before anything else; a dividend and what is spun off are said per
 * share as there were before a split; and all is said of the symbol as it was before it changed.
 */
const RANK: Readonly<Record<CorporateActionKind, number>> = {
  'new-listing': 0,
  'cash-dividend': 1,
  'spin-off': 2,
  split: 3,
  'symbol-change': 4,
};

/** The order in which actions come into force; those of one instant and rank in the order in which they are told. */
export const inOrderOfForce = (a: CorporateAction, b: CorporateAction): number => a.exAt - b.exAt || RANK[a.kind] - RANK[b.kind];

const NONE: readonly CorporateAction[] = Object.freeze([]);

/** Enters the interval that closes at `t`: the actions that are in force from it on, in their order. */
export function actionsDue(agenda: ActionAgenda, t: number): readonly CorporateAction[] {
  agenda.entered = t;
  // not by destructuring: an iterator for every slice of every stage
  const first = agenda.waiting[0];
  if (first === undefined || first.exAt >= t) return NONE;
  const after = agenda.waiting.findIndex(({ exAt }) => exAt >= t);
  return agenda.waiting.splice(0, after < 0 ? agenda.waiting.length : after);
}

/** Whether an action is in force from the interval that closes at `t`. */
export const isActionDue = ({ waiting }: ActionAgenda, t: number): boolean => (waiting[0]?.exAt ?? Infinity) < t;

/** How prices of before an action read after it: (price - less) * times, in dollars. */
export interface PriceMap {
  readonly less: number;
  readonly times: number;
}

/**
 * What an action does to the prices of its symbol. `anew`: nothing that came before says anything of what comes after, since it is another
 * company, or a part of the company whose worth is not known has left.
 */
export function priceMapOf({ kind, newShares, oldShares, cash }: CorporateAction): PriceMap | 'anew' {
  switch (kind) {
    case 'split':
      return { less: 0, times: oldShares / newShares };
    case 'cash-dividend':
      return { less: cash / CASH_UNITS_PER_DOLLAR, times: 1 };
    case 'spin-off':
      return cash > 0 ? { less: cash / CASH_UNITS_PER_DOLLAR, times: 1 } : 'anew';
    case 'symbol-change':
    case 'new-listing':
      return 'anew';
  }
}

/** A price of before an action as it reads after it, in dollars; undefined where nothing is left of it. */
export function mappedPrice(dollars: number, { less, times }: PriceMap): number | undefined {
  const mapped = (dollars - less) * times;
  return mapped > 0 ? mapped : undefined;
}

/** A close of before an action as it reads after it, in dollars; 0 where nothing is left of it, or the series begins anew. */
export function closeAfter(action: CorporateAction, close: number): number {
  const map = priceMapOf(action);
  return map === 'anew' ? 0 : (mappedPrice(close, map) ?? 0);
}

/** The symbols whose prices an action is about: a new symbol begins anew, too, whatever it was before. */
export const symbolsOf = ({ kind, symbol, other }: CorporateAction): readonly Ticker[] =>
  kind === 'symbol-change' ? [symbol, other] : [symbol];
