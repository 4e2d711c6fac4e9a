/**
 * Every input of a decision in turn: taken away, or of a kind that cannot be.
 *
 * 1. What is missing, no number, out of range, of another time or crossed lets no order leave: it is refused, or the stage ends.
 * 2. A day that is no session, or that the calendar does not know, lets none leave either.
 * The same signal is an order where nothing is amiss.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newControl, type EpochMs, type RiskInput, type RiskRules } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { inputOf, LIMITS, MONDAY, newRiskDecision, type Minute } from '../test/given-risk.ts';
import { riskStage, type RiskState } from './index.ts';

const OPEN = 600;
const RULES: RiskRules = {
  ...LIMITS,
  entryLimits: { ...LIMITS.entryLimits, dayVolumeFractionMax: 0.05, barVolumeFractionMax: 0.1, barsLateMsMax: 120_000 },
};
/** Fields as a path through an input, whose list of signals, bars or states has A first. */
const FIGURES = [
  't',
  'bars.0.t',
  'bars.0.count',
  'bars.0.symbols.0',
  'bars.0.close.0',
  'bars.0.volume.0',
  'states.0.t',
  'signals.0.t',
  'signals.0.signals.0.t',
  'signals.0.signals.0.direction',
  'signals.0.signals.0.reference',
  'signals.0.signals.0.stop',
  'signals.0.signals.0.target',
  'signals.0.signals.0.horizonMinutes',
  'signals.0.signals.0.forward.meanE8',
  'signals.0.signals.0.forward.sdE8',
  'signals.0.signals.0.forward.dofMilli',
  'signals.0.signals.0.volatilityE8',
  'signals.0.signals.0.velocityUpPpm',
  'signals.0.signals.0.regime',
  'signals.0.signals.0.regimePpm.0',
  'signals.0.signals.0.coverage95Ppm',
  'signals.0.signals.0.scored',
  'signals.0.signals.0.stateFlags',
  'report.t',
];
/** Whole parts, which can only be missing or of another kind. */
const PARTS = [
  'bars',
  'bars.0',
  'bars.0.symbols',
  'bars.0.close',
  'states',
  'states.0',
  'signals.0.signals.0.symbol',
  'signals.0.signals.0.strategy',
  'signals.0.signals.0.model',
  'signals.0.signals.0.forward',
  'signals.0.signals.0.forward.quantilesE8',
  'signals.0.signals.0.regimePpm',
  'report',
  'report.fills',
  'report.events',
  'report.doubt',
  'watchlist',
];

const someFault: fc.Arbitrary<readonly [path: string, value: unknown]> = fc.oneof(
  fc.tuple(fc.constantFrom(...FIGURES), fc.constantFrom<unknown[]>(undefined, NaN, -1, -Infinity, 'x', {})),
  fc.tuple(fc.constantFrom(...PARTS), fc.constantFrom<unknown[]>(undefined, NaN, 7)),
);
/** What came before: minutes with bars, a volume that bounds nothing, and how strong the belief is. */
const someBefore = fc.record({
  minutes: fc.integer({ min: 1, max: 5 }),
  close: fc.integer({ min: 20, max: 400 }),
  mean: fc.integer({ min: 100_000, max: 400_000 }),
  volume: fc.integer({ min: 500_000, max: 5_000_000 }),
});
type Before = typeof someBefore extends fc.Arbitrary<infer T> ? T : never;

const minuteOf = ({ close, volume }: Before): Minute => ({
  closes: { A: close, B: 50 },
  surprises: { A: 0.1, B: -0.2 },
  volume,
});

function stateAfter(before: Before): { readonly state: RiskState; readonly t: EpochMs } {
  const state = riskStage.initial(RULES);
  const decision = newRiskDecision();
  for (let n = 0; n < before.minutes; n++)
    riskStage.apply(state, inputOf(newYorkInstant(MONDAY, OPEN + n), minuteOf(before)), decision);
  return { state, t: newYorkInstant(MONDAY, OPEN + before.minutes) };
}

/** How many orders leave of a minute with a signal; one that ends the stage lets none. */
function ordersOf(state: RiskState, input: RiskInput): number {
  const decision = newRiskDecision();
  try {
    riskStage.apply(state, input, decision);
  } catch {
    return 0;
  }
  return decision.orders.length;
}

/** The same with something else in a place. */
function spoilt<T>(document: T, path: string, value: unknown): T {
  const [key = '', ...rest] = path.split('.');
  const copy: unknown = Array.isArray(document)
    ? [...(document as unknown[])]
    : ArrayBuffer.isView(document)
      ? [...(document as unknown as number[])]
      : { ...document };
  Reflect.set(
    copy as object,
    key,
    rest.length === 0 ? value : spoilt(Reflect.get(document as object, key), rest.join('.'), value),
  );
  return copy as T;
}

const signalled = (t: EpochMs, before: Before, more: Minute = {}): RiskInput =>
  inputOf(t, { ...minuteOf(before), signals: [{ of: 'A', mean: before.mean }], ...more });

describe('risk, where an input is not what it should be', () => {
  it('approves where nothing is amiss', () => {
    fc.assert(
      fc.property(someBefore, (before) => {
        const { state, t } = stateAfter(before);
        expect(ordersOf(state, signalled(t, before))).toBe(1);
      }),
    );
  });

  it('1. approves nothing that rests on what is missing, or cannot be', () => {
    const tried = new Set<string>();
    fc.assert(
      fc.property(someBefore, someFault, (before, [path, value]) => {
        const { state, t } = stateAfter(before);
        tried.add(path);
        expect(ordersOf(state, spoilt(signalled(t, before), path, value))).toBe(0);
      }),
      { numRuns: 1_500 },
    );
    expect([...FIGURES, ...PARTS].filter((path) => !tried.has(path))).toEqual([]);
  });

  it('1. approves nothing of another time, crossed, or in a market that was not heard', () => {
    const someMinutes = fc.constantFrom(-60_000 * 24, -5, -1, 1, 3);
    const someCase = fc.oneof(
      someMinutes.map((off) => (input: RiskInput) => {
        const signal = input.signals[0]?.signals[0];
        return spoilt(input, 'signals.0.signals.0.t', (signal?.t ?? 0) + off * 60_000);
      }),
      fc
        .constantFrom(['stop', 'target'], ['target', 'reference'], ['stop', 'reference'])
        .map(([to, from]) => (input: RiskInput) => {
          const signal = input.signals[0]?.signals[0];
          return spoilt(input, `signals.0.signals.0.${to}`, signal?.[from as 'stop' | 'reference' | 'target']);
        }),
      fc.constant((input: RiskInput) => spoilt(input, 'bars.0.count', 0)),
      fc.constant((input: RiskInput) => spoilt(input, 'bars.0.gaps', [{ symbol: input.bars[0]?.symbols[0], cause: 'halted' }])),
      fc.constant((input: RiskInput) => spoilt(input, 'bars.0.knownAt', input.t + 3_600_000)),
      fc
        .constantFrom('unheard', 'disconnected', 'unsaid', 'x', undefined)
        .map(
          (standing) => (input: RiskInput) => spoilt(input, 'report.doubt', { standing, since: input.t, breaks: [], holds: [] }),
        ),
      fc.constant((input: RiskInput) => spoilt(input, 'control', [newControl('halt', input.t, 'operator', 'test')])),
    );
    fc.assert(
      fc.property(someBefore, someCase, (before, spoil) => {
        const { state, t } = stateAfter(before);
        expect(ordersOf(state, spoil(signalled(t, before)))).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it('2. approves nothing on a day without a session, or that nobody knows', () => {
    // a Saturday, a day of mourning, Christmas, and years beyond the calendar
    for (const date of ['2025-01-11', '2025-01-09', '2025-12-25', '1990-03-05', '2045-03-06']) {
      fc.assert(
        fc.property(someBefore, (before) => {
          const state = riskStage.initial(RULES);
          const t = Date.parse(`${date}T15:00:00Z`) as EpochMs;
          expect(ordersOf(state, signalled(t, before))).toBe(0);
        }),
        { numRuns: 10 },
      );
    }
  });
});
