import { describe, expect, it } from '@jest/globals';
import { answer, given, passes, refuses } from '../test/gate-answer.ts';
import { item } from '@aitrader/model';
import type { Belief } from '../test/given-risk.ts';

describe('SIGNAL_BAR', () => {
  it('passes a signal on the bar of this interval', () => expect(answer('SIGNAL_BAR', given())).toEqual(passes(0, 0, 'ms', 200)));

  it('refuses one whose bar was not heard', () => {
    const desk = given();
    desk.minute({ closes: { AAPL: 100 } });
    expect(answer('SIGNAL_BAR', desk, {}, { closes: {} })).toEqual(refuses(60_000, 0, 'ms'));
  });
});

/** What the gate finds, whether the signal passes the others or not. */
function found(unusual: Partial<Belief>): number | undefined {
  const { orders, denials } = given().minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL', ...unusual }] });
  return item([...orders, ...denials], 0).gates.find(({ gate }) => gate === 'SIGNAL_FIGURES')?.value;
}

const FORWARD = { meanE8: 200_000, sdE8: 1_000_000, dofMilli: 6_000, quantilesE8: [] };

describe('SIGNAL_FIGURES', () => {
  it.each<Partial<Belief>>([
    { horizonMinutes: 1, velocityUpPpm: 0, volatilityE8: 0 },
    { velocityUpPpm: 1_000_000, regimePpm: [0, 0, 1_000_000] },
    { forward: { ...FORWARD, dofMilli: 2_001, quantilesE8: [-5, -5, 7] } },
  ])('passes what lies at an end: %j', (unusual) => expect(found(unusual)).toBe(0));

  it('passes a signal that says what it can', () =>
    expect(answer('SIGNAL_FIGURES', given())).toEqual(passes(0, 0, 'count', 200)));

  it.each<Partial<Belief>>([
    { strategy: '' },
    { model: '' },
    { horizonMinutes: 0 },
    { velocityUpPpm: NaN },
    { volatilityE8: -1 },
    { regimePpm: [1_000_001, 0, 0] },
    { forward: { ...FORWARD, dofMilli: 2_000 } },
    { forward: { ...FORWARD, quantilesE8: [2, 1] } },
  ])('refuses one that says %j', (unusual) => expect(answer('SIGNAL_FIGURES', given(), unusual)).toEqual(refuses(1, 0, 'count')));
});
