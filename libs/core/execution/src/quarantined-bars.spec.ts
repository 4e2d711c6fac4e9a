import { describe, expect, it } from '@jest/globals';
import {
  COSTS_BEFORE_KEYS,
  dollarsOfPrice,
  epochMs,
  ids,
  priceFromDollars,
  quantityFromShares,
  ticker,
  verdictOf,
  type Order,
  type Side,
} from '@aitrader/model';
import { appendBar, finishBarTable, newBarTableDraft, newSliceFeed, newSlices, nextInterval } from '@aitrader/core-market';
import { newYorkInstant } from '@aitrader/core-sessions';
import { newSimulatedBroker, simulatedBroker, type BrokerEvent } from '@aitrader/core-simulation';

/*
 * What becomes of a position when prices are doubtful: bars go the whole way through the quality gate to the broker, which is filled on
 * them. A misprint must not throw anybody out, and a crash must let everybody out.
 */

const A = ticker('A');
const MINUTE = 60_000;
const OPEN = newYorkInstant('2026-01-05', 10 * 60);
const FREE = {
  halfSpreadBpRegular: 0,
  halfSpreadBpExtended: 0,
  impactBp: 0,
  participationMax: 1,
  feePerShareDollars: 0,
  ...COSTS_BEFORE_KEYS,
};

type Figures = readonly [open: number, high: number, low: number, close: number];
const flat = (price: number): Figures => [price, price, price, price];

const orderOf = (side: Side, stop: number, target: number, exitMinutes: number): Order => ({
  id: ids.order('o'),
  t: epochMs(OPEN),
  symbol: A,
  side,
  quantity: quantityFromShares(100),
  type: 'market',
  timeInForce: 'day',
  reference: priceFromDollars(100),
  stop: priceFromDollars(stop),
  target: priceFromDollars(target),
  exitAt: epochMs(OPEN + exitMinutes * MINUTE),
  signalId: ids.signal('s'),
  gates: [],
});

/** The fills of an order that is approved before these minutes, as "leg n price", n the number of the minute. */
function fillsIn(order: Order, bars: readonly Figures[]): { fills: string[]; verdicts: string[] } {
  const draft = newBarTableDraft('1m', [A]);
  bars.forEach(([open, high, low, close], n) =>
    appendBar(draft, { t: OPEN + (n + 1) * MINUTE, symbol: 0, open, high, low, close, volume: 10_000 + n }),
  );
  const feed = newSliceFeed(finishBarTable(draft), { shards: 1 });
  const slices = newSlices(feed);
  const broker = newSimulatedBroker(FREE);
  const events: BrokerEvent[] = [];
  const verdicts: string[] = [];
  simulatedBroker.take(broker, order.t, { kind: 'submit', leg: 'entry', order }, events);
  while (nextInterval(feed, slices)) {
    const [slice] = slices;
    if (slice === undefined) break;
    if (slice.t >= order.exitAt)
      simulatedBroker.take(broker, slice.t, { kind: 'submit', leg: 'time', orderId: order.id }, events);
    verdicts.push(verdictOf(slice.flags[0] ?? 0));
    simulatedBroker.step(broker, slice.t, slices, events);
  }
  const fills = events.flatMap((event) =>
    'fill' in event ? [`${event.leg} ${(event.t - OPEN) / MINUTE} ${dollarsOfPrice(event.fill.price)}`] : [],
  );
  return { fills, verdicts };
}

const long = orderOf('buy', 98, 104, 300);
const short = orderOf('sell', 102, 96, 300);

describe('a position in doubtful prices', () => {
  it('is not stopped out by a lone misprint, beyond its stop or its target, and not by one within a bar', () => {
    for (const misprint of [flat(50), flat(700), [100, 100, 15, 100], [100, 900, 99, 100]] as const) {
      const bars = [flat(100), misprint, flat(100.2), flat(99.9)];
      for (const order of [long, short]) expect(fillsIn(order, bars).fills).toEqual(['entry 1 100']);
    }
  });

  it('is stopped out of a crash by the bar that confirms it, at the price of that bar and not at that of its stop', () => {
    expect(fillsIn(long, [flat(100), flat(48), flat(47.5)]).fills).toEqual(['entry 1 100', 'stop 3 47.5']);
    expect(fillsIn(long, [flat(100), flat(48), flat(40)]).fills).toEqual(['entry 1 100', 'stop 3 40']);
    expect(fillsIn(short, [flat(100), flat(200), flat(210)]).fills).toEqual(['entry 1 100', 'stop 3 210']);
  });

  it('is stopped out of a crash of which every minute is a jump, after one of them', () => {
    const falling = Array.from({ length: 8 }, (_, n) => flat(Number((100 * 0.93 ** n).toFixed(2))));
    expect(fillsIn(long, falling).fills).toEqual(['entry 1 100', 'stop 3 86.49']);
  });

  it('is let out of a market that jumps to and fro and never comes back to where it was, after three minutes', () => {
    const wild = [flat(100), flat(90), flat(111), flat(90), flat(111), flat(90), flat(111)];
    const { fills } = fillsIn(orderOf('buy', 80, 200, 2), wild);
    expect(fills).toEqual(['entry 1 100', 'time 5 111']);
  });

  it('is let out by a source whose every bar contradicts itself', () => {
    const contradiction: Figures = [101, 100.5, 99.5, 100];
    const { fills, verdicts } = fillsIn(orderOf('buy', 80, 200, 2), [
      flat(100),
      ...Array.from({ length: 5 }, () => contradiction),
    ]);
    expect(verdicts.slice(0, 3)).toEqual(['good', 'quarantined', 'quarantined']);
    expect(fills).toEqual(['entry 1 100', 'time 5 101']);
  });

  it('is not begun on a bar that is suspect, and is begun on the good one after it', () => {
    const { fills, verdicts } = fillsIn(long, [[100, 110, 99, 100], [100, 106, 99.5, 100], flat(100.1)]);
    expect(verdicts).toEqual(['quarantined', 'suspect', 'good']);
    expect(fills).toEqual(['entry 3 100.1']);
  });
});
