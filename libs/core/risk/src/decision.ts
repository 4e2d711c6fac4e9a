import {
  compareText,
  item,
  orderId,
  quantityFromShares,
  sharesLeftBy,
  strategyOfOrder,
  type Control,
  type Denial,
  type EpochMs,
  type GateFigure,
  type Order,
  type OrderExit,
  type RiskDecision,
  type Signal,
  type SignalSlice,
} from '@aitrader/model';
import { edgeOf } from './claims.ts';
import { countEntry, countMessage, enterPace, sessionPartOf } from './entry-pace.ts';
import { ENTRY_GATES, MANUAL_GATES, STANDING_GATES } from './gates/lists.ts';
import { manualIntents, type Intent } from './intent.ts';
import { qualityOf } from './quality.ts';
import { openOrder } from './open-orders.ts';
import { prospectsOf } from './prospects.ts';
import { exitTime } from './session.ts';
import type { RiskState } from './state.ts';
import { situationOf, type Situation } from './situation.ts';
import { figureOf, SHARES_MAX, type GateOf } from './verdict.ts';

/**
 * Decides all that is wanted in the interval together: first what operators ask for, in canonical order, then the signals, the best first, so
 * that capital goes to the best ones and not to the first to arrive: stakes are shared out among all that stand, and each approval takes its part
 * of the caps before the next is looked at.
 */
export function decide(state: RiskState, slices: readonly SignalSlice[], commands: readonly Control[], emit: RiskDecision): void {
  const signals = anySignal(slices)
    ? bestFirst(
        state,
        slices.flatMap((slice) => slice.signals),
      )
    : [];
  const intents = commands.length === 0 ? [] : [...manualIntents(state, commands)].sort(inCanonicalOrder);
  const answers: Answers = { orders: [], denials: [] };
  emit.orders = answers.orders;
  emit.denials = answers.denials;
  emit.exits = exitsOf(state, slices);
  if (signals.length + intents.length === 0) return;
  enterPace(state, sessionPartOf(state));
  const models = new Set(signals.map(({ model }) => model)).size;
  for (const intent of intents) {
    const asked = ask(situationOf(state, new Map(), models), [intent], MANUAL_GATES);
    take(state, answers, intent, answerTo(state, intent, item(asked, 0)));
    state.manual.add(intent.id);
  }
  decideSignals(state, signals, models, answers);
  answers.orders.sort((a, b) => compareText(a.id, b.id));
  answers.denials.sort(inSymbolOrder);
}

/** The orders of before that a strategy no longer believes in, whatever else it and others do. Nothing is asked: no gate keeps anything from being left. */
function exitsOf({ orders, t }: RiskState, slices: readonly SignalSlice[]): OrderExit[] {
  const exits: OrderExit[] = [];
  for (const slice of slices) {
    for (const { symbol, strategy, direction, reason } of slice.exits) {
      const side = direction === 1 ? 'buy' : 'sell';
      for (const [orderId, order] of orders) {
        const isMeant = order.symbol === symbol && strategyOfOrder(orderId) === strategy;
        // of which way it entered nothing may be known
        if (isMeant && (order.side ?? side) === side) exits.push({ t, orderId, symbol, reason });
      }
    }
  }
  return exits.sort((a, b) => compareText(a.orderId, b.orderId));
}

interface Answers {
  readonly orders: Order[];
  readonly denials: Denial[];
}

/** Puts an answer to the others, and an order into the account. */
function take(state: RiskState, { orders, denials }: Answers, wanted: Intent, said: Order | Denial): void {
  if ('gate' in said) {
    denials.push(said);
    return;
  }
  openOrder(state.orders, said);
  countEntry(state, wanted);
  countMessage(state.pace, wanted.symbol, state.t);
  orders.push(said);
}

function decideSignals(state: RiskState, signals: readonly Signal[], models: number, answers: Answers): void {
  if (signals.length === 0) return;
  const bare = situationOf(state, new Map(), models);
  let known: Asked[] | undefined = ask(bare, signals, STANDING_GATES);
  const prospects = prospectsOf(
    state,
    signals,
    known.map(({ reason }) => reason === undefined),
  );
  let situation = { ...bare, prospects };
  let together = signals.length;
  for (let from = 0; from < signals.length;) {
    const next = signals.slice(from, from + together);
    const asked = ask(situation, next, ENTRY_GATES, known);
    // what was found of the ones behind an order is of a situation that is over
    const approved = asked.findIndex(({ reason }) => reason === undefined);
    const good = approved < 0 ? next.length : approved + 1;
    for (let i = 0; i < good; i++) take(state, answers, item(next, i), answerTo(state, item(next, i), item(asked, i)));
    from += good;
    known = undefined;
    together = approved < 0 ? 2 * together : 1;
    if (approved >= 0) situation = situationOf(state, prospects, models);
  }
}

function anySignal(slices: readonly SignalSlice[]): boolean {
  for (const { signals } of slices) if (signals.length > 0) return true;
  return false;
}

/** What the gates found of something that is wanted, so far. */
interface Asked {
  readonly figures: GateFigure[];
  reason: GateFigure | undefined;
  shares: number;
}

const newAsked = (): Asked => ({ figures: [], reason: undefined, shares: SHARES_MAX });

/**
 * Puts every gate that was not asked yet to all that is wanted in one situation, gate after gate, whatever the ones before said. A size only ever
 * falls; the first to refuse is the reason.
 */
export function ask<Wanted extends Intent>(
  on: Situation,
  wanted: readonly Wanted[],
  gates: readonly GateOf<Wanted>[],
  asked = wanted.map(newAsked),
): Asked[] {
  for (let i = asked[0]?.figures.length ?? 0; i < gates.length; i++) put(item(gates, i), on, wanted, asked);
  return asked;
}

function put<Wanted>(gate: GateOf<Wanted>, on: Situation, wanted: readonly Wanted[], asked: readonly Asked[]): void {
  let figure: GateFigure | undefined;
  for (let i = 0; i < asked.length; i++) {
    const of = item(asked, i);
    if (figure === undefined || gate.looks) figure = figureOf(gate, on, item(wanted, i), of.shares, figure);
    const left = sharesLeftBy(figure, of.shares);
    if (left >= 1) of.shares = left;
    else {
      of.reason ??= figure;
      // as if it had left the least that can be traded, where it would have left a size
      if (figure.comparison === 'sizes') of.shares = 1;
    }
    of.figures.push(figure);
  }
}

/** What follows from what all gates found. */
function answerTo(state: RiskState, wanted: Intent, { figures, reason, shares }: Asked): Order | Denial {
  if (reason === undefined) return approve(state, wanted, shares, figures, exitTime(state, wanted));
  // while a halt stands, the first gate refuses everything
  const [halt] = state.trips;
  return { t: state.t, symbol: wanted.symbol, signalId: wanted.id, trip: halt?.id ?? '', ...reason, gates: figures };
}

function approve({ t }: RiskState, wanted: Intent, shares: number, gates: readonly GateFigure[], exitAt: EpochMs): Order {
  const { id, symbol, direction, reference, stop, target } = wanted;
  return {
    id: orderId(id),
    t,
    symbol,
    side: direction === 1 ? 'buy' : 'sell',
    quantity: quantityFromShares(shares),
    type: 'market',
    timeInForce: 'day',
    reference,
    stop,
    target,
    exitAt,
    signalId: id,
    gates,
  };
}

type Spoken = { readonly symbol: string; readonly signalId: string };
const inSymbolOrder = (a: Spoken, b: Spoken): number => compareText(a.symbol, b.symbol) || compareText(a.signalId, b.signalId);

const inCanonicalOrder = (a: Intent, b: Intent): number => compareText(a.symbol, b.symbol) || compareText(a.id, b.id);

/**
 * The best first: by what they claim, times what such claims of theirs have come to, so that a strategy gains nothing on another by claiming more than it
 * keeps. Those of which nothing is known to come are alike.
 */
function bestFirst(state: RiskState, signals: Signal[]): Signal[] {
  const part = sessionPartOf(state);
  const worth = new Map<Signal, number>();
  for (const signal of signals) {
    const { slope } = edgeOf(state.edges, state.config.edge, signal, part);
    worth.set(signal, slope > 0 ? slope * qualityOf(signal.forward) : 0);
  }
  const worthOf = (signal: Signal): number => worth.get(signal) ?? 0;
  return signals.sort((a, b) => worthOf(b) - worthOf(a) || compareText(a.symbol, b.symbol) || compareText(a.id, b.id));
}
