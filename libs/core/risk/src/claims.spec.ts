import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cash,
  epochMs,
  item,
  newControl,
  price,
  ticker,
  type CorporateAction,
  type EdgeConfig,
  type RiskDecision,
} from '@aitrader/model';
import { tradeDateStart } from '@aitrader/core-market';
import { answer, refuses } from '../test/gate-answer.ts';
import { givenRisk, type Belief, type Desk, type Minute } from '../test/given-risk.ts';
import type { StrategyEdge } from './edge-ledger.ts';

const TUESDAY = '2025-01-07';
/** Nobody is believed who has shown nothing. */
const EDGE: EdgeConfig = { slope: 0, slopeError: 1, halfLifeSessions: 120, halfLifeOutcomes: 200, outcomesMin: 0, priors: [] };
const desk = (edge: Partial<EdgeConfig> = {}): Desk => givenRisk({ edge: { ...EDGE, ...edge } });
/** A claim of a fifth of a deviation of 100 basis points over half an hour, up unless told otherwise. */
const claim: Belief = { of: 'AAPL' };
const edgeOf = (one: Desk, strategy = 'breakout'): StrategyEdge | undefined => one.state.edges.strategies.get(strategy);
const xyOf = (one: Desk): number => edgeOf(one)?.whole.xy ?? NaN;
/** The whole price in which one deviation is a dollar, up to the second order. */
const UP_ONE_SD = 100 * Math.exp(0.01);

describe('a claim', () => {
  it('is held against the close at its horizon, whether it was traded or not', () => {
    const one = desk();
    const { denials } = one.minute({ at: 600, closes: { AAPL: 100 }, signals: [claim] });
    expect(denials).toMatchObject([{ gate: 'EDGE' }]);
    one.minute({ at: 629, closes: { AAPL: 300 } });
    expect(edgeOf(one)).toBeUndefined();
    one.minute({ at: 630, closes: { AAPL: UP_ONE_SD } });
    expect(edgeOf(one)).toMatchObject({ scored: 1 });
    expect(xyOf(one)).toBeCloseTo(0.2 * 1, 6);
    one.minute({ at: 631, closes: { AAPL: 300 } });
    expect(edgeOf(one)).toMatchObject({ scored: 1 });
  });

  it('is held against the last close before its end where there is none at it, not the next one', () => {
    const one = desk();
    one.minute({ at: 600, closes: { AAPL: 100 }, signals: [claim] });
    one.minute({ at: 620, closes: { AAPL: UP_ONE_SD } });
    one.minute({ at: 640, closes: { AAPL: 50 } });
    expect(xyOf(one)).toBeCloseTo(0.2, 6);
  });

  it('down counts for what the price fell', () => {
    const one = desk();
    one.minute({ at: 600, closes: { AAPL: 100 }, signals: [{ ...claim, direction: -1 }] });
    one.minute({ at: 630, closes: { AAPL: 100 * Math.exp(-0.01) } });
    expect(xyOf(one)).toBeCloseTo(0.2, 6);
    expect(edgeOf(one)?.whole.against).toBe(0);
  });

  it('that reaches beyond the close ends in the next session, whatever trades in the evening', () => {
    const one = desk();
    one.minute({ at: 950, closes: { AAPL: 100 }, signals: [claim] }); // 15:50, ten minutes before the close
    one.minute({ at: 960, closes: { AAPL: 101 } });
    one.minute({ at: 1_000, closes: { AAPL: 200 } });
    expect(edgeOf(one)).toBeUndefined();
    one.minute({ on: TUESDAY, at: 590, closes: { AAPL: UP_ONE_SD } }); // 09:50
    expect(xyOf(one)).toBeCloseTo(0.2, 6);
  });

  it('is dropped where a company changes its shares', () => {
    const split: CorporateAction = {
      ...{ id: 'x', kind: 'split', symbol: ticker('AAPL'), other: ticker('AAPL'), cash: cash(0) },
      ...{ exAt: tradeDateStart(TUESDAY), payAt: tradeDateStart(TUESDAY), newShares: 2, oldShares: 1 },
    };
    const one = desk();
    one.minute({ at: 950, closes: { AAPL: 100 }, signals: [claim] });
    one.minute({ at: 951, commands: [newControl('corporate-actions', one.state.t, 'ingest', '', { actions: [split] })] });
    one.minute({ on: TUESDAY, at: 600, closes: { AAPL: 50 } });
    expect([edgeOf(one), one.state.edges.claims]).toEqual([undefined, []]);
  });

  it('without a mean, a deviation or a price is none, and a misprint is no outcome', () => {
    const one = desk();
    const nothing: Belief[] = [
      { ...claim, mean: 0 },
      { ...claim, of: 'IBM', sd: 0 },
      { ...claim, of: 'SPY', sd: NaN },
      { ...claim, of: 'SPY', sd: Infinity },
      { ...claim, mean: NaN },
      { ...claim, mean: -Infinity },
      { ...claim, reference: price(0) },
      { ...claim, horizonMinutes: 0 },
      { ...claim, horizonMinutes: Infinity },
    ];
    one.minute({ at: 600, closes: { AAPL: 100, IBM: 100, SPY: 100 }, signals: nothing });
    expect(one.state.edges.claims).toEqual([]);
    one.minute({ at: 601, closes: { AAPL: 100 }, signals: [claim] });
    one.minute({ at: 630, closes: { AAPL: UP_ONE_SD } });
    one.minute({ at: 631, misprints: { AAPL: 3 } });
    expect(xyOf(one)).toBeCloseTo(0.2, 6);
  });

  it('is over at its own end, whatever others end before', () => {
    const one = desk();
    const signals = [20, 10, 30].map((horizonMinutes, n) => ({ ...claim, of: `A${n}`, horizonMinutes }));
    one.minute({ at: 600, closes: { A0: 100, A1: 100, A2: 100 }, signals });
    for (const [at, scored] of [10, 20, 30].map((minutes, n) => [600 + minutes, n + 1] as const)) {
      one.minute({ at, closes: { A0: 100, A1: 100, A2: 100 } });
      expect(edgeOf(one)?.scored).toBe(scored);
    }
  });

  it('of a symbol without a close that can be believed by its end is held against nothing, and is over', () => {
    const one = desk();
    one.minute({ at: 600, misprints: { AAPL: 100 }, signals: [claim, { ...claim, of: 'IBM' }] });
    expect(one.state.edges.claims).toHaveLength(2);
    one.minute({ at: 630, closes: { SPY: 100 } });
    one.minute({ at: 631, closes: { SPY: 100, AAPL: 150, IBM: 150 } });
    expect([edgeOf(one), one.state.edges.claims]).toEqual([undefined, []]);
  });

  it('of daily bars ends with the bar as many sessions later as its horizon has', () => {
    const one = desk();
    const daily = (on: string, close: number, signals: readonly Belief[] = []): RiskDecision =>
      one.minute({ on, at: 960, timeframe: '1d', closes: { AAPL: close }, signals });
    daily('2025-01-06', 100, [{ ...claim, horizonMinutes: 2 * 960 }]);
    daily(TUESDAY, 200);
    expect(edgeOf(one)).toBeUndefined();
    daily('2025-01-08', UP_ONE_SD);
    expect(xyOf(one)).toBeCloseTo(0.2, 6);
  });

  it('waits behind those that end with it, however many others come between, and none behind 20,000', () => {
    const one = desk();
    const of = (symbol: string, horizonMinutes: number): Belief => ({ ...claim, of: symbol, horizonMinutes });
    one.minute({ at: 600, closes: { T: 1 }, signals: [of('T', 30), of('SPY', 40)] });
    one.minute({ at: 610, closes: { T: 1 }, signals: [of('AAPL', 20), of('IBM', 10)] });
    const waiting = (): readonly string[] => one.state.edges.claims.map(({ symbol }) => symbol);
    expect(waiting()).toEqual(['IBM', 'T', 'AAPL', 'SPY']);
    const last = item(one.state.edges.claims, 3);
    one.state.edges.claims.push(...Array.from({ length: 19_995 }, () => last));
    one.minute({ at: 611, closes: { T: 1 }, signals: [of('A', 300), of('B', 300)] });
    expect(waiting().slice(19_998)).toEqual(['SPY', 'A']);
  });

  it('that came to its end weighs less among the last ones with each that does, and no less among all of a session', () => {
    const one = desk({ halfLifeOutcomes: 1 });
    for (const at of [600, 640, 680]) {
      one.minute({ at, closes: { AAPL: 100 }, signals: [claim] });
      one.minute({ at: at + 30, closes: { AAPL: 101 } });
    }
    expect(edgeOf(one)).toMatchObject({ whole: { weight: 3 }, recent: { weight: 1.75 } });
  });

  it('that came to its end weighs less with each session that is begun, and not in one', () => {
    const one = desk({ halfLifeSessions: 2 });
    one.minute({ at: 600, closes: { AAPL: 100 }, signals: [claim] });
    const weightAfter = (happening: Minute): number => {
      one.minute({ closes: { AAPL: 101 }, ...happening });
      return edgeOf(one)?.whole.weight ?? NaN;
    };
    expect(weightAfter({ at: 630 })).toBe(1);
    expect(weightAfter({ at: 960 })).toBe(1);
    expect(weightAfter({ on: TUESDAY, at: 500 })).toBe(1); // before the open
    expect(weightAfter({ on: TUESDAY, at: 571 })).toBeCloseTo(Math.SQRT1_2, 12);
    expect(weightAfter({ on: TUESDAY, at: 572 })).toBeCloseTo(Math.SQRT1_2, 12);
    expect(weightAfter({ on: '2025-01-10', at: 600 })).toBeCloseTo(Math.SQRT1_2 ** 3, 12); // Friday; the Thursday was no session
  });

  it('that a run which believes all of them was left with is dropped, and the evidence of before stays as it was', () => {
    const one = desk();
    one.minute({ at: 600, closes: { AAPL: 100 }, signals: [claim] });
    one.minute({ at: 630, closes: { AAPL: UP_ONE_SD }, signals: [claim] });
    const before = structuredClone(edgeOf(one));
    one.state = { ...one.state, config: { ...one.state.config, edge: null } };
    one.minute({ at: 700, closes: { AAPL: 90 } });
    expect([edgeOf(one), one.state.edges.claims]).toEqual([before, []]);
  });

  it('tells less beside others whose horizons it overlaps', () => {
    const [alone, together] = [desk(), desk()];
    alone.minute({ at: 600, closes: { AAPL: 100 }, signals: [claim] });
    const all = ['AAPL', 'IBM', 'SPY'].map((of) => ({ ...claim, of }));
    together.minute({ at: 600, closes: { AAPL: 100, IBM: 100, SPY: 100 }, signals: all });
    for (const one of [alone, together]) one.minute({ at: 630, closes: { AAPL: 101, IBM: 101, SPY: 101 } });
    expect(edgeOf(alone)?.whole.weight).toBe(1);
    expect(edgeOf(together)?.whole.weight).toBeCloseTo(3 / 1.3, 12);
  });
});

describe('the gates of an edge', () => {
  it('EDGE refuses a strategy whose claims came to nothing, and lets pass one whose claims came true', () => {
    expect(answer('EDGE', desk())).toEqual(refuses(0, 1, 'ppm'));
    const one = desk();
    for (let day = 0; day < 8; day++) {
      one.minute({ at: 600 + 31 * day, closes: { AAPL: 100 }, signals: [claim] });
      one.minute({ at: 630 + 31 * day, closes: { AAPL: 103 } });
    }
    // of another symbol: by now the strategy holds this one
    const { orders } = one.minute({ at: 900, closes: { IBM: 100 }, signals: [{ ...claim, of: 'IBM' }] });
    const figures = orders[0]?.gates.filter(({ gate }) => gate.startsWith('EDGE'));
    expect(figures?.map(({ gate }) => gate)).toEqual(['EDGE_OUTCOMES', 'EDGE_ERROR', 'EDGE', 'EDGE_NET']);
    expect(figures?.[0]).toMatchObject({ value: 8, limit: 0 });
    expect(figures?.[2]?.value).toBeGreaterThan(1_000_000);
  });

  it('EDGE_OUTCOMES refuses a strategy that has shown too little', () => {
    expect(answer('EDGE_OUTCOMES', desk({ slope: 1, slopeError: 0.1, outcomesMin: 1 }))).toEqual(refuses(0, 1, 'count'));
    expect(answer('EDGE_OUTCOMES', desk({ slope: 1, slopeError: 0.1 }))).toMatchObject({ passed: [0, 0, 'count'] });
  });

  it('EDGE_ERROR refuses one whose outcomes are wilder than anything was thought to be', () => {
    const one = desk({ slope: 5, slopeError: 0.5 });
    for (let n = 0; n < 40; n++) {
      one.minute({ at: 600 + n, closes: { [`A${n}`]: 100 }, signals: [{ ...claim, of: `A${n}`, mean: 1_000 }] });
    }
    const closes = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`A${n}`, 80]));
    one.minute({ at: 645, closes });
    one.minute({ at: 700, closes: { AAPL: 100 } });
    const { denials } = one.minute({ at: 701, closes: { AAPL: 100 }, signals: [claim] });
    expect(denials[0]?.gates.find(({ gate }) => gate === 'EDGE_ERROR')).toMatchObject({ limit: 750_000 });
    expect(denials[0]?.gate).toBe('EDGE_ERROR');
  });
});

const SYMBOLS = ['AAPL', 'IBM', 'SPY', 'T'] as const;
const minute: fc.Arbitrary<Minute> = fc.record({
  closes: fc.record(Object.fromEntries(SYMBOLS.map((of) => [of, fc.integer({ min: 95, max: 105 })]))),
  signals: fc.subarray([...SYMBOLS]).chain((of) =>
    fc.tuple(
      ...of.map((symbol) =>
        fc.record({
          of: fc.constant(symbol as string),
          direction: fc.constantFrom(1 as const, -1 as const),
          regime: fc.integer({ min: 0, max: 2 }),
          horizonMinutes: fc.integer({ min: 1, max: 40 }),
        }),
      ),
    ),
  ),
});
const day = fc.array(minute, { minLength: 30, maxLength: 60 });

function decided(minutes: readonly Minute[], shards: number, restoreAt = -1): { decisions: RiskDecision[]; one: Desk } {
  const one = givenRisk({ edge: EDGE, openOrdersMax: 100 }, shards);
  const decisions = minutes.map((happening, i) => {
    if (i === restoreAt) one.state = deserialize(serialize(one.state));
    return one.minute(happening);
  });
  return { decisions, one };
}

describe('the ledger of claims', () => {
  it('is the same for any number of shards, and whichever came first', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(2, 4), (minutes, shards) => {
        const [whole, parted] = [decided(minutes, 1), decided(minutes, shards)];
        expect(parted.one.state.edges).toEqual(whole.one.state.edges);
        expect(parted.decisions).toEqual(whole.decisions);
      }),
      { numRuns: 20 },
    );
  });

  it('goes on from a snapshot as if there had been none', () => {
    fc.assert(
      fc.property(day, fc.nat(60), (minutes, at) => {
        expect(decided(minutes, 1, at).decisions).toEqual(decided(minutes, 1).decisions);
      }),
      { numRuns: 20 },
    );
  });

  it('scores every claim once, and forgets it', () => {
    fc.assert(
      fc.property(day, (minutes) => {
        const { one } = decided(minutes, 1);
        const made = minutes.reduce((sum, { signals = [] }) => sum + signals.length, 0);
        expect((edgeOf(one)?.scored ?? 0) + one.state.edges.claims.length).toBe(made);
        const ends = one.state.edges.claims.map(({ due }) => due);
        expect(ends).toEqual([...ends].sort((a, b) => a - b));
      }),
      { numRuns: 20 },
    );
  });
});

describe('which signal comes first', () => {
  const prior = (strategy: string, slope: number) => ({ strategy, slope, slopeError: 0.1, outcomes: 100, until: epochMs(0) });
  /** The order of one who has room for one, between two claims of which the first one is the larger. */
  const first = (slopes: readonly [number, number]): string | undefined => {
    const priors = [prior('loud', slopes[0]), prior('quiet', slopes[1])];
    const one = givenRisk({ openOrdersMax: 1, edge: { ...EDGE, priors } });
    const signals: Belief[] = [
      { of: 'AAPL', strategy: 'loud', mean: 60_000_000 },
      { of: 'IBM', strategy: 'quiet', mean: 50_000_000 },
    ];
    const { orders } = one.minute({ at: 600, closes: { AAPL: 100, IBM: 100 }, signals });
    expect(orders.length).toBeLessThanOrEqual(1);
    return orders[0]?.symbol;
  };

  it('is by what such claims came to, not by what is claimed', () => {
    expect(first([1, 1])).toBe('AAPL');
    expect(first([0.5, 1.5])).toBe('IBM');
    expect(first([-1, 1])).toBe('IBM');
    expect(first([-1, -1])).toBeUndefined();
  });
});
