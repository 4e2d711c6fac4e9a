import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Bar, FEATURES, featureNamed, length, outputsOf, series } from '../test/features-under-test.ts';

/** A fixed series that rises, falls and jumps, so that every cut point can be tried. */
const FIXED: readonly Bar[] = Array.from({ length: 60 }, (_, i) => {
  const close = 100 + 7 * Math.sin(i / 5) + ((i * 37) % 11) / 10 + (i > 40 ? 25 : 0);
  return { close, high: close + ((i * 13) % 7) / 10, low: close - ((i * 17) % 5) / 10, volume: (i * 7919) % 1000 };
});
const COPIES = {
  'the serialisation of V8': (state: unknown) => deserialize(serialize(state)),
  'a structured clone': structuredClone,
};

type Values = readonly (number | undefined)[];
/** Equal to the bit: NaN is NaN, and 0 is not −0. */
const sameBits = (actual: Values, expected: Values | undefined): boolean =>
  actual.length === expected?.length && actual.every((value, i) => Object.is(value, expected[i]));
/** The bytes of a state's second copy: V8 may write the same number in two ways before it has read it back. */
const bytesOf = (state: unknown): string => serialize(deserialize(serialize(state))).toString('base64');

describe.each(Object.keys(FEATURES))('%s, like every feature', (name) => {
  const feature = featureNamed(name);

  it('gives a slot what its own bars give, whatever the others get and however it grew', () => {
    fc.assert(
      fc.property(length, series, series, (size, mine, others) => {
        const alone = outputsOf(name, size, mine);
        const started = feature.start(size, 2);
        mine.forEach((one, index) => {
          const other = others[index % others.length] ?? one;
          started.update(0, other, index);
          if (index === 7) started.grow(5);
          started.update(1, one, index);
          if (index > 7) started.update(2, other, index);
          if (!sameBits(started.read(1), alone[index])) throw new Error(`other values at bar ${index}`);
        });
      }),
      { numRuns: 40 },
    );
  });

  it.each(Object.entries(COPIES))('goes on from %s, taken after any bar, to the same bits', (_name, copy) => {
    for (const size of [1, 2, 5, 14]) {
      const whole = outputsOf(name, size, FIXED);
      const started = feature.start(size, 1);
      const wrong = FIXED.filter((bar, cut) => {
        const restored = started.goOn(copy(started.state));
        started.update(0, bar, cut);
        return !FIXED.slice(cut).every((later, i) => {
          restored.update(0, later, cut + i);
          return sameBits(restored.read(0), whole[cut + i]);
        });
      });
      expect(wrong).toEqual([]);
    }
  });

  it('is stored as the same bytes whether it was ever restored or not', () => {
    fc.assert(
      fc.property(length, series, fc.nat(120), (size, bars, at) => {
        const whole = feature.start(size, 1);
        let restored = feature.start(size, 1);
        bars.forEach((one, index) => {
          if (index === at) restored = restored.goOn(deserialize(serialize(restored.state)));
          whole.update(0, one, index);
          restored.update(0, one, index);
        });
        expect(bytesOf(restored.state)).toBe(bytesOf(whole.state));
      }),
      { numRuns: 40 },
    );
  });

  it('says nothing that is not a number, and NaN only as long as it is not ready', () => {
    const outputs = outputsOf(name, 3, FIXED);
    const first = outputs.findIndex((values) => values.every((value) => !Number.isNaN(value)));
    expect(first).toBeLessThan(20);
    outputs.slice(first).forEach((values) => expect(values.every(Number.isFinite)).toBe(true));
  });

  it('refuses a slot that it has no room for', () => {
    expect(() => feature.start(2, 1).update(1, { high: 2, low: 1, close: 1, volume: 1 }, 0)).toThrow(RangeError);
  });
});

describe('a length', () => {
  it('must be a whole number of bars, whatever it is the length of', () => {
    for (const name of Object.keys(FEATURES).filter((feature) => feature !== 'VWAP')) {
      for (const bars of [0, -1, 1.5, NaN, Infinity]) expect(() => featureNamed(name).start(bars, 1)).toThrow(RangeError);
    }
  });
});
