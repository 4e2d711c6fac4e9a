import { describe, expect, it } from '@jest/globals';
import { isFound, sortingIn, sortingText, type Column } from './column.ts';

describe('how a table is sorted', () => {
  it('is what its link says, else what it begins with', () => {
    expect(sortingIn('-close', ['symbol', 'close'], 'symbol')).toEqual([{ id: 'close', desc: true }]);
    expect(sortingIn('nothing', ['symbol', 'close'], 'symbol')).toEqual([{ id: 'symbol', desc: false }]);
    expect(sortingIn(undefined, ['symbol'], undefined)).toEqual([]);
  });

  it('is said back to the link', () => {
    expect(sortingText([{ id: 'close', desc: true }])).toBe('-close');
    expect(sortingText([])).toBeUndefined();
  });
});

describe('a search', () => {
  const columns: readonly Column<{ a: string; b: number }>[] = [
    { id: 'a', title: 'A', value: ({ a }) => a },
    { id: 'b', title: 'B', value: ({ b }) => b },
  ];
  it.each([
    ['aap', true],
    ['AAPL 12', true],
    ['msft', false],
    ['  ', true],
  ])('for %j', (search, found) => {
    expect(isFound({ a: 'AAPL', b: 12 }, columns, search)).toBe(found);
  });
});
