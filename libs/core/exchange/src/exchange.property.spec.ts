/**
 * 1. Conserved: cash + positions at cost − realised + fees is what was deposited, to the unit, whatever is asked in whatever order.
 * 2. A position is the signed sum of its trades as they read now; so is what an order has filled.
 * 3. Nothing is left open below zero, or of an order that is final; what filled and what is open is never more than the order.
 * 4. Buying power that is held is the sum over the orders; the groups at work are those with an order that is not final.
 * 5. Ids are unique, events are numbered without gaps, and a copy of the state goes on as the original does.
 * 6. Whatever is written in a request, the answer is an order or a refusal; a refusal changes nothing.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COSTS_BEFORE_KEYS, cash, epochMs, newBarSlice, ticker, type BarSlice, type EpochMs } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import {
  accountFigures,
  advance,
  bustTrade,
  cancelAll,
  cancelOrder,
  closePosition,
  correctTrade,
  isFinal,
  legsOf,
  listAsset,
  newExchange,
  placeOrder,
  positionIn,
  priceIn,
  replaceOrder,
  type ExchangeState,
  type OrderRequest,
  type TradeUpdate,
} from './index.ts';

const MINUTE = 60_000;
const FROM = newYorkInstant('2026-01-05', 15 * 60 + 40);
const DEPOSIT = cash(50_000_000_000);
const SYMBOLS = [ticker('A'), ticker('B')] as const;

const somePrice = fc.integer({ min: 95, max: 105 }).map(String);
const someSize = fc.constantFrom<Pick<OrderRequest, 'qty' | 'notional'>>(
  { qty: '1' },
  { qty: '7' },
  { qty: '40' },
  { qty: '2.5' },
  { notional: '333.33' },
);
const someRequest: fc.Arbitrary<OrderRequest> = fc
  .record({
    symbol: fc.constantFrom('A', 'B'),
    side: fc.constantFrom('buy', 'sell'),
    type: fc.constantFrom('market', 'market', 'limit', 'stop', 'stop_limit', 'trailing_stop'),
    timeInForce: fc.constantFrom('day', 'day', 'gtc', 'ioc', 'fok', 'cls'),
    orderClass: fc.constantFrom('', '', 'bracket', 'oto', 'oco'),
    extendedHours: fc.constantFrom(false, false, true),
    size: someSize,
    a: somePrice,
    b: somePrice,
  })
  .map(({ size, a, b, ...rest }) => ({
    ...rest,
    ...size,
    ...(rest.type === 'limit' || rest.type === 'stop_limit' ? { limitPrice: a } : {}),
    ...(rest.type === 'stop' || rest.type === 'stop_limit' ? { stopPrice: b } : {}),
    ...(rest.type === 'trailing_stop' ? { trailPercent: '1.5' } : {}),
    ...(rest.orderClass === '' ? {} : exits(rest.side === 'buy' ? 1 : -1, rest.orderClass)),
  }));
const exits = (sign: number, orderClass: string): Pick<OrderRequest, 'takeProfit' | 'stopLoss'> => {
  const up = orderClass === 'oco' ? -sign : sign;
  const takeProfit = { limitPrice: String(100 + 4 * up) };
  const stopLoss = { stopPrice: String(100 - 4 * up) };
  return orderClass === 'oto' ? { stopLoss } : { takeProfit, stopLoss };
};

type Step = (state: ExchangeState, updates: TradeUpdate[]) => void;
const nth = <T>(items: readonly T[], n: number): T | undefined => (items.length === 0 ? undefined : items[n % items.length]);
const orderAt = (state: ExchangeState, n: number): string => nth([...state.orders.keys()], n) ?? 'none';
const tradeAt = (state: ExchangeState, n: number): string => nth(state.executions, n)?.id ?? 'none';

function sliceAt(t: EpochMs, opens: readonly number[]): BarSlice {
  const slice = { ...newBarSlice(0, '1m', 2), t, count: 2, symbols: [...SYMBOLS] };
  opens.forEach((open, row) => {
    [slice.open[row], slice.high[row], slice.low[row], slice.close[row]] = [open, open + 2, open - 2, open + 0.5];
    slice.volume[row] = 60;
  });
  return slice;
}

const someStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: someRequest.map(
      (request): Step =>
        (state, updates) =>
          void placeOrder(state, request, updates),
    ),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.integer({ min: 95, max: 105 }), fc.integer({ min: 95, max: 105 }))
      .map((opens): Step => (state, updates) => {
        const t = epochMs(state.now + MINUTE);
        advance(state, t, [sliceAt(t, opens)], updates);
      }),
  },
  {
    weight: 1,
    arbitrary: fc.nat().map(
      (n): Step =>
        (state, updates) =>
          void cancelOrder(state, orderAt(state, n), updates),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Step>((state, updates) => void cancelAll(state, updates)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(), somePrice, fc.option(fc.constantFrom('1', '5', '60'), { nil: undefined }))
      .map(([n, at, qty]): Step => (state, updates) => {
        const id = orderAt(state, n);
        const { limit, stop } = state.orders.get(id) ?? {};
        const limitPrice = limit === undefined ? undefined : at;
        const stopPrice = stop === undefined ? undefined : at;
        replaceOrder(state, id, { limitPrice, stopPrice, qty }, updates);
      }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...SYMBOLS).map(
      (symbol): Step =>
        (state, updates) =>
          void closePosition(state, symbol, {}, updates),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat().map(
      (n): Step =>
        (state, updates) =>
          void bustTrade(state, tradeAt(state, n), updates),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat().map((n): Step => (state, updates) => {
      const at = priceIn('price', '99.5');
      if (typeof at === 'number') correctTrade(state, tradeAt(state, n), { price: at, quantity: undefined }, updates);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<'cancel' | 'replace'>('cancel', 'replace').map((what): Step => (state) => {
      state.delayed[what] = 1;
    }),
  },
);

function exchange(rules: 'vendor' | 'simulation'): ExchangeState {
  const simulation = {
    halfSpreadBpRegular: 2,
    halfSpreadBpExtended: 10,
    impactBp: 10,
    participationMax: 0.25,
    feePerShareDollars: 0.005,
    ...COSTS_BEFORE_KEYS,
  };
  const state = newExchange({ seed: 's', from: FROM, cash: DEPOSIT, simulation, rules });
  for (const symbol of SYMBOLS) listAsset(state, symbol);
  const t = epochMs(FROM + MINUTE);
  advance(state, t, [sliceAt(t, [100, 100])], []);
  return state;
}

function expectSound(state: ExchangeState): void {
  const { ledger } = state;
  let cost = 0;
  for (const position of ledger.positions.values()) cost += position.cost;
  expect(ledger.cash + cost - ledger.realised + ledger.fees).toBe(DEPOSIT);
  expectSumsOfTrades(state);
  let reserved = 0;
  const atWork = new Set<string>();
  for (const order of state.orders.values()) {
    expect(order.open).toBeGreaterThanOrEqual(0);
    expect(order.filled).toBeGreaterThanOrEqual(0);
    expect(order.filled + order.open).toBeLessThanOrEqual(order.quantity);
    if (isFinal(order.status)) expect(order.open).toBe(0);
    else atWork.add(order.parent ?? order.id);
    reserved += order.reserved;
  }
  expect(state.reserved).toBe(reserved);
  expect(new Set(state.working)).toEqual(atWork);
  expect(accountFigures(state).buyingPower).toBeGreaterThanOrEqual(0);
}

function expectSumsOfTrades(state: ExchangeState): void {
  const held = new Map<string, number>();
  const filled = new Map<string, number>();
  for (const first of state.executions.filter(({ kind }) => kind === 'execution')) {
    const now = state.amended.get(first.id) ?? first;
    const size = now.kind === 'bust' ? 0 : now.quantity;
    held.set(first.symbol, (held.get(first.symbol) ?? 0) + (first.side === 'buy' ? size : -size));
    filled.set(first.orderId, (filled.get(first.orderId) ?? 0) + size);
  }
  for (const symbol of SYMBOLS) expect(positionIn(state, symbol)).toBe(held.get(symbol) ?? 0);
  for (const { id, filled: said } of state.orders.values()) expect(said).toBe(filled.get(id) ?? 0);
}

describe('the exchange', () => {
  it.each(['vendor', 'simulation'] as const)('1.–4. keeps its books under the rules of the %s', (rules) => {
    let trades = 0;
    fc.assert(
      fc.property(fc.array(someStep, { maxLength: 40, size: 'max' }), (steps) => {
        const state = exchange(rules);
        for (const step of steps) {
          step(state, []);
          expectSound(state);
        }
        trades += state.executions.length;
      }),
      { numRuns: 120 },
    );
    expect(trades).toBeGreaterThan(30);
  });

  it.each([
    ['vendor', 'cancel'],
    ['vendor', 'replace'],
    ['simulation', 'cancel'],
    ['simulation', 'replace'],
  ] as const)('lets no exit that is held back trade, whatever is asked of it (%s, %s)', (rules, what) => {
    const state = exchange(rules);
    const order = {
      symbol: 'A',
      side: 'buy',
      type: 'limit',
      limitPrice: '97',
      timeInForce: 'day',
      orderClass: 'bracket',
      qty: '1',
    };
    placeOrder(state, { ...order, ...exits(1, 'bracket') }, []);
    state.delayed[what] = 1;
    if (what === 'cancel') cancelOrder(state, orderAt(state, 1), []);
    else replaceOrder(state, orderAt(state, 1), { limitPrice: '103.5' }, []);
    const t = epochMs(state.now + MINUTE);
    advance(state, t, [sliceAt(t, [104, 100])], []);
    expectSound(state);
    expect([...state.orders.values()].filter(({ filled }) => filled > 0)).toEqual([]);
  });

  it('5. numbers everything once, and goes on from a copy as from the original', () => {
    fc.assert(
      fc.property(fc.array(someStep, { minLength: 2, maxLength: 30, size: 'max' }), fc.nat({ max: 29 }), (steps, at) => {
        const state = exchange('vendor');
        const updates: TradeUpdate[] = [];
        let [copy, told]: [ExchangeState, TradeUpdate[]] = [state, updates];
        steps.forEach((step, n) => {
          if (n === at) [copy, told] = [structuredClone(state), structuredClone(updates)];
          step(state, updates);
          if (copy !== state) step(copy, told);
        });
        expect(copy).toEqual(state);
        expect(told).toEqual(updates);
        expect(updates.map(({ n }) => n)).toEqual(updates.map((_, i) => i + 1));
        const ids = state.executions.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const root of state.orders.values()) for (const leg of legsOf(state, root)) expect(leg.parent).toBe(root.id);
      }),
      { numRuns: 80 },
    );
  });

  it('6. takes or refuses whatever is written', () => {
    const someText = fc.option(
      fc.oneof(
        fc.constantFrom(
          '',
          '0',
          '-1',
          '1e3',
          'NaN',
          '.',
          '0.000000001',
          '9007199',
          '9007199254740993',
          '99999999.99',
          ' 7 ',
          '1.0000',
        ),
        fc.string({ maxLength: 12 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }).map(String),
      ),
      { nil: undefined },
    );
    const word = (...words: string[]) =>
      fc.option(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 5 })), { nil: undefined });
    const wild: fc.Arbitrary<OrderRequest> = fc.record({
      symbol: word('A', 'B', 'a', '__proto__'),
      qty: someText,
      notional: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: someText }),
      side: word('buy', 'sell'),
      type: word('market', 'limit', 'stop', 'stop_limit', 'trailing_stop'),
      timeInForce: word('day', 'gtc', 'opg'),
      orderClass: word('', 'simple', 'bracket', 'oco', 'oto'),
      limitPrice: someText,
      stopPrice: someText,
      trailPrice: someText,
      trailPercent: someText,
      extendedHours: fc.boolean(),
      clientOrderId: fc.option(fc.string({ maxLength: 140, size: 'max' }), { nil: undefined }),
      takeProfit: fc.option(fc.record({ limitPrice: someText }), { nil: undefined }),
      stopLoss: fc.option(fc.record({ stopPrice: someText, limitPrice: someText }), { nil: undefined }),
    });
    // most of it right, so that some come far
    const nearly = fc
      .tuple(someRequest, wild, fc.constantFrom('qty', 'limitPrice', 'stopPrice', 'notional', 'takeProfit'))
      .map(([right, wrong, field]): OrderRequest => ({ ...right, [field]: wrong[field as keyof OrderRequest] }));
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 1, arbitrary: wild }, { weight: 3, arbitrary: nearly }), (request) => {
        const state = exchange('vendor');
        const before = structuredClone(state);
        const answer = placeOrder(state, request, []);
        if ('message' in answer) expect(state).toEqual(before);
        else taken += 1;
        expectSound(state);
      }),
      { numRuns: 1_500 },
    );
    expect(taken).toBeGreaterThan(10);
  });
});
