import {
  compareText,
  orderId,
  passesGate,
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
import { countEntry, enterPace, sessionPartOf } from './entry-pace.ts';
import { ENTRY_GATES, MANUAL_GATES, STANDING_GATES } from './gates/lists.ts';
import { manualIntents, type Intent } from './intent.ts';
import { qualityOf } from './quality.ts';
import { openOrder } from './open-orders.ts';
import { prospectsOf, type Prospects } from './prospects.ts';
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
  const orders: Order[] = [];
  const denials: Denial[] = [];
  emit.orders = orders;
  emit.denials = denials;
  const signals = anySignal(slices) ? slices.flatMap((slice) => slice.signals).sort(bestFirst) : [];
  const intents = manualIntents(state, commands);
  if (signals.length + intents.length > 0) enterPace(state, sessionPartOf(state));
  const models = new Set(signals.map(({ model }) => model)).size;
  let prospects: Prospects = new Map();
  let situation: Situation | undefined;
  const answer = <Wanted extends Intent>(wanted: Wanted, gates: readonly GateOf<Wanted>[], exitOf: typeof exitTime): void => {
    const said = assess((situation ??= situationOf(state, prospects, models)), wanted, gates, exitOf);
    if ('gate' in said) denials.push(said);
    else {
      openOrder(state.orders, said);
      countEntry(state, wanted);
      orders.push(said);
      situation = undefined;
    }
  };
  for (const intent of [...intents].sort(inCanonicalOrder)) {
    answer(intent, MANUAL_GATES, manualExitTime);
    state.manual.add(intent.id);
  }
  if (signals.length > 0) {
    prospects = prospectsOf(state, signals, standing(situationOf(state, prospects, models)));
    situation = undefined;
  }
  for (const signal of signals) answer(signal, ENTRY_GATES, exitTime);
  orders.sort((a, b) => compareText(a.id, b.id));
  denials.sort(inSymbolOrder);
}

/** Whether nothing but its size speaks against a signal, before any of the interval's signals is answered. */
const standing =
  (on: Situation) =>
  (signal: Signal): boolean =>
    STANDING_GATES.every((gate) => passesGate(figureOf(gate, on, signal, 1)));

function anySignal(slices: readonly SignalSlice[]): boolean {
  for (const { signals } of slices) if (signals.length > 0) return true;
  return false;
}

/** Asks every gate, one after the other, whatever the ones before said. The size only ever falls; the first to refuse is the reason. */
function assess<Wanted extends Intent>(
  on: Situation,
  wanted: Wanted,
  gates: readonly GateOf<Wanted>[],
  exitOf: (state: RiskState, wanted: Intent) => EpochMs,
): Order | Denial {
  const figures: GateFigure[] = [];
  let reason: GateFigure | undefined;
  let shares = SHARES_MAX;
  for (const gate of gates) {
    const figure = figureOf(gate, on, wanted, shares);
    const left = sharesLeftBy(figure, shares);
    if (left >= 1) shares = left;
    else {
      reason ??= figure;
      // as if it had left the least that can be traded, where it would have left a size
      if (figure.comparison === 'sizes') shares = 1;
    }
    figures.push(figure);
  }
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
