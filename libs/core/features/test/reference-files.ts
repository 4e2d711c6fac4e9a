import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@jest/globals';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';

const REFERENCE = referencePath('numeric/08_indicators');
/** Of the sources that print all digits. */
export const TOLERANCE = 1e-8;

interface OpeningRangeOfDay {
  readonly high: number;
  readonly low: number;
  readonly first_close_above: string | null;
  readonly first_close_below: string | null;
}

/** What `expected.json` holds, as far as the specs read it. */
export interface Expected {
  readonly rsi_stockcharts: Readonly<Record<'closes_2dp' | 'expected_2dp' | 'expected_2dp_from_index_14', readonly number[]>>;
  readonly skender_vwap_intraday_published: Readonly<Record<string, number>>;
  readonly opening_range_and_vwap_SPY_1m: Readonly<
    Record<string, Readonly<Record<string, OpeningRangeOfDay>> & { readonly rth_vwap_hlc3: number }>
  >;
}

export type Row = Readonly<Record<string, string>>;

const text = (name: string): string => readFileSync(path.join(REFERENCE, name), 'utf8').replace(/^\uFEFF/, '');
export function json<Content>(name: string): Content {
  const content: unknown = JSON.parse(text(name));
  return content as Content;
}

export function csv(name: string): Row[] {
  const [header = '', ...lines] = text(name).trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell])));
}

/** A cell that the reference leaves empty stands for a value that is not known yet. */
export const numberOf = (cell: unknown): number => (cell === null || cell === undefined || cell === '' ? NaN : Number(cell));
export const column = (rows: readonly Row[], name: string): number[] => {
  expect(rows[0]).toHaveProperty([name]);
  return rows.map((row) => numberOf(row[name]));
};
export const known = (values: readonly number[]): number => values.filter((value) => !Number.isNaN(value)).length;

/** The same numbers, known at the same places; `count` says how many, so that an empty column cannot pass. */
export function expectSame(actual: readonly number[], expected: readonly number[], count: number, tolerance = TOLERANCE): void {
  expect(actual).toHaveLength(expected.length);
  expect(known(expected)).toBe(count);
  expect(actual.map((value, i) => [i, value, expected[i]]).filter(([, a = NaN, b = NaN]) => differ(a, b, tolerance))).toEqual([]);
}

/** The same wherever the reference has a number: it leaves the first ones out, or has something else there. */
export function expectSameWhereKnown(
  actual: readonly number[],
  expected: readonly number[],
  count: number,
  tolerance = TOLERANCE,
): void {
  expectSame(
    actual.map((value, i) => (Number.isNaN(expected[i]) ? NaN : value)),
    expected,
    count,
    tolerance,
  );
}

const differ = (a: number, b: number, tolerance: number): boolean =>
  Number.isNaN(a) !== Number.isNaN(b) || Math.abs(a - b) > tolerance;

/** Declares specs of the published results, see `withReference`. */
export const withReferenceResults = (declare: () => void): void =>
  withReference(REFERENCE, 'reproduces the published reference results', declare);
