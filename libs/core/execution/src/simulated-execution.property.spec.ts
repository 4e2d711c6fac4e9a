/**
 * 1. An order is submitted once: one that comes again is passed over, until a day after the session that it was good for;
 *    after that it could only expire.
 * 2. An order that is over leaves the state; what stays is bounded by the orders at work and the ids of the session.
 * 3. At its exit time an order is closed at market, whatever it holds.
 * 4. The report is in canonical order of order id, and within an order as things happened; results depend neither on the
 *    sharding nor on other orders.
 */
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  COSTS_BEFORE_KEYS,
  BAR_FLAG,
  cash,
  compareText,
  epochMs,
  ids,
  newBarSlice,
  newExecutionReport,
  price,
  quantityFromShares,
  shardOf,
  ticker,
  type BarSlice,
  type EpochMs,
  type ExecutionReport,
  type Order,
  type RiskDecision,
  type SimulationConfig,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { isOver, simulatedExecutionStage as stage, type ExecutionState } from './index.ts';

const MINUTE = 60_000;
const START = newYorkInstant('2026-01-05', 15 * 60 + 40);
const SYMBOLS = ['AAA', 'AMD', 'BRK.B', 'TSLA', 'ZM'];
const CONFIG: SimulationConfig = {
  halfSpreadBpRegular: 3,
  halfSpreadBpExtended: 12,
  impactBp: 40,
  participationMax: 0.2,
  feePerShareDollars: 0.0035,
  ...COSTS_BEFORE_KEYS,
};

interface Bar {
  readonly symbol: string;
  readonly open: number;
  readonly up: number;
  readonly down: number;
  readonly volume: number;
  readonly flags: number;
}
interface Request {
  readonly minute: number;
  readonly symbol: string;
  readonly long: boolean;
  readonly shares: number;
  readonly stopDimes: number;
  readonly targetDimes: number;
  readonly exitMinutes: number;
  readonly repeats: readonly number[];
}
const MINUTES = 40;
const someBar: fc.Arbitrary<Bar> = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  open: fc.integer({ min: 985, max: 1015 }),
  up: fc.nat({ max: 12 }),
  down: fc.nat({ max: 12 }),
  volume: fc.nat({ max: 600 }),
  flags: fc.constantFrom(0, 0, 0, 0, 0, BAR_FLAG.PRICE_JUMP),
});
const someTape = fc.array(fc.uniqueArray(someBar, { selector: ({ symbol }) => symbol, maxLength: 5 }), {
  minLength: MINUTES,
  maxLength: MINUTES,
});
const someRequest: fc.Arbitrary<Request> = fc.record({
  minute: fc.nat({ max: MINUTES - 1 }),
  symbol: fc.constantFrom(...SYMBOLS),
  long: fc.boolean(),
  shares: fc.integer({ min: 1, max: 150 }),
  stopDimes: fc.integer({ min: 1, max: 20 }),
  targetDimes: fc.integer({ min: 1, max: 20 }),
  exitMinutes: fc.integer({ min: 1, max: 25 }),
  repeats: fc.array(fc.nat({ max: MINUTES - 1 }), { maxLength: 3 }),
});
const someRequests = fc.uniqueArray(someRequest, {
  selector: ({ minute, symbol }) => `${minute} ${symbol}`,
  maxLength: 12,
  size: 'max',
});

const timeOf = (minute: number): EpochMs => epochMs(START + minute * MINUTE);

function orderOf({ minute, symbol, long, shares, stopDimes, targetDimes, exitMinutes }: Request): Order {
  const sign = long ? 1 : -1;
  return {
    id: ids.order(`o.${timeOf(minute)}.${symbol}`),
    t: timeOf(minute),
    symbol: ticker(symbol),
    side: long ? 'buy' : 'sell',
    quantity: quantityFromShares(shares),
    type: 'market',
    timeInForce: 'day',
    reference: price(1_000_000),
    stop: price((1000 - sign * stopDimes) * 1000),
    target: price((1000 + sign * targetDimes) * 1000),
    exitAt: timeOf(minute + exitMinutes),
    signalId: ids.signal('s'),
    gates: [],
  };
}

function slices(t: EpochMs, bars: readonly Bar[], shards: number): BarSlice[] {
  return Array.from({ length: shards }, (_, shard) => {
    const own = bars.filter(({ symbol }) => shardOf(symbol, shards) === shard).sort((a, b) => compareText(a.symbol, b.symbol));
    const slice = newBarSlice(shard, '1m', Math.max(1, own.length));
    slice.t = t;
    slice.count = own.length;
    slice.symbols = own.map(({ symbol }) => ticker(symbol));
    own.forEach(({ open, up, down, volume, flags }, row) => {
      slice.open[row] = open / 10;
      slice.high[row] = (open + up) / 10;
      slice.low[row] = (open - down) / 10;
      slice.close[row] = open / 10;
      slice.volume[row] = volume;
      slice.flags[row] = flags;
    });
    return slice;
  });
}

const NO_ACCOUNT: RiskDecision['account'] = {
  cash: cash(0),
  equity: cash(0),
  gross: cash(0),
  reserved: cash(0),
  realised: cash(0),
  equityPeak: cash(0),
  drawdownPpm: 0,
  tradingState: 'active',
};

/** What risk decided at `minute`; `repeated` says whether orders of earlier intervals come again. */
function decisionOf(requests: readonly Request[], minute: number, repeated: boolean): RiskDecision | undefined {
  const due = requests.filter(
    (one) => one.minute === minute || (repeated && one.minute < minute && one.repeats.includes(minute)),
  );
  if (due.length === 0) return undefined;
  const orders = due.map(orderOf).sort((a, b) => compareText(a.id, b.id));
  return { t: timeOf(minute), account: NO_ACCOUNT, trips: [], orders, exits: [], denials: [], forecast: null };
}

interface Variant {
  readonly shards?: number;
  readonly repeated?: boolean;
  readonly seen?: (state: ExecutionState, report: ExecutionReport) => ExecutionState | void;
}

/** Runs the tape and returns every interval's report as the text that would be recorded. */
function run(tape: readonly (readonly Bar[])[], requests: readonly Request[], variant: Variant = {}): string[] {
  let state = stage.initial(CONFIG);
  const report = newExecutionReport();
  return tape.map((bars, n) => {
    const t = timeOf(n + 1);
    const decision = decisionOf(requests, n, variant.repeated ?? false);
    stage.apply(state, { t, bars: slices(t, bars, variant.shards ?? 1), decision, control: [] }, report);
    const text = JSON.stringify(report);
    state = variant.seen?.(state, report) ?? state;
    return text;
  });
}

describe('the execution stage, whatever bars and orders come', () => {
  it('1. does the same when orders are repeated', () => {
    fc.assert(
      fc.property(someTape, someRequests, (tape, requests) => {
        expect(run(tape, requests, { repeated: true })).toEqual(run(tape, requests));
      }),
    );
  });

  it('2. keeps only orders that are not over, and the broker the same ones', () => {
    fc.assert(
      fc.property(someTape, someRequests, (tape, requests) => {
        run(tape, requests, {
          seen: (state) => {
            for (const working of state.working.values()) expect(isOver(working)).toBe(false);
            expect([...state.broker.brackets.keys()].sort()).toEqual([...state.working.keys()].sort());
            expect([...state.taken.values()].reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(requests.length);
          },
        });
      }),
    );
  });

  it('2. agrees with the broker on what every order holds', () => {
    fc.assert(
      fc.property(someTape, someRequests, (tape, requests) => {
        run(tape, requests, {
          seen: (state) => {
            for (const [id, { legs }] of state.working) {
              const bracket = state.broker.brackets.get(id);
              const { entry, stop, target, time } = legs;
              expect(entry.filled - stop.filled - target.filled - time.filled).toBe(bracket?.held);
              expect(entry.remaining).toBe(bracket?.open);
            }
          },
        });
      }),
    );
  });

  it('3. lets nothing protect an order, or enter it, from its exit time on', () => {
    fc.assert(
      fc.property(someTape, someRequests, (tape, requests) => {
        run(tape, requests, {
          seen: (state, report) => {
            for (const { order, legs } of state.working.values()) {
              if (report.t < order.exitAt) continue;
              expect(['expired', 'canceled', 'filled']).toContain(legs.entry.status);
              expect([legs.stop.status, legs.time.status]).toContain(legs.stop.status === 'triggered' ? 'triggered' : 'accepted');
              expect(legs.target.status).toBe('canceled');
            }
          },
        });
      }),
    );
  });

  it('4. reports in canonical order, with ids that never come twice', () => {
    fc.assert(
      fc.property(someTape, someRequests, (tape, requests) => {
        const fills = new Set<string>();
        for (const text of run(tape, requests)) {
          const report: ExecutionReport = JSON.parse(text);
          for (const rows of [report.fills, report.events]) {
            const order = rows.map(({ orderId }) => orderId);
            expect(order).toEqual(order.toSorted(compareText));
          }
          for (const { id } of report.fills) {
            expect(fills.has(id)).toBe(false);
            fills.add(id);
          }
        }
      }),
    );
  });

  it('4. does not depend on how bars are spread over shards', () => {
    fc.assert(
      fc.property(someTape, someRequests, fc.integer({ min: 2, max: 9 }), (tape, requests, shards) => {
        expect(run(tape, requests, { shards })).toEqual(run(tape, requests));
      }),
      { numRuns: 50 },
    );
  });

  it('4. gives an order the same fills and events alone as among others', () => {
    fc.assert(
      fc.property(someTape, someRequests, (tape, requests) => {
        const [one] = requests;
        if (one === undefined) return;
        const own = (texts: readonly string[]): unknown[] =>
          texts.map((text) => {
            const { fills, events }: ExecutionReport = JSON.parse(text);
            const of = orderOf(one).id;
            return [fills.filter(({ orderId }) => orderId === of), events.filter(({ orderId }) => orderId === of)];
          });
        expect(own(run(tape, [one]))).toEqual(own(run(tape, requests)));
      }),
    );
  });

  it('goes on after a restore at any interval with the same bytes', () => {
    fc.assert(
      fc.property(someTape, someRequests, fc.nat({ max: MINUTES - 1 }), (tape, requests, at) => {
        let n = 0;
        const restored = run(tape, requests, {
          repeated: true,
          seen: (state) => (n++ === at ? (deserialize(serialize(state)) as ExecutionState) : undefined),
        });
        expect(restored).toEqual(run(tape, requests, { repeated: true }));
      }),
    );
  });

  it('says the same of the past whatever the future brings', () => {
    fc.assert(
      fc.property(someTape, someTape, someRequests, fc.nat({ max: MINUTES - 1 }), (tape, other, requests, until) => {
        const mixed = tape.map((bars, n) => (n < until ? bars : (other[n] ?? [])));
        expect(run(mixed, requests).slice(0, until)).toEqual(run(tape, requests).slice(0, until));
      }),
      { numRuns: 50 },
    );
  });
});
