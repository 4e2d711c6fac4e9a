import {
  compareText,
  orderId,
  quantityFromShares,
  type Control,
  type Denial,
  type EpochMs,
  type GateFigure,
  type Order,
  type RiskDecision,
  type Signal,
  type SignalSlice,
} from '@aitrader/model';
import { GATES, MANUAL_GATES, type GateOf } from './gates.ts';
import { manualIntents, type Intent } from './intent.ts';
import { qualityOf } from './kelly.ts';
import { openOrder } from './open-orders.ts';
import { exitTime, manualExitTime } from './session.ts';
import type { RiskState } from './state.ts';
import { SHARES_MAX } from './verdict.ts';

/**
 * Decides all that is wanted in the interval together: first what operators ask for, in canonical order, then the signals, the best first, so
 * that capital goes to the best ones and not to the first to arrive. Each approval takes its part of the caps before the next is looked at.
 */
export function decide(state: RiskState, slices: readonly SignalSlice[], commands: readonly Control[], emit: RiskDecision): void {
  const orders: Order[] = [];
  const denials: Denial[] = [];
  emit.orders = orders;
  emit.denials = denials;
  const take = (answer: Order | Denial): void => {
    if ('gates' in answer) {
      openOrder(state.orders, answer);
      orders.push(answer);
    } else denials.push(answer);
  };
  for (const intent of [...manualIntents(state, commands)].sort(inCanonicalOrder)) {
    take(assess(state, intent, MANUAL_GATES, manualExitTime));
    state.manual.add(intent.id);
  }
  if (anySignal(slices))
    for (const signal of slices.flatMap((slice) => slice.signals).sort(bestFirst)) take(assess(state, signal, GATES, exitTime));
  orders.sort((a, b) => compareText(a.id, b.id));
  denials.sort(inSymbolOrder);
}

function anySignal(slices: readonly SignalSlice[]): boolean {
  for (const { signals } of slices) if (signals.length > 0) return true;
  return false;
}

/** Asks one gate after the other. The size only ever falls; the first gate to leave nothing of it is the denial. */
function assess<Wanted extends Intent>(
  state: RiskState,
  wanted: Wanted,
  gates: readonly GateOf<Wanted>[],
  exitOf: (state: RiskState, wanted: Intent) => EpochMs,
): Order | Denial {
  const passed: GateFigure[] = [];
  let shares = SHARES_MAX;
  for (const gate of gates) {
    const { figure, sharesMax } = gate(state, wanted, shares);
    shares = Math.min(shares, sharesMax);
    if (!(shares >= 1)) return { t: state.t, symbol: wanted.symbol, signalId: wanted.id, ...figure };
    passed.push(figure);
  }
  return approve(state, wanted, shares, passed, exitOf(state, wanted));
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
