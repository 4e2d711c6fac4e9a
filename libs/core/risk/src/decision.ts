import {
  compareText,
  item,
  orderId,
  quantityFromShares,
  sharesLeftBy,
  type Control,
  type Denial,
  type EpochMs,
  type GateFigure,
  type Order,
  type RiskDecision,
  type Signal,
  type SignalSlice,
} from '@aitrader/model';
import { countEntry, countMessage, enterPace, sessionPartOf } from './entry-pace.ts';
import { ENTRY_GATES, MANUAL_GATES, STANDING_GATES } from './gates/lists.ts';
import { manualIntents, type Intent } from './intent.ts';
import { qualityOf } from './quality.ts';
import { openOrder } from './open-orders.ts';
import { prospectsOf } from './prospects.ts';
import { exitTime, manualExitTime } from './session.ts';
import type { RiskState } from './state.ts';
import { situationOf, type Situation } from './situation.ts';
import { figureOf, SHARES_MAX, type GateOf } from './verdict.ts';

/**
 * Decides all that is wanted in the interval together: first what operators ask for, in canonical order, then the signals, the best first, so
 * that capital goes to the best ones and not to the first to arrive: stakes are shared out among all that stand, and each approval takes its part
 * of the caps before the next is looked at.
 */
export function decide(state: RiskState, slices: readonly SignalSlice[], commands: readonly Control[], emit: RiskDecision): void {
  const signals = anySignal(slices) ? slices.flatMap((slice) => slice.signals).sort(bestFirst) : [];
  const intents = [...manualIntents(state, commands)].sort(inCanonicalOrder);
  const answers: Answers = { orders: [], denials: [] };
  Object.assign(emit, answers);
  if (signals.length + intents.length === 0) return;
  enterPace(state, sessionPartOf(state));
  const models = new Set(signals.map(({ model }) => model)).size;
  for (const intent of intents) {
    take(state, answers, intent, assess(situationOf(state, new Map(), models), intent, MANUAL_GATES, undefined, manualExitTime));
    state.manual.add(intent.id);
  }
  decideSignals(state, signals, models, answers);
  answers.orders.sort((a, b) => compareText(a.id, b.id));
  answers.denials.sort(inSymbolOrder);
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
  let situation = situationOf(state, new Map(), models);
  const asked = signals.map((signal) => ask(situation, signal, STANDING_GATES));
  const prospects = prospectsOf(
    state,
    signals,
    asked.map(({ reason }) => reason === undefined),
  );
  situation = { ...situation, prospects };
  const { orders } = answers;
  const before = orders.length;
  let upTo = before;
  signals.forEach((signal, i) => {
    if (orders.length > upTo) situation = situationOf(state, prospects, models);
    upTo = orders.length;
    // what was found before anything was approved is good until something is
    const known = upTo > before ? undefined : item(asked, i);
    take(state, answers, signal, assess(situation, signal, ENTRY_GATES, known, exitTime));
  });
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

/** Asks every gate that was not asked yet, one after the other, whatever the ones before said. The size only ever falls; the first to refuse is the reason. */
export function ask<Wanted extends Intent>(
  on: Situation,
  wanted: Wanted,
  gates: readonly GateOf<Wanted>[],
  asked = newAsked(),
): Asked {
  for (let i = asked.figures.length; i < gates.length; i++) {
    const figure = figureFor(item(gates, i), on, wanted, asked.shares);
    const left = sharesLeftBy(figure, asked.shares);
    if (left >= 1) asked.shares = left;
    else {
      asked.reason ??= figure;
      // as if it had left the least that can be traded, where it would have left a size
      if (figure.comparison === 'sizes') asked.shares = 1;
    }
    asked.figures.push(figure);
  }
  return asked;
}

/** A gate that does not look at what is wanted says the same of everything until something is approved: it is asked once. */
function figureFor<Wanted>(gate: GateOf<Wanted>, on: Situation, wanted: Wanted, shares: number): GateFigure {
  if (gate.find.length > 1) return figureOf(gate, on, wanted, shares);
  let figure = on.common.get(gate.gate);
  if (figure === undefined) on.common.set(gate.gate, (figure = figureOf(gate, on, wanted, shares)));
  return figure;
}

const newAsked = (): Asked => ({ figures: [], reason: undefined, shares: SHARES_MAX });

/** Asks all gates; the first of them were asked already where it is `known` what they found. */
function assess<Wanted extends Intent>(
  on: Situation,
  wanted: Wanted,
  gates: readonly GateOf<Wanted>[],
  known: Asked | undefined,
  exitOf: (state: RiskState, wanted: Intent) => EpochMs,
): Order | Denial {
  const { figures, reason, shares } = ask(on, wanted, gates, known);
  const { t } = on.state;
  if (reason !== undefined) {
    // while a halt stands, the first gate refuses everything
    const [halt] = on.state.trips;
    return { t, symbol: wanted.symbol, signalId: wanted.id, trip: halt?.id ?? '', ...reason, gates: figures };
  }
  return approve(on.state, wanted, shares, figures, exitOf(on.state, wanted));
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

const bestFirst = (a: Signal, b: Signal): number =>
  qualityOf(b.forward) - qualityOf(a.forward) || compareText(a.symbol, b.symbol) || compareText(a.id, b.id);
