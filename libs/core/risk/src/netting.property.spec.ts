import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item, ticker, type Direction } from '@aitrader/model';
import { netStakes, type Wanted } from './netting.ts';

const wants = fc.array(
  fc.record({
    symbol: fc.constantFrom('A', 'B', 'C').map((symbol) => ticker(symbol)),
    direction: fc.constantFrom<Direction>(1, -1),
    stake: fc.nat({ max: 8 }).map((n) => n / 8),
  }),
  { maxLength: 12 },
);

const wanted = (symbol: string, direction: Direction, stake: number): Wanted => ({ symbol: ticker(symbol), direction, stake });

describe('what several strategies want of a symbol', () => {
  it('is netted, to the best of the larger side', () => {
    const some = [wanted('A', 1, 0.5), wanted('A', -1, 0.2), wanted('B', -1, 0.25)];
    expect(netStakes(some)).toEqual([0.3, 0, 0.25]);
    expect(netStakes([wanted('A', -1, 0.5), wanted('A', 1, 0.5)])).toEqual([0, 0]);
  });

  it('is one signal alone where all agree, and no more than that one wants', () => {
    expect(netStakes([wanted('A', 1, 0.25), wanted('A', 1, 0.5), wanted('A', -1, 0.125)])).toEqual([0.25, 0, 0]);
  });

  it('never trades a symbol twice or both ways, nor more than its net or any one signal', () => {
    fc.assert(
      fc.property(wants, (some) => {
        const left = netStakes(some);
        for (const symbol of new Set(some.map((one) => one.symbol))) {
          const own = some.flatMap((one, i) => (one.symbol === symbol ? [{ ...one, left: item(left, i) }] : []));
          const net = own.reduce((sum, { direction, stake }) => sum + direction * stake, 0);
          const served = own.filter((one) => one.left > 0);
          expect(served.length).toBe(net === 0 ? 0 : 1);
          for (const one of served) {
            expect(one.direction).toBe(Math.sign(net));
            expect(one.left).toBeLessThanOrEqual(Math.min(one.stake, Math.abs(net)));
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves a symbol that one strategy wants as it is', () => {
    fc.assert(
      fc.property(wants, (some) => {
        const single = some.filter(({ symbol }, i) => some.findIndex((one) => one.symbol === symbol) === i);
        expect(netStakes(single)).toEqual(single.map(({ stake }) => stake));
      }),
    );
  });
});
