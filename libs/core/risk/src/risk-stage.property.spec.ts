/**
 * 1. No bypass: every order carries the figures of all gates that it has to pass, in their order, and passes each of them as recorded.
 * 2. Every signal, and every order that an operator asks for, is answered once: by an order or by a denial.
 * 3. At every approval, gross exposure and reservations stay within the gross cap and within buying power.
 * 4. While halted nothing is approved. Only a recorded resume ends a halt.
 * 5. The order in which shards and signals arrive changes nothing, nor does the number of shards.
 * 6. A state that was stored and restored goes on to decide the same.
 * 7. Cash and positions are what a fold of all fills from the start comes to.
 * 8. The state is bounded: an order that is final and flat is forgotten.
 * 9. What is not known is refused; what cannot be throws, and the service dies rather than guess.
 */
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cashFromDollars,
  firstRefusal,
  item,
  manualSignalId,
  notional,
  priceFromDollars,
  QUANTITY_UNITS_PER_SHARE,
  quantityFromShares,
  sharesLeftBy,
  sharesOf,
  type Control,
  type EpochMs,
  type OrderId,
  type RiskRules,
  type RiskDecision,
  type RiskInput,
} from '@aitrader/model';
import { applyFill, equityOf, newLedger, type Ledger } from '@aitrader/core-portfolio';
import { newYorkInstant } from '@aitrader/core-sessions';
import { givenBroker } from '../test/unruly-broker.ts';
import { inputOf, LIMITS, MONDAY, newRiskDecision, type Asked, type Belief } from '../test/given-risk.ts';
import { ENTRY_GATES, MANUAL_GATES, riskStage, type RiskState } from './index.ts';

const FRIDAY = '2025-01-03';
const ONE_SHARE: number = quantityFromShares(1);
const SYMBOLS = ['AAPL', 'BRK.B', 'IBM', 'KO', 'MSFT', 'Z'];
const namesFor = (whom: 'signals' | 'operators'): readonly string[] =>
  (whom === 'signals' ? ENTRY_GATES : MANUAL_GATES).map(({ gate }) => gate);
const isManual = (signalId: string): boolean => signalId.startsWith('m.');

/** One minute of a day: what prints of each symbol and what is believed, what is commanded, and the broker's moods. */
interface RandomMinute {
  readonly prints: readonly { readonly moveBp: number; readonly isSilent: boolean; readonly isMisprint: boolean }[];
  readonly beliefs: readonly (Omit<Belief, 'of'> | null)[];
  readonly commands: readonly Control['kind'][];
  /** symbols that an operator asks for, with the shares */
  readonly asked: readonly (number | null)[];
  readonly moods: readonly number[];
}

const ofEachSymbol = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(one, { minLength: SYMBOLS.length, maxLength: SYMBOLS.length });
const rarely = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);
const someBelief = fc.record({
  direction: fc.constantFrom(1 as const, -1 as const),
  mean: fc.integer({ min: -50_000, max: 400_000 }),
  sd: fc.constantFrom(0, 300_000, 1_000_000, 30_000_000),
  stateFlags: fc.constantFrom(0, 0, 0, 4, 1),
  strategy: fc.constantFrom('breakout', 'reversion'),
});
const someMinute: fc.Arbitrary<RandomMinute> = fc.record({
  prints: ofEachSymbol(fc.record({ moveBp: fc.integer({ min: -300, max: 300 }), isSilent: rarely, isMisprint: rarely })),
  beliefs: ofEachSymbol(fc.option(someBelief, { freq: 2 })),
  commands: fc.oneof(
    { weight: 12, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.constant(['resume' as const]) },
    { weight: 1, arbitrary: fc.constant(['halt' as const]) },
  ),
  asked: ofEachSymbol(
    fc.option(fc.integer({ min: 1, max: 2_000 }), { freq: 9 }).map((shares) => ((shares ?? 0) % 5 === 0 ? shares : null)),
  ),
  moods: fc.array(fc.nat({ max: 99 }), { minLength: 4, maxLength: 4 }),
});
const someDay = fc.array(someMinute, { minLength: 1, maxLength: 30 });
const someLimits: fc.Arbitrary<RiskRules> = fc
  .record({
    grossNotionalFractionMax: fc.constantFrom(0.35, 0.8, 1.5),
    buyingPowerMultiple: fc.constantFrom(0.5, 1, 2),
    openOrdersMax: fc.constantFrom(2, 4, 20),
    drawdownFractionHalt: fc.constantFrom(0.002, 0.01, 0.2),
    orderNotionalMax: fc.constantFrom(3_000, 18_000).map(cashFromDollars),
    shortAllowed: fc.boolean(),
  })
  .map((limits) => ({ ...LIMITS, ...limits }));

/** How a day is delivered; none of it may matter. */
interface Delivery {
  readonly shards?: number;
  readonly isBackwards?: boolean;
  readonly isRestored?: boolean;
}
/** An interval that was just decided. */
interface Decided {
  readonly input: RiskInput;
  readonly decision: RiskDecision;
  readonly state: RiskState;
  /** shares that the broker may still enter, before it hears of this decision */
  readonly entering: ReadonlyMap<OrderId, number>;
}

/** Plays a day and shows each interval once it is decided. */
function play(day: readonly RandomMinute[], limits: RiskRules, delivery: Delivery, see: (decided: Decided) => void): void {
  let state = riskStage.initial(limits);
  const emit = newRiskDecision();
  const broker = givenBroker();
  const closes = SYMBOLS.map((_, i) => 20 + 30 * i);
  for (const input of dayBefore(delivery)) riskStage.apply(state, input, emit);
  day.forEach((minute, n) => {
    const input = deliver(newYorkInstant(MONDAY, 600 + n), minute, closes, broker.minute(minute.moods), delivery);
    if (delivery.isRestored === true) state = deserialize(serialize(state)) as RiskState;
    riskStage.apply(state, input, emit);
    see({ input, decision: { ...emit }, state, entering: broker.entering() });
    broker.take(emit.orders);
  });
}

/** Half hours in which symbols surprise together, by twos: what is decided rests on how much they have in common. */
const dayBefore = ({ shards, isBackwards }: Delivery): RiskInput[] =>
  Array.from({ length: 12 }, (_, n) => {
    const z = SYMBOLS.map((symbol, i) => [symbol, ((n * 7 + Math.floor(i / 2) * 5) % 9) / 4 - 1 + i / 10]);
    const input = inputOf(newYorkInstant(FRIDAY, 600 + 30 * n), { surprises: Object.fromEntries(z) }, shards);
    return isBackwards === true ? { ...input, states: input.states.toReversed() } : input;
  });

function deliver(
  t: EpochMs,
  { prints, beliefs, commands, asked }: RandomMinute,
  level: number[],
  told: Pick<RiskInput['report'], 'fills' | 'events'>,
  { shards, isBackwards }: Delivery,
): RiskInput {
  const closes: Record<string, number> = {};
  const misprints: Record<string, number> = {};
  prints.forEach(({ moveBp, isSilent, isMisprint }, i) => {
    const close = Math.round(item(level, i) * (10_000 + moveBp * (isMisprint ? 20 : 1))) / 10_000;
    if (!isMisprint) level[i] = close;
    if (!isSilent) (isMisprint ? misprints : closes)[item(SYMBOLS, i)] = close;
  });
  const input = inputOf(
    t,
    { ...told, closes, misprints, commands, asked: askedFor(t, asked, level), signals: believed(beliefs) },
    shards,
  );
  if (isBackwards !== true) return input;
  const signals = input.signals.map((slice) => ({ ...slice, signals: slice.signals.toReversed() }));
  return { ...input, bars: input.bars.toReversed(), signals: signals.toReversed() };
}

const believed = (beliefs: RandomMinute['beliefs']): Belief[] =>
  beliefs.flatMap((belief, i) => (belief === null ? [] : [{ ...belief, of: item(SYMBOLS, i) }]));

/** Stop and target a percent and two away from the close. */
const askedFor = (t: EpochMs, asked: RandomMinute['asked'], level: readonly number[]): Asked[] =>
  asked.flatMap((shares, i) => {
    const symbol = item(SYMBOLS, i);
    const exits = { stop: priceFromDollars(item(level, i) * 0.99), target: priceFromDollars(item(level, i) * 1.02) };
    return shares === null ? [] : [{ of: symbol, id: `${t}.${symbol}`, shares, ...exits }];
  });

const decisionsOf = (day: readonly RandomMinute[], limits: RiskRules, delivery: Delivery = {}): string => {
  const decisions: RiskDecision[] = [];
  play(day, limits, delivery, ({ decision }) => decisions.push(decision));
  return JSON.stringify(decisions);
};
/** Holds at every interval of any day. */
const always = (see: (decided: Decided) => void): void =>
  fc.assert(
    fc.property(someDay, someLimits, (day, limits) => play(day, limits, {}, see)),
    { numRuns: 100 },
  );
/** A day delivered in some way against its plain delivery; the decisions must be the same, byte for byte. */
const anyDelivery = (delivery: fc.Arbitrary<Delivery>, compare: (delivered: string, plain: string) => void): void =>
  fc.assert(
    fc.property(someDay, someLimits, delivery, (day, limits, how) =>
      compare(decisionsOf(day, limits, how), decisionsOf(day, limits)),
    ),
    { numRuns: 60 },
  );

describe('risk, whatever the day brings', () => {
  it('1. approves nothing past a gate', () => {
    let manual = 0;
    always(({ decision }) => {
      for (const order of decision.orders) {
        if (isManual(order.signalId)) manual += 1;
        expect(order.gates.map(({ gate }) => gate)).toEqual(namesFor(isManual(order.signalId) ? 'operators' : 'signals'));
        const cost = notional(order.reference, order.quantity);
        for (const { value, limit, comparison } of order.gates) {
          if (comparison === 'at-most') expect(value).toBeLessThanOrEqual(limit);
          else expect(value).toBeGreaterThanOrEqual(limit);
          if (comparison === 'sizes' && limit !== ONE_SHARE) expect(cost).toBeLessThanOrEqual(value);
        }
        expect(order.gates.reduce((left, gate) => sharesLeftBy(gate, left), Infinity)).toBe(sharesOf(order.quantity));
        expect(order.quantity % QUANTITY_UNITS_PER_SHARE).toBe(0);
        expect(order.quantity).toBeGreaterThan(0);
        expect(order.exitAt).toBeGreaterThan(order.t);
      }
    });
    expect(manual).toBeGreaterThan(20);
  });

  it('2. answers every signal and every operator once, in canonical order', () => {
    always(({ input, decision: { orders, denials } }) => {
      for (const { signalId, gates, gate } of denials) {
        expect(gates.map((each) => each.gate)).toEqual(namesFor(isManual(signalId) ? 'operators' : 'signals'));
        expect(firstRefusal(gates)?.gate).toBe(gate);
      }
      const raised: string[] = input.signals.flatMap(({ signals }) => signals.map(({ id }) => id));
      raised.push(...input.control.flatMap(({ manual }) => manual.map(manualSignalId)));
      expect([...orders, ...denials].map(({ signalId }) => signalId).sort()).toEqual(raised.sort());
      expect(orders.map(({ id }) => id)).toEqual(orders.map(({ id }) => id).sort());
      expect(denials.map(({ symbol }) => symbol)).toEqual(denials.map(({ symbol }) => symbol).sort());
    });
  });

  it('3. keeps gross and reservations within the caps at every approval', () => {
    always(({ decision: { orders, account }, state }) => {
      const { config } = state;
      if (orders.length === 0) return;
      expect(account.gross + account.reserved).toBeLessThanOrEqual(account.equity * config.grossNotionalFractionMax);
      expect(account.gross + account.reserved).toBeLessThanOrEqual(account.equity * config.buyingPowerMultiple);
      expect(state.orders.size).toBeLessThanOrEqual(config.openOrdersMax);
    });
  });

  it('3. reserves what every open entry could still cost, and for nothing else', () => {
    always(({ decision: { orders, account }, state, entering }) => {
      let reserved = 0;
      for (const { reference, reserved: held, unfilled } of state.orders.values()) {
        expect(held).toBeGreaterThanOrEqual(notional(reference, unfilled));
        reserved += held;
      }
      expect(account.reserved).toBe(reserved);
      for (const [id, shares] of entering)
        expect(state.orders.get(id)?.unfilled).toBeGreaterThanOrEqual(quantityFromShares(shares));
      const waiting = [...state.orders].filter(([, { unfilled }]) => unfilled > 0).map(([id]) => id);
      expect(waiting.sort()).toEqual([...entering.keys(), ...orders.map(({ id }) => id)].sort());
    });
  });

  it('4. approves nothing while halted, and stays halted until a resume', () => {
    fc.assert(
      fc.property(someDay, someLimits, (day, limits) => {
        let halted = false;
        play(day, limits, {}, ({ input, decision: { orders, account } }) => {
          if (input.control.some(({ kind }) => kind === 'resume')) halted = false;
          halted ||=
            input.control.some(({ kind }) => kind === 'halt') || account.drawdownPpm >= limits.drawdownFractionHalt * 1e6;
          expect(account.tradingState).toBe(halted ? 'halted' : 'active');
          if (halted) expect(orders).toEqual([]);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('5. decides the same in whatever order shards and signals arrive', () => {
    anyDelivery(fc.record({ shards: fc.constantFrom(1, 3), isBackwards: fc.constant(true) }), (delivered, plain) =>
      expect(delivered).toBe(plain),
    );
  });

  it('5. decides the same with any number of shards', () => {
    anyDelivery(fc.record({ shards: fc.integer({ min: 2, max: 9 }), isBackwards: fc.boolean() }), (delivered, plain) =>
      expect(delivered).toBe(plain),
    );
  });

  it('6. decides the same when it is stored and restored before every interval', () => {
    anyDelivery(fc.constant({ isRestored: true }), (delivered, plain) => expect(delivered).toBe(plain));
  });

  it('7. holds the cash and the positions that the fills come to', () => {
    fc.assert(
      fc.property(someDay, someLimits, (day, limits) => {
        const scratch = newLedger(limits.startingCash);
        play(day, limits, {}, ({ input, decision: { account }, state: { ledger } }) => {
          for (const fill of input.report.fills) applyFill(scratch, fill);
          const holdings = (of: Ledger): unknown =>
            [...of.positions.values()].map(({ symbol, quantity: held, cost }) => ({ symbol, held, cost }));
          expect(holdings(ledger)).toEqual(holdings(scratch));
          expect(account).toMatchObject({ cash: scratch.cash, realised: scratch.realised, equity: equityOf(ledger) });
        });
      }),
      { numRuns: 100 },
    );
  });

  it('8. remembers only orders that may fill or hold a position', () => {
    always(({ state: { orders, ledger } }) => {
      for (const { symbol, legs } of orders.values()) {
        expect(ledger.positions.has(symbol) || [...legs.values()].includes('working')).toBe(true);
      }
      const symbols = [...orders.values()].map(({ symbol }) => symbol);
      expect(new Set(symbols).size).toBe(symbols.length);
      for (const symbol of ledger.positions.keys()) expect(symbols).toContain(symbol);
    });
  });

  it('9. refuses all when a limit is not known', () => {
    // a switch that is not known is off, where what it would allow is refused; the account's beginning is no limit, nor what is recorded
    const SWITCHES = new Set([
      'startingCash',
      'shortAllowed',
      'overnightAllowed',
      'shortSaleUnknown',
      'dailyLossUntil',
      'forecastMinutes',
      'entryHours',
      'entryLimits',
      'costs',
    ]);
    const unknown = fc.constantFrom(undefined, NaN);
    const name = fc.constantFrom(...Object.keys(LIMITS).filter((one) => !SWITCHES.has(one)));
    fc.assert(
      fc.property(someDay, name, unknown, (day, limit, value) => {
        const unknownLimit = limit === 'regimeBudget' ? { calm: value, normal: value, turbulent: value } : value;
        const state = { ...riskStage.initial(LIMITS), config: { ...LIMITS, [limit]: unknownLimit } } as RiskState;
        const emit = newRiskDecision();
        day.forEach(({ beliefs }, n) => {
          const closes = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, 100]));
          riskStage.apply(state, inputOf(newYorkInstant(MONDAY, 600 + n), { closes, signals: believed(beliefs) }), emit);
          expect(emit.orders).toEqual([]);
        });
      }),
    );
  });

  it('9. refuses all when a limit of entries is not known', () => {
    const LISTS = new Set([
      'sectors',
      'restricted',
      'dayVolumeFractionMax',
      'barVolumeFractionMax',
      'openMinutes',
      'closeMinutes',
    ]);
    const name = fc.constantFrom(...Object.keys(LIMITS.entryLimits).filter((one) => !LISTS.has(one)));
    fc.assert(
      fc.property(someDay, name, fc.constantFrom(undefined, NaN), (day, limit, value) => {
        const unknown = limit === 'perSessionPartMax' ? { OPEN: value, MIDDAY: value, CLOSE: value } : value;
        const config = { ...LIMITS, entryLimits: { ...LIMITS.entryLimits, [limit]: unknown } };
        const state = { ...riskStage.initial(LIMITS), config } as RiskState;
        const emit = newRiskDecision();
        day.forEach(({ beliefs }, n) => {
          const closes = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, 100]));
          riskStage.apply(state, inputOf(newYorkInstant(MONDAY, 600 + n), { closes, signals: believed(beliefs) }), emit);
          expect(emit.orders).toEqual([]);
        });
      }),
    );
  });

  it('9. emits nothing but safe integers', () => {
    const numbersIn = (value: unknown): number[] => {
      if (typeof value === 'number') return [value];
      return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
    };
    always(({ decision }) => {
      const isExact = (n: number): boolean => Number.isSafeInteger(n) && !Object.is(n, -0);
      expect(numbersIn(decision).every(isExact)).toBe(true);
    });
  });

  it('the days are worth the name: they trade, and every kind of thing happens on them', () => {
    const seen = { orders: 0, fills: 0, busts: 0, halts: 0, settled: 0, gates: new Set<string>() };
    for (const [seed, limits] of [LIMITS, { ...LIMITS, drawdownFractionHalt: 0.01, shortAllowed: false }].entries()) {
      for (const day of fc.sample(someDay, { numRuns: 60, seed })) {
        let open = 0;
        play(day, limits, {}, ({ input, decision, state }) => {
          seen.orders += decision.orders.length;
          seen.fills += input.report.fills.length;
          seen.busts += input.report.fills.filter(({ kind }) => kind === 'bust').length;
          seen.halts += decision.account.tradingState === 'halted' ? 1 : 0;
          seen.settled += Math.max(0, open + decision.orders.length - state.orders.size);
          open = state.orders.size;
          for (const { gate } of decision.denials) seen.gates.add(gate);
        });
      }
    }
    expect(seen.orders).toBeGreaterThan(100);
    expect(seen.fills).toBeGreaterThan(100);
    expect(seen.busts).toBeGreaterThan(0);
    expect(seen.halts).toBeGreaterThan(0);
    expect(seen.settled).toBeGreaterThan(50);
    expect([...seen.gates]).toEqual(
      expect.arrayContaining(['TRADING_STATE', 'STATE_FLAGS', 'PRICE_SANITY', 'OPEN_EXPOSURE', 'KELLY']),
    );
  });
});
