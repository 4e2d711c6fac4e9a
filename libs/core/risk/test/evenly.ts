import fc from 'fast-check';

const STEPS = 1_000_000;

/** A number from min to max, each as likely, both included. Of all doubles of a range that has 0 nearly all are next to nothing, and tell nothing apart. */
export const evenly = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: STEPS }).map((step) => min + ((max - min) * step) / STEPS);
