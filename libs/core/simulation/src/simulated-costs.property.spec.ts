/**
 * What trading costs changes no decision but the price and the fee, however it is configured.
 *
 * 1. More cost never gives a better price nor a lower fee: the same legs trade at the same times in the same quantities.
 * 2. An order is at the market so long after it was given, and not before; without latency in the very next bar.
 * 3. What was traded up to an interval depends on no later bar, nor on shards, nor on whether the state is the one it was or a copy.
 * 4. The fees of a short order's exits hold what its loan cost, for every night it was held over, once.
 * 5. An execution that pays half a spread that is estimated says it.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  epochMs,
  ids,
  item,
  priceFromDollars,
  quantityFromShares,
  sharesOf,
  spreadNoteOf,
  type EpochMs,
  type Fill,
  type Order,
  type Side,
  type SimulationConfig,
  type SpreadNote,
} from '@aitrader/model';
import { sessionsBetween, tradeDateAt } from '@aitrader/core-sessions';
import { FREE, MINUTE } from '../test/given-broker.ts';
import { barsWithSpread, minutesFrom, slicesOf, SYMBOLS, type GivenBar } from '../test/given-session.ts';
import {
  borrowFee,
  learnSpreads,
  newSimulatedBroker,
  newSpreadBook,
  simulatedBroker,
  toldHalfSpread,
  type BrokerEvent,
} from './index.ts';

const PLAIN: SimulationConfig = { ...FREE, participationMax: 0.1, halfSpreadFloorBp: 0 };
/** The last 130 minutes of a Friday, and the first ones of the Monday after. */
const DAYS = sessionsBetween('2024-06-07', '2024-06-10');
const [FRIDAY, MONDAY] = [item(DAYS, 0), item(DAYS, 1)];
const TIMES = [...minutesFrom(epochMs(FRIDAY.close - 130 * MINUTE), 130), ...minutesFrom(MONDAY.open, 70)];

const someOrder = fc.record({
  at: fc.integer({ min: 0, max: TIMES.length - 2 }),
  symbol: fc.constantFrom(...SYMBOLS.slice(0, 3)),
  side: fc.constantFrom<Side[]>('buy', 'sell'),
  shares: fc.integer({ min: 1, max: 900 }),
  stop: fc.constantFrom<number[]>(0.001, 0.004, 0.5),
  target: fc.constantFrom<number[]>(0.001, 0.004, 0.5),
  minutes: fc.integer({ min: 1, max: 150 }),
});
const somePlay = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  orders: fc.array(someOrder, { minLength: 1, maxLength: 6 }),
});
type Play = typeof somePlay extends fc.Arbitrary<infer T> ? T : never;
type Told = BrokerEvent;

const barsOf = ({ seed }: Play): (GivenBar | undefined)[][] =>
  SYMBOLS.slice(0, 3).map((symbol, n) => barsWithSpread(seed + n, TIMES.length, 0.0004 * (n + 1), symbol, { gaps: 0.05 }));

const timeAt = (n: number): EpochMs => item(TIMES, Math.min(n, TIMES.length - 1));

function orderOf({ at, symbol, side, shares, stop, target, minutes }: Play['orders'][number], n: number, close: number): Order {
  const sign = side === 'buy' ? 1 : -1;
  return {
    id: ids.order(`o${n}`),
    t: timeAt(at),
    symbol,
    side,
    quantity: quantityFromShares(shares),
    type: 'market',
    timeInForce: 'day',
    reference: priceFromDollars(close),
    stop: priceFromDollars(close * (1 - sign * stop)),
    target: priceFromDollars(close * (1 + sign * target)),
    exitAt: timeAt(at + minutes),
    signalId: ids.signal('s'),
    gates: [],
  };
}

function run(play: Play, costs: Partial<SimulationConfig>, { bars = barsOf(play), shards = 1, copies = false } = {}): Told[] {
  const orders = play.orders.map((each, n) => {
    const own = item(bars, SYMBOLS.indexOf(each.symbol));
    return orderOf(each, n, own.slice(0, each.at + 1).findLast((bar) => bar !== undefined)?.close ?? 100);
  });
  let state = newSimulatedBroker({ ...PLAIN, ...costs });
  const told: Told[] = [];
  TIMES.forEach((t, n) => {
    const events: BrokerEvent[] = [];
    for (const order of orders.filter(({ t: given }) => given === TIMES[n - 1]))
      simulatedBroker.take(state, t, { kind: 'submit', leg: 'entry', order }, events);
    for (const order of orders)
      if (t >= order.exitAt) simulatedBroker.take(state, t, { kind: 'submit', leg: 'time', orderId: order.id }, events);
    simulatedBroker.step(
      state,
      t,
      slicesOf(
        t,
        bars.flatMap((own) => own[n] ?? []),
        shards,
      ),
      events,
    );
    if (copies) state = structuredClone(state);
    told.push(...events);
  });
  return told;
}

/** Half the spread of each symbol as it was told before the bars of each interval were there. */
function toldBeforeEach(config: SimulationConfig, bars: readonly (readonly (GivenBar | undefined)[])[]): Map<string, SpreadNote> {
  const book = newSpreadBook();
  const told = new Map<string, SpreadNote>();
  TIMES.forEach((t, n) => {
    for (const symbol of SYMBOLS.slice(0, 3)) told.set(`${t} ${symbol}`, toldHalfSpread(book, config, t, symbol));
    learnSpreads(
      book,
      config,
      t,
      slicesOf(
        t,
        bars.flatMap((own) => own[n] ?? []),
      ),
    );
  });
  return told;
}

const fillsOf = (events: readonly Told[]): Fill[] => events.flatMap((event) => ('fill' in event ? [event.fill] : []));
const withoutCosts = ({ id, t, leg, side, quantity, pessimistic }: Fill) => ({ id, t, leg, side, quantity, pessimistic });

const someCosts = fc.record({
  halfSpreadBpRegular: fc.nat({ max: 30 }),
  halfSpreadBpExtended: fc.nat({ max: 80 }),
  halfSpreadFloorBp: fc.nat({ max: 30 }),
  slippageBp: fc.nat({ max: 30 }),
  impactBp: fc.nat({ max: 100 }),
  feePerShareDollars: fc.constantFrom<number[]>(0, 0.001, 0.005),
  borrowRatePerYear: fc.constantFrom<number[]>(0, 0.03, 0.5),
  fees: fc.constantFrom('per-share' as const, 'regulatory' as const),
});
type Costs = typeof someCosts extends fc.Arbitrary<infer T> ? T : never;

/** Of two configurations the lower figure of each cost, or the higher. */
function each(a: Costs, b: Costs, of: (x: number, y: number) => number): Costs {
  const regulatory = of(a.fees === 'regulatory' ? 1 : 0, b.fees === 'regulatory' ? 1 : 0) === 1;
  return {
    halfSpreadBpRegular: of(a.halfSpreadBpRegular, b.halfSpreadBpRegular),
    halfSpreadBpExtended: of(a.halfSpreadBpExtended, b.halfSpreadBpExtended),
    halfSpreadFloorBp: of(a.halfSpreadFloorBp, b.halfSpreadFloorBp),
    slippageBp: of(a.slippageBp, b.slippageBp),
    impactBp: of(a.impactBp, b.impactBp),
    feePerShareDollars: of(a.feePerShareDollars, b.feePerShareDollars),
    borrowRatePerYear: of(a.borrowRatePerYear, b.borrowRatePerYear),
    fees: regulatory ? 'regulatory' : 'per-share',
  };
}

describe('what trading costs in the simulated broker', () => {
  it.each(['fixed', 'estimated'] as const)('1. never pays to cost more, spreads being %s', (spread) => {
    fc.assert(
      fc.property(somePlay, someCosts, someCosts, (play, a, b) => {
        const bars = barsOf(play);
        const cheap = fillsOf(run(play, { ...each(a, b, Math.min), spread }, { bars }));
        const dear = fillsOf(run(play, { ...each(a, b, Math.max), spread }, { bars }));
        expect(dear.map(withoutCosts)).toEqual(cheap.map(withoutCosts));
        cheap.forEach((fill, n) => {
          const { price, fee } = item(dear, n);
          expect(fill.side === 'buy' ? price - fill.price : fill.price - price).toBeGreaterThanOrEqual(0);
          // what the SEC is paid is a share of the proceeds, and these fall as the costs rise
          const less = fill.side === 'sell' ? 1 + Math.ceil((fill.price - price) * sharesOf(fill.quantity) * 100 * 0.0000278) : 0;
          expect(fee).toBeGreaterThanOrEqual(fill.fee - less);
        });
      }),
      { numRuns: 25 },
    );
  });

  it('2. begins so long after an order was given', () => {
    const latencies = fc.constantFrom(0, 1, 30_000, 60_000, 60_001, 200_000);
    let fills = 0;
    fc.assert(
      fc.property(somePlay, latencies, (play, latencyMs) => {
        const events = run(play, { latencyMs });
        play.orders.forEach((given, n) => {
          const own = fillsOf(events).filter(({ orderId }) => orderId === `o${n}`);
          const first = own.find(({ leg }) => leg === 'entry');
          const close = own.find(({ leg }) => leg === 'time');
          if (first !== undefined) expect(first.t - MINUTE).toBeGreaterThanOrEqual(timeAt(given.at) + latencyMs);
          const asked = TIMES.indexOf(timeAt(given.at + given.minutes));
          if (close !== undefined) expect(close.t - MINUTE).toBeGreaterThanOrEqual(timeAt(asked - 1) + latencyMs);
          fills += own.length;
        });
      }),
      { numRuns: 30 },
    );
    expect(fills).toBeGreaterThan(20);
  });

  it('2. waits no longer than that', () => {
    const order = { at: 10, symbol: item(SYMBOLS, 0), side: 'buy' as const, shares: 1, stop: 0.5, target: 0.5, minutes: 20 };
    const play: Play = { seed: 5, orders: [order] };
    const bars = [barsWithSpread(5, TIMES.length, 0.001, item(SYMBOLS, 0)), [], []];
    const times = (latencyMs: number): number[] => fillsOf(run(play, { latencyMs }, { bars })).map(({ t }) => TIMES.indexOf(t));
    expect(times(0)).toEqual([11, 30]);
    expect(times(1)).toEqual([12, 31]);
    expect(times(60_000)).toEqual([12, 31]);
    expect(times(60_001)).toEqual([13, 32]);
  });

  it('3. is the same for any number of shards, and from copies of the state', () => {
    fc.assert(
      fc.property(somePlay, someCosts, fc.integer({ min: 1, max: 4 }), (play, costs, shards) => {
        const estimated = { ...costs, spread: 'estimated' as const, latencyMs: 1 };
        expect(run(play, estimated, { shards, copies: true })).toEqual(run(play, estimated));
      }),
      { numRuns: 6 },
    );
  });

  it('3. depends on no later bar', () => {
    fc.assert(
      fc.property(somePlay, someCosts, fc.integer({ min: 1, max: TIMES.length - 1 }), (play, costs, at) => {
        const estimated = { ...costs, spread: 'estimated' as const };
        const bars = barsOf(play);
        const other = barsOf({ ...play, seed: play.seed + 17 });
        // orders of later minutes are placed by later closes
        const early = { ...play, orders: play.orders.filter((order) => order.at < at) };
        const changed = bars.map((own, n) => [...own.slice(0, at), ...item(other, n).slice(at)]);
        const upTo = (events: Told[]): Told[] => events.filter(({ t }) => t < timeAt(at));
        expect(upTo(run(early, estimated, { bars: changed }))).toEqual(upTo(run(early, estimated, { bars })));
      }),
      { numRuns: 15 },
    );
  });

  it('4. charges a loan with the exits, for each night and once', () => {
    let loans = 0;
    fc.assert(
      fc.property(somePlay, fc.constantFrom(0.03, 0.5), (play, borrowRatePerYear) => {
        const bars = barsOf(play);
        const fills = fillsOf(run(play, { borrowRatePerYear }, { bars }));
        play.orders.forEach(({ symbol, side }, n) => {
          const own = fills.filter(({ orderId }) => orderId === `o${n}`);
          const after = own.filter(({ t }) => tradeDateAt(t) === MONDAY.date);
          const held = own.reduce(
            (sum, { t, leg, quantity }) => (t > FRIDAY.close ? sum : sum + (leg === 'entry' ? quantity : -quantity)),
            0,
          );
          const last = item(bars, SYMBOLS.indexOf(symbol))
            .slice(0, 130)
            .findLast((bar) => bar !== undefined);
          const charged = own.reduce((sum, { fee }) => sum + fee, 0);
          const isOver = after.some(({ leg }) => leg !== 'entry');
          if (side === 'buy' || held === 0 || !isOver) expect(charged).toBe(0);
          else {
            const size = quantityFromShares(sharesOf(held as Fill['quantity']));
            expect(charged).toBe(
              borrowFee(FRIDAY.date, MONDAY.date, size, priceFromDollars(last?.close ?? 0), borrowRatePerYear),
            );
            expect(after.find(({ leg }) => leg !== 'entry')?.fee).toBe(charged);
            loans += 1;
          }
        });
      }),
      { numRuns: 200 },
    );
    expect(loans).toBeGreaterThan(10);
  });

  it('5. says half a spread that is estimated, and prices by what it says', () => {
    let told = 0;
    fc.assert(
      fc.property(somePlay, (play) => {
        const config = { spread: 'estimated' as const, halfSpreadBpRegular: 7, halfSpreadFloorBp: 0.5 };
        const bars = barsOf(play);
        const fills = run(play, config, { bars }).filter((event) => 'fill' in event);
        const toldBefore = toldBeforeEach({ ...PLAIN, ...config }, bars);
        for (const event of fills) {
          const note = spreadNoteOf(event.reason);
          if (note !== undefined) expect(note).toEqual(toldBefore.get(`${event.t} ${event.symbol}`));
          expect(note === undefined).toBe(event.leg === 'target');
          if (note === undefined || event.leg === 'stop') continue;
          told += note.from === 'bars' ? 1 : 0;
          const { fill } = event;
          const at = item(bars, SYMBOLS.indexOf(fill.symbol))[TIMES.indexOf(fill.t)]?.open ?? NaN;
          const open = priceFromDollars(at);
          const away = Math.round((open * note.halfSpreadBp) / 10_000);
          expect(fill.price).toBe(fill.side === 'buy' ? open + away : open - away);
          if (note.from === 'configured') expect(note.halfSpreadBp).toBe(7);
        }
      }),
      { numRuns: 25 },
    );
    expect(told).toBeGreaterThan(10);
  });
});
