import {
  ids,
  newReport,
  priceFromDollars,
  quantityFromShares,
  requestIdOf,
  sharesOf,
  ticker,
  type Order,
  type Report,
  type ReportKind,
} from '@aitrader/model';
import { newSimulatedBroker, simulatedBroker, type BrokerCommand, type BrokerEvent } from '@aitrader/core-simulation';
import { notOffered, type Asked, type TriedBroker } from './broker-contract.ts';
import { at, sliceOf } from './recorded-gateway.ts';
import { FAR, SIMULATION } from './tried-requests.ts';

const A = ticker('AAPL');

/** The simulated broker, as execution asks it. */
export function simulatedInProcess(): Promise<TriedBroker> {
  const state = newSimulatedBroker(SIMULATION);
  const told: Report[] = [];
  const closing = new Map<string, string>();
  let minute = 1;
  const asked = (command: BrokerCommand): Promise<void> => {
    const events: BrokerEvent[] = [];
    simulatedBroker.take(state, at(minute + 1), command, events);
    told.push(...events.flatMap((event) => wordOf(event, closing)));
    return Promise.resolve();
  };
  return Promise.resolve({
    submit: (order) => {
      if (order.closes === undefined) return asked({ kind: 'submit', leg: 'entry', order: orderOf(order, minute) });
      if (sharesOf(state.brackets.get(ids.order(order.closes))?.held ?? quantityFromShares(0)) !== order.shares)
        return notOffered('it closes what an order holds, and nothing else');
      closing.set(order.closes, order.id);
      return asked({ kind: 'submit', leg: 'time', orderId: ids.order(order.closes) });
    },
    cancel: ({ id }) => asked({ kind: 'cancel', leg: 'entry', orderId: ids.order(id), reason: 'asked' }),
    replace: () => notOffered('an order is what it was approved as'),
    pass: (bar) => {
      minute += 1;
      const events: BrokerEvent[] = [];
      simulatedBroker.step(state, at(minute), [sliceOf(at(minute), { AAPL: bar })], events);
      told.push(...events.flatMap((event) => wordOf(event, closing)));
      return Promise.resolve();
    },
    fault: ({ kind }) => notOffered(kind),
    settle: () => Promise.resolve(),
    told: () => told,
    books: () => {
      let [position, open] = [0, 0];
      for (const { order, held, open: left, exit } of state.brackets.values()) {
        position += order.side === 'buy' ? sharesOf(held) : -sharesOf(held);
        // stop and target belong to what is held
        open += (left > 0 ? 1 : 0) + (exit === 'closing' ? 1 : 0);
      }
      return Promise.resolve({ position, open, orders: [] });
    },
    buyingPower: () => notOffered('an account'),
    close: () => Promise.resolve(),
  });
}

const orderOf = ({ id, side, shares, exits }: Asked, minute: number): Order => ({
  id: ids.order(id),
  t: at(minute),
  symbol: A,
  side,
  quantity: quantityFromShares(shares),
  type: 'market',
  timeInForce: 'day',
  reference: priceFromDollars(100),
  stop: priceFromDollars(exits?.stop ?? FAR[side].stop),
  target: priceFromDollars(exits?.target ?? FAR[side].target),
  exitAt: at(120),
  signalId: ids.signal('s'),
  gates: [],
});

const kindOf = (event: BrokerEvent): ReportKind => {
  if (!('fill' in event)) return event.kind;
  return event.kind === 'busted' ? 'bust' : event.kind === 'corrected' ? 'correction' : 'execution';
};

/** A word on an entry, or on the close that was asked for of it; the exits that it attaches are not what is looked at. */
function wordOf(event: BrokerEvent, closing: ReadonlyMap<string, string>): readonly Report[] {
  const { t, leg, orderId, remaining } = event;
  const id = leg === 'entry' ? orderId : leg === 'time' ? closing.get(orderId) : undefined;
  if (id === undefined) return [];
  const of = { request: requestIdOf(id), brokerId: `${orderId}.${leg}`, open: remaining };
  return [{ ...newReport(t, kindOf(event), A), ...of, execution: 'fill' in event ? event.fill : null }];
}
