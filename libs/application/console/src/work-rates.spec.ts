import { describe, expect, it } from '@jest/globals';
import { WorkRates } from './work-rates.ts';

describe('the rate of what a process handles', () => {
  it('is unknown at the first look, and is what was handled since, by the minute', () => {
    const rates = new WorkRates();
    expect(rates.looked('risk', 100, 10_000)).toBeNull();
    expect(rates.looked('risk', 110, 40_000)).toBe(20);
    expect(rates.looked('execution', 5, 40_000)).toBeNull();
  });

  it('looks back over the last minute alone', () => {
    const rates = new WorkRates();
    rates.looked('risk', 0, 0);
    rates.looked('risk', 600, 60_000);
    expect(rates.looked('risk', 600, 120_000)).toBe(0);
  });

  it('is unknown of a process that began anew, and of one that was forgotten', () => {
    const rates = new WorkRates();
    rates.looked('risk', 100, 0);
    expect(rates.looked('risk', 3, 1_000)).toBeNull();
    expect(rates.looked('risk', 4, 2_000)).toBe(60);
    rates.keepOnly((process) => process !== 'risk');
    expect(rates.looked('risk', 5, 3_000)).toBeNull();
  });
});
