import { describe, expect, it } from '@jest/globals';
import { answer, given, passes, refuses } from '../test/gate-answer.ts';
import type { Belief } from '../test/given-risk.ts';

describe('SIGNAL_BAR', () => {
  it('passes a signal on the bar of this interval', () => expect(answer('SIGNAL_BAR', given())).toEqual(passes(0, 0, 'ms', 200)));

  it('refuses one whose bar was not heard', () => {
    const desk = given();
    desk.minute({ closes: { AAPL: 100 } });
    expect(answer('SIGNAL_BAR', desk, {}, { closes: {} })).toEqual(refuses(60_000, 0, 'ms'));
  });
});

describe('SIGNAL_FIGURES', () => {
  it('passes a signal that says what it can', () =>
    expect(answer('SIGNAL_FIGURES', given())).toEqual(passes(0, 0, 'count', 200)));

  it.each<Partial<Belief>>([
    { strategy: '' },
    { model: '' },
    { horizonMinutes: 0 },
    { velocityUpPpm: NaN },
    { volatilityE8: -1 },
    { regimePpm: [1_000_001, 0, 0] },
  ])('refuses one that says %j', (unusual) => expect(answer('SIGNAL_FIGURES', given(), unusual)).toEqual(refuses(1, 0, 'count')));
});
