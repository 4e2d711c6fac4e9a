import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newRandomStream } from '@aitrader/core-numeric';
import { item } from '@aitrader/model';
import { referenceTrials } from '../test/made-trials.ts';
import { returnsOf, stationaryBlockLength } from './index.ts';
import { drawCounts, sampleMeanVariance } from './stationary-bootstrap.ts';

/** Every sample of `periods` that may be drawn, as its periods in order and its probability. */
function allSamples(periods: number, meanBlock: number): { readonly drawn: readonly number[]; readonly probability: number }[] {
  const ends = 1 / meanBlock;
  let samples = Array.from({ length: periods }, (_, t) => ({ drawn: [t], probability: 1 / periods }));
  for (let step = 1; step < periods; step++)
    samples = samples.flatMap(({ drawn, probability }) =>
      Array.from({ length: periods }, (_, t) => {
        const goesOn = t === (item(drawn, drawn.length - 1) + 1) % periods ? 1 - ends : 0;
        return { drawn: [...drawn, t], probability: probability * (ends / periods + goesOn) };
      }),
    );
  return samples;
}

const countsOf = (drawn: readonly number[]): number[] => drawn.map((_, t) => drawn.filter((one) => one === t).length);

describe('the stationary bootstrap', () => {
  it.each([1, 2, 3.5])('draws samples of 4 periods as often as they are likely, with blocks of %s', (meanBlock) => {
    const likely = new Map<string, number>();
    for (const { drawn, probability } of allSamples(4, meanBlock)) {
      const key = countsOf(drawn).join();
      likely.set(key, (likely.get(key) ?? 0) + probability);
    }
    const [stream, counts, draws] = [newRandomStream(5), new Float64Array(4), 40_000];
    const seen = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      drawCounts(stream, counts, meanBlock);
      const key = counts.join();
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect([...seen.keys()].every((key) => likely.has(key))).toBe(true);
    for (const [key, probability] of likely)
      expect(Math.abs((seen.get(key) ?? 0) - draws * probability)).toBeLessThan(5 * Math.sqrt(draws * probability) + 1);
  });

  it('has the variance of means that all samples together have', () => {
    const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(values, fc.double({ noNaN: true, min: 1, max: 6 }), (series, meanBlock) => {
        const n = series.length;
        let [first, second] = [0, 0];
        for (const { drawn, probability } of allSamples(n, meanBlock)) {
          const mean = drawn.reduce((sum, t) => sum + item(series, t), 0) / n;
          first += probability * mean;
          second += probability * mean * mean;
        }
        const variance = sampleMeanVariance(Float64Array.from(series), meanBlock);
        expect(Math.abs(variance - n * (second - first * first))).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  // arch 8.0.0: the variances of SPA(block_size=7)
  it('has the variances of the reference trials that the package arch finds', () => {
    const trials = referenceTrials();
    const rows = Array.from({ length: trials.trials }, (_, k) => returnsOf(trials, k));
    const variances = [
      3.204665415155628e-5, 0.0001337482681756792, 0.00036040099566014453, 4.202494776182532e-5, 0.00022829973610775115,
      0.00039990473119481804, 6.37541003194947e-5, 0.00013651710950199136, 0.0005740434146590864, 0.00016626581173473452,
      0.0004992851645302319, 0.001782577402046097,
    ];
    rows.forEach((row, k) => expect(Math.abs(sampleMeanVariance(row, 7) / item(variances, k) - 1)).toBeLessThan(1e-12));
  });

  // arch 8.0.0, with autocorrelations over the variance of the whole, as Politis and White have them: over those of the two overlapping
  // ends, as arch does, the last of 60 periods is 4.155930996620 and the eighth of 150 is 28.441473401862; the others are the same
  it.each([
    [
      250,
      [
        0.158725207154, 0.623871321646, 5.095444428035, 3.841249005011, 3.975495073433, 4.681870940067, 4.507410225779,
        3.513906476341, 4.717476838475, 8.359937270203, 6.899902293729, 9.549049754674,
      ],
    ],
    [
      150,
      [
        1.232122197649, 1.838636605263, 5.03039849793, 3.770444663876, 2.480894862466, 4.023013352593, 4.09307760236,
        2.687616934767, 2.235995586732, 5.087515966399, 4.257068403277, 14.79785514121,
      ],
    ],
    [
      60,
      [
        1.730507597085, 1.339246609718, 3.359871389243, 2.010706164533, 2.086830100084, 1.472625203025, 3.254815930012,
        1.963836796978, 1.686403705979, 2.076153329451, 3.329686966515, 3.894060482911,
      ],
    ],
  ])('has the block lengths of their first %s periods that optimal_block_length finds', (periods, lengths) => {
    const trials = referenceTrials();
    lengths.forEach((length, k) => {
      // no block is shorter than one period here
      const found = stationaryBlockLength(returnsOf(trials, k).subarray(0, periods));
      expect(Math.abs(found - Math.max(1, length))).toBeLessThan(1e-9);
    });
  });

  it('takes longer blocks the longer a series remembers, whatever its unit, and never more than a third of it', () => {
    const trials = referenceTrials();
    const row = returnsOf(trials, 9);
    expect(stationaryBlockLength(row.map((value) => 1024 * value))).toBe(stationaryBlockLength(row));
    const straight = Float64Array.from({ length: 30 }, (_, t) => t);
    expect(stationaryBlockLength(straight)).toBeLessThanOrEqual(10);
    expect(stationaryBlockLength(straight)).toBeGreaterThan(5);
    expect(stationaryBlockLength(Array.from({ length: 20 }, () => 0.3))).toBe(1);
    expect(() => stationaryBlockLength([1, 2, 3])).toThrow('values need at least 9 items, got 3');
  });
});
