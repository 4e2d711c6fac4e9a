import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';

/*
 * Reference data: real bars, and the figures that papers and other programs published. It is kept beside the checkout and never in it.
 *
 * 1. Where it is missing, what it was needed for is left out and named, and the tests pass all the same.
 * 2. Where AITRADER_REFERENCE is `required`, as `.ci/run` sets it, what was left out fails.
 */

const FOLDER = path.resolve(import.meta.dirname, '../../../shared');

/** Where a part of the reference data is, or would be. */
export const referencePath = (...parts: readonly string[]): string => path.join(FOLDER, ...parts);

/** Says that something was left out for want of a file or folder; fails where that has to be there. */
export function leaveOut(what: string, source: string): void {
  console.warn(`left out, for want of ${source}: ${what}`);
  expect({ source, reference: process.env['AITRADER_REFERENCE'] }).not.toEqual({ source, reference: 'required' });
}

/** Declares specs that need a file or folder; where it is missing, one in their place that says so. */
export function withReference(source: string, what: string, declare: () => void): void {
  if (existsSync(source)) declare();
  else it(`${what} (left out: the reference data is not there)`, () => leaveOut(what, source));
}

/** A single spec that needs a file or folder. */
export const itAgainst = (source: string, name: string, test: () => void | Promise<void>): void =>
  withReference(source, name, () => it(name, test));
