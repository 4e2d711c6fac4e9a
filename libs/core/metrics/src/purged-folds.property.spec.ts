import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item } from '@aitrader/model';
import { purgedFolds, type IndexRange, type LabelledTimes } from './index.ts';

/** Samples at rising times, some of them together, with labels of all lengths: the end of one may lie before that of an earlier one. */
const samples = fc
  .array(fc.record({ after: fc.integer({ min: 0, max: 4 }), horizon: fc.integer({ min: 0, max: 12 }) }), {
    minLength: 2,
    maxLength: 50,
  })
  .map((all): LabelledTimes => {
    let now = 1000;
    const starts = all.map(({ after }) => (now += after));
    return { starts, ends: starts.map((start, i) => start + item(all, i).horizon) };
  });
const embargoes = fc.integer({ min: 0, max: 10 });
const cases = samples.chain((times) =>
  fc.tuple(fc.constant(times), fc.integer({ min: 2, max: Math.min(8, times.starts.length) }), embargoes),
);

const indicesOf = (ranges: readonly IndexRange[]): number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
const spanOf = ({ starts, ends }: LabelledTimes, test: IndexRange): readonly [number, number] => [
  starts[test.from] ?? NaN,
  Math.max(...indicesOf([test]).map((i) => ends[i] ?? NaN)),
];

describe('purged folds', () => {
  it('1. test every sample once, in folds of sizes that differ by one at most, and never train on it', () => {
    fc.assert(
      fc.property(cases, ([times, folds, embargo]) => {
        const found = purgedFolds(times, folds, embargo);
        expect(indicesOf(found.map(({ test }) => test))).toEqual(Array.from(times.starts, (_, i) => i));
        const sizes = found.map(({ test }) => test.to - test.from);
        expect(sizes).toHaveLength(folds);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const { test, train } of found) {
          expect(indicesOf(train).some((i) => i >= test.from && i < test.to)).toBe(false);
          train.forEach(({ from, to }, i) => {
            expect(to).toBeGreaterThan(from);
            if (i > 0 && from === item(train, i - 1).to) expect(from).toBe(test.from);
          });
        }
      }),
    );
  });

  it('2. train on no label that shares an instant with the test', () => {
    fc.assert(
      fc.property(cases, ([times, folds, embargo]) => {
        for (const { test, train } of purgedFolds(times, folds, embargo)) {
          const [begins, over] = spanOf(times, test);
          for (const i of indicesOf(train)) {
            const [start, end] = [times.starts[i] ?? NaN, times.ends[i] ?? NaN];
            expect(start <= over && end >= begins).toBe(false);
            for (const j of indicesOf([test]))
              expect(start <= (times.ends[j] ?? NaN) && end >= (times.starts[j] ?? NaN)).toBe(false);
          }
        }
      }),
    );
  });

  it('3. and 4. leave out what begins in the embargo after a test, and nothing else', () => {
    fc.assert(
      fc.property(cases, ([times, folds, embargo]) => {
        for (const { test, train } of purgedFolds(times, folds, embargo)) {
          const [begins, over] = spanOf(times, test);
          const trained = new Set(indicesOf(train));
          Array.from(times.starts, (start, i) => {
            const isBefore = (times.ends[i] ?? NaN) < begins;
            const isAfter = start > over + embargo;
            const isTested = i >= test.from && i < test.to;
            expect(trained.has(i)).toBe(!isTested && (isBefore || isAfter));
          });
        }
      }),
    );
  });

  it('are plain folds of samples whose labels reach nowhere', () => {
    const starts = [0, 1, 2, 3, 4, 5, 6];
    expect(purgedFolds({ starts, ends: starts }, 3, 0)).toEqual([
      { test: { from: 0, to: 3 }, train: [{ from: 3, to: 7 }] },
      {
        test: { from: 3, to: 5 },
        train: [
          { from: 0, to: 3 },
          { from: 5, to: 7 },
        ],
      },
      { test: { from: 5, to: 7 }, train: [{ from: 0, to: 5 }] },
    ]);
  });

  it('purge on both sides of a test and wait for the embargo after it', () => {
    const starts = Float64Array.from({ length: 12 }, (_, i) => i);
    const ends = starts.map((start) => start + 2);
    expect(item(purgedFolds({ starts, ends }, 3, 1), 1)).toEqual({
      test: { from: 4, to: 8 },
      // labels of 2 and 3 end in the test, those of 8 and 9 begin before its last label ends, and 10 is in the embargo
      train: [
        { from: 0, to: 2 },
        { from: 11, to: 12 },
      ],
    });
    // one long label among short ones leaves a hole
    ends[1] = 5;
    expect(item(purgedFolds({ starts, ends }, 3, 1), 1).train).toEqual([
      { from: 0, to: 1 },
      { from: 11, to: 12 },
    ]);
    ends[0] = 11;
    expect(item(purgedFolds({ starts, ends }, 2, 0), 1).train).toEqual([{ from: 1, to: 4 }]);
    expect(item(purgedFolds({ starts, ends }, 2, 0), 0).train).toEqual([]);
  });

  it('refuse what is no order of time, and folds that are none', () => {
    const times = { starts: [1, 2, 3, 4], ends: [2, 3, 4, 5] };
    expect(() => purgedFolds(times, 1, 0)).toThrow('number of folds must be an integer from 2 on, got 1');
    expect(() => purgedFolds(times, 5, 0)).toThrow('4 samples make no 5 folds');
    expect(() => purgedFolds(times, 2, -1)).toThrow('the embargo must be a time of at least 0, got -1');
    expect(() => purgedFolds(times, 2, NaN)).toThrow('got NaN');
    expect(() => purgedFolds({ ...times, ends: [2, 3] }, 2, 0)).toThrow('4 samples have 2 ends of their labels');
    expect(() => purgedFolds({ ...times, starts: [1, 3, 2, 4] }, 2, 0)).toThrow('sample 2 starts at 2, before the one at 3');
    expect(() => purgedFolds({ ...times, ends: [2, 3, 2, 5] }, 2, 0)).toThrow(
      'label of sample 2 ends at 2, before it begins at 3',
    );
    expect(() => purgedFolds({ ...times, ends: [2, NaN, 4, 5] }, 2, 0)).toThrow(
      'end of the label of sample 1 must be finite, got NaN',
    );
  });
});
