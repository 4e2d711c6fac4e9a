import { describe, expect, it } from '@jest/globals';
import { partOf, setsText } from './trial.ts';

describe('what a trial sets', () => {
  it('is told in one line', () => {
    expect(setsText({ 'risk.kellyFraction': 0.5, 'risk.edge': { kind: 'x' } })).toBe(
      'risk.kellyFraction 0.5, risk.edge {"kind":"x"}',
    );
    expect(setsText({})).toBe('nothing');
  });

  it('is a part of a configuration, paths of one part together', () => {
    expect(partOf({ 'risk.kellyFraction': 0.5, 'risk.regimeBudget.calm': 1, 'simulation.impactBp': 2 })).toEqual({
      risk: { kellyFraction: 0.5, regimeBudget: { calm: 1 } },
      simulation: { impactBp: 2 },
    });
    expect(partOf({})).toEqual({});
  });

  it('is none where it is about one of several strategies', () => {
    expect(partOf({ 'risk.kellyFraction': 0.5, 'strategies.breakout.parameters.stopAtr': 2 })).toBeUndefined();
    expect(partOf({ strategies: [] })).toEqual({ strategies: [] });
  });
});
