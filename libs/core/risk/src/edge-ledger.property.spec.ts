import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMs, type EdgeConfig } from '@aitrader/model';
import { CELLS, cellOf, edgeIn, fade, learnClaim, newStrategyEdge, OUTCOME_MAX, priorOf, weightBeside } from './edge-ledger.ts';
import { evenly } from '../test/evenly.ts';

const CONFIG: EdgeConfig = { slope: 0, slopeError: 1, halfLifeSessions: 120, halfLifeOutcomes: 200, outcomesMin: 0, priors: [] };
const KEPT = 0.99;

interface Told {
  readonly claim: number;
  readonly outcome: number;
  readonly weight: number;
  readonly cell: number;
  /** what earlier evidence keeps before it */
  readonly fades: number;
}
const some = evenly;
const told: fc.Arbitrary<Told> = fc.record({
  claim: some(-2, 2),
  outcome: some(-8, 8),
  weight: some(0.1, 1),
  cell: fc.integer({ min: -1, max: CELLS - 1 }),
  fades: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: some(0.5, 1) }),
});
const history = fc.array(told, { minLength: 1, maxLength: 60 });

function learned(outcomes: readonly Told[]) {
  const edge = newStrategyEdge();
  for (const one of outcomes) {
    if (one.fades < 1) fade(edge, one.fades);
    learnClaim(edge, one.cell, one, KEPT);
  }
  return edge;
}

/** The same posterior from all outcomes at once, each with what it still weighs. */
function batch(outcomes: readonly Told[], cell: number) {
  const rows = outcomes.map((one, i) => {
    const faded = outcomes.slice(i + 1).reduce((kept, later) => kept * later.fades, 1);
    const late = KEPT ** (outcomes.length - 1 - i);
    return {
      ...one,
      y: Math.max(-OUTCOME_MAX, Math.min(OUTCOME_MAX, one.outcome)),
      w: one.weight * faded,
      late: one.weight * late,
    };
  });
  const sum = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const spread2 = Math.max(1, (20 + 2 * sum(({ claim, y, w }) => (claim * y < 0 ? w * y * y : 0))) / (20 + sum(({ w }) => w)));
  const isOwn = (row: Told): boolean => row.cell === cell && cell >= 0;
  const others = 1 + sum((row) => (isOwn(row) ? 0 : row.w * row.claim ** 2));
  const mean = sum((row) => (isOwn(row) ? 0 : row.w * row.claim * row.y)) / others;
  const variance = 1 / others + 0.25;
  const precision = 1 / variance + sum((row) => (isOwn(row) ? row.w * row.claim ** 2 : 0));
  const inCell = (mean / variance + sum((row) => (isOwn(row) ? row.w * row.claim * row.y : 0))) / precision;
  const late = sum(({ late: w, claim, y }) => w * claim * y) / (1 + sum(({ late: w, claim }) => w * claim ** 2));
  return { slope: Math.min(inCell, late), error: Math.sqrt(spread2 / precision), spread: Math.sqrt(spread2) };
}

describe('the ledger of edges', () => {
  it('1. gives the posterior that all outcomes at once would give', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: -1, max: CELLS - 1 }), (outcomes, cell) => {
        const [edge, expected] = [edgeIn(CONFIG, learned(outcomes), cell), batch(outcomes, cell)];
        for (const name of ['slope', 'error', 'spread'] as const)
          expect(Math.abs(edge[name] - expected[name])).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected[name])));
        expect(edge.scored).toBe(outcomes.length);
      }),
    );
  });

  it('2. never thinks more of a strategy, nor is surer of it, for a worse outcome', () => {
    fc.assert(
      fc.property(history, fc.nat(), some(0, 6), fc.integer({ min: -1, max: CELLS - 1 }), (outcomes, which, worse, cell) => {
        const at = which % outcomes.length;
        const spoilt = outcomes.map((one, i) =>
          i === at ? { ...one, outcome: one.outcome - Math.sign(one.claim) * worse } : one,
        );
        const [before, after] = [edgeIn(CONFIG, learned(outcomes), cell), edgeIn(CONFIG, learned(spoilt), cell)];
        expect(after.slope).toBeLessThanOrEqual(before.slope + 1e-12);
        expect(after.error).toBeGreaterThanOrEqual(before.error - 1e-12);
        expect(after.spread).toBeGreaterThanOrEqual(before.spread - 1e-12);
      }),
    );
  });

  it('believes claims as they are stated without a configuration, and nothing by one that is not known', () => {
    const edge = learned([{ claim: 1, outcome: -3, weight: 1, cell: 0, fades: 1 }]);
    expect(edgeIn(null, edge, 0)).toEqual({ slope: 1, error: 0, spread: 1, scored: 0 });
    expect(edgeIn(undefined, edge, 0).slope).toBeNaN();
    expect(edgeIn({ ...CONFIG, slope: 0.4, slopeError: 0 }, edge, 0)).toMatchObject({ slope: 0.4, error: 0 });
  });

  it('begins with nothing, and is drawn from it by what claims come to', () => {
    expect(edgeIn(CONFIG, undefined, 0)).toMatchObject({ slope: 0, scored: 0, spread: 1 });
    const good = Array.from({ length: 400 }, () => ({ claim: 0.1, outcome: 0.1, weight: 1, cell: 1, fades: 1 }));
    const { slope } = edgeIn(CONFIG, learned(good), 1);
    expect(slope).toBeGreaterThan(0.4);
    expect(slope).toBeLessThan(1);
  });

  it('counts an outcome far out for no more than four deviations', () => {
    const one = (outcome: number) => learned([{ claim: 1, outcome, weight: 1, cell: 0, fades: 1 }]);
    expect(edgeIn(CONFIG, one(4), 0)).toEqual(edgeIn(CONFIG, one(400), 0));
  });

  it('stops believing in an edge that has ended within 600 claims', () => {
    const claim = 0.06;
    const edge = newStrategyEdge();
    const tell = (n: number, mean: number): void => {
      // outcomes of one deviation, up and down alike around their mean
      for (let i = 0; i < n; i++)
        learnClaim(edge, 4, { claim, outcome: mean + (i % 2 === 0 ? 1 : -1), weight: 0.5 }, 0.5 ** (1 / 200));
    };
    const slopes: number[] = [];
    for (let n = 0; n < 4; n++) {
      tell(100, 0.8);
      slopes.push(edgeIn(CONFIG, edge, 4).slope);
    }
    // the stake grows as the evidence does
    expect(slopes).toEqual([...slopes].sort((a, b) => a - b));
    expect(slopes[0]).toBeGreaterThan(0.5);
    tell(600, 0);
    const { slope } = edgeIn(CONFIG, edge, 4);
    // of a claim of 0.06 deviations, less than what both legs cost where a deviation is 60 basis points
    expect(slope * claim * 60).toBeLessThan(2);
  });

  it('tells a cell by its regime and its part of the session, and none of a regime that is not known', () => {
    const cells = ['OPEN', 'MIDDAY', 'CLOSE', 'PRE'].flatMap((part) => [0, 1, 2].map((regime) => cellOf(regime, part)));
    expect(cells).toEqual(Array.from({ length: CELLS }, (_, n) => n));
    expect([cellOf(2, null), cellOf(2, 'POST')]).toEqual([11, 11]);
    expect(cellOf(3, 'OPEN')).toBe(-1);
    expect(cellOf(NaN, null)).toBe(-1);
  });

  it('counts claims beside others for less', () => {
    expect([weightBeside(0), weightBeside(10)]).toEqual([1, 0.4]);
  });
});

describe('a prior that was learned on history', () => {
  const learned = { strategy: 'one', slope: 1.5, slopeError: 0.2, outcomes: 300, until: epochMs(1_000) };
  const config = { ...CONFIG, slope: 0, slopeError: 1, priors: [learned] };

  it('counts from the interval after the last that it knows, and for its own strategy alone', () => {
    expect(priorOf(config, 'one', 1_000)).toEqual({ slope: 0, slopeError: 1, outcomes: 0 });
    expect(priorOf(config, 'one', 1_001)).toEqual({ slope: 1.5, slopeError: 0.5, outcomes: 300 });
    expect(priorOf(config, 'two', 1_001)).toEqual({ slope: 0, slopeError: 1, outcomes: 0 });
  });

  it('tells no more than half of what would be unknown without it, so that an edge that ended is noticed', () => {
    const error = (slopeError: number): number =>
      priorOf({ ...config, priors: [{ ...learned, slopeError }] }, 'one', 2_000).slopeError;
    expect([error(0.01), error(0.5), error(0.8), error(2)]).toEqual([0.5, 0.5, 0.8, 2]);
    const edge = newStrategyEdge();
    for (let n = 0; n < 100; n++) learnClaim(edge, 0, { claim: 0.5, outcome: -1, weight: 1 }, 1);
    expect(edgeIn(priorOf(config, 'one', 2_000), edge, 0).slope).toBeLessThan(0);
  });

  it('gives way to no certainty: where claims are taken at a fixed multiple they stay so', () => {
    expect(priorOf({ ...config, slope: 0.4, slopeError: 0 }, 'one', 2_000)).toEqual({ slope: 0.4, slopeError: 0, outcomes: 0 });
  });
});
