import { describe, expect, it } from '@jest/globals';
import { closeText, fixed, probability, signed, whole } from './format.ts';

describe('figures for people', () => {
  it('have a true minus sign, and none on zero', () => {
    expect([fixed(-1.25, 1), fixed(-0.001, 2), fixed(2, 2)]).toEqual(['−1.3', '0.00', '2.00']);
    expect([signed(0.5, 1), signed(-0.5, 1), signed(-0.001, 1)]).toEqual(['+0.5', '−0.5', '0.0']);
  });

  it('do not pretend that a small probability is none', () => {
    expect([probability(1e-9), probability(0.5)]).toEqual(['< 0.0001', '0.5000']);
    expect(whole(1234567)).toBe('1,234,567');
  });

  it('tell a bar by its close in New York, in summer and in winter', () => {
    expect(closeText(Date.UTC(2024, 6, 3, 17), '1m')).toBe('2024-07-03 13:00');
    expect(closeText(Date.UTC(2024, 0, 3, 21), '5m')).toBe('2024-01-03 16:00');
    expect(closeText(Date.UTC(2024, 0, 3, 21), '1d')).toBe('2024-01-03');
  });
});
