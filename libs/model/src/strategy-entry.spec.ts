import { describe, expect, it } from '@jest/globals';
import { entryOf, problemsOfEntry, type ParameterRule, type StrategyCatalogue } from './strategy-entry.ts';

const rule = (usual: number, more: Partial<ParameterRule> = {}): ParameterRule => ({
  ...{ what: 'bars', usual, min: 1, max: 10, isWhole: true, isWindow: true },
  ...more,
});
const CATALOGUE: StrategyCatalogue = { cross: { fast: rule(2), slow: rule(5, { isWhole: false }) } };
const problems = (kind: string, parameters: Readonly<Record<string, number>>): readonly string[] =>
  problemsOfEntry({ name: 'mine', kind, parameters }, CATALOGUE).map(
    ({ field, value, expected }) => `${field}: ${expected}, not ${String(value)}`,
  );

describe('a strategy of a configuration', () => {
  it('is right where its kind is known and each parameter is there and what it may be', () => {
    expect(problems('cross', { fast: 1, slow: 9.5 })).toEqual([]);
  });

  it.each<[kind: string, parameters: Readonly<Record<string, number>>, found: readonly string[]]>([
    ['other', {}, ['kind: one of cross, not other']],
    ['toString', {}, ['kind: one of cross, not toString']],
    ['cross', { fast: 1 }, ['parameters.slow: a number from 1 to 10, not undefined']],
    [
      'cross',
      { fast: 1.5, slow: 0.9 },
      ['parameters.fast: a whole number from 1 to 10, not 1.5', 'parameters.slow: a number from 1 to 10, not 0.9'],
    ],
    [
      'cross',
      { fast: 11, slow: NaN },
      ['parameters.fast: a whole number from 1 to 10, not 11', 'parameters.slow: a number from 1 to 10, not NaN'],
    ],
    ['cross', { fast: 1, slow: 1, medium: 1 }, ['parameters.medium: one of fast, slow, not medium']],
  ])('of the kind %s with %j is not', (kind, parameters, found) => {
    expect(problems(kind, parameters)).toEqual(found);
  });

  it('has the usual value of what it is silent about, and keeps what it says', () => {
    expect(entryOf({ name: 'mine', kind: 'cross', parameters: { slow: 7 } }, CATALOGUE).parameters).toEqual({ fast: 2, slow: 7 });
    expect(entryOf({ name: 'mine', kind: 'other', parameters: { slow: 7 } }, CATALOGUE).parameters).toEqual({ slow: 7 });
  });
});
