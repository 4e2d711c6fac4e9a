import {
  compareText,
  orderId,
  quantityFromShares,
  type Denial,
  type GateFigure,
  type Order,
  type RiskDecision,
  type Signal,
  type SignalSlice,
} from '@aitrader/model';
import { GATES } from './gates.ts';
import { qualityOf } from './kelly.ts';
import { openOrder } from './open-orders.ts';
import { exitTime } from './session.ts';
import type { RiskState } from './state.ts';
import { SHARES_MAX } from './verdict.ts';

/**
 * Decides all signals of the interval together, the best first, so that capital goes to the best ones and not to the first to
 * arrive. Each approval takes its part of the caps before the next signal is looked at.
 */
export function decide(state: RiskState, slices: readonly SignalSlice[], emit: RiskDecision): void {
  const orders: Order[] = [];
  const denials: Denial[] = [];
  emit.orders = orders;
  emit.denials = denials;
  if (!anySignal(slices)) return;
  const ranked = slices.flatMap((slice) => slice.signals).sort(bestFirst);
  for (const signal of ranked) {
    const answer = assess(state, signal);
    if ('gates' in answer) {
      openOrder(state.orders, answer);
      orders.push(answer);
    } else denials.push(answer);
  }
  orders.sort((a, b) => compareText(a.id, b.id));
  denials.sort(inSymbolOrder);
}

function anySignal(slices: readonly SignalSlice[]): boolean {
  for (const { signals } of slices) if (signals.length > 0) return true;
  return false;
}

/** Asks one gate after the other. The size only ever falls; the first gate to leave nothing of it is the denial. */
function assess(state: RiskState, signal: Signal): Order | Denial {
  const passed: GateFigure[] = [];
  let shares = SHARES_MAX;
  for (const gate of GATES) {
    const { figure, sharesMax } = gate(state, signal, shares);
    shares = Math.min(shares, sharesMax);
    if (!(shares >= 1)) return { t: state.t, symbol: signal.symbol, signalId: signal.id, ...figure };
    passed.push(figure);
  }
  return approve(state, signal, shares, passed);
}

function approve(state: RiskState, signal: Signal, shares: number, gates: readonly GateFigure[]): Order {
  return {
    id: orderId(signal.id),
    t: state.t,
    symbol: signal.symbol,
    side: signal.direction === 1 ? 'buy' : 'sell',
    quantity: quantityFromShares(shares),
    type: 'market',
    timeInForce: 'day',
    reference: signal.reference,
    stop: signal.stop,
    target: signal.target,
    exitAt: exitTime(state, signal),
    signalId: signal.id,
    gates,
  };
}

type Spoken = { readonly symbol: string; readonly signalId: string };
const inSymbolOrder = (a: Spoken, b: Spoken): number => compareText(a.symbol, b.symbol) || compareText(a.signalId, b.signalId);

const bestFirst = (a: Signal, b: Signal): number =>
  qualityOf(b.forward) - qualityOf(a.forward) || compareText(a.symbol, b.symbol) || compareText(a.id, b.id);
