import { describe, expect, it } from '@jest/globals';
import { isFound, sortedRows, sortingIn, sortingText, type Column } from './column.ts';

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

describe('the order of rows', () => {
  const columns: readonly Column<{ a: string; b: number }>[] = [
    { id: 'a', title: 'A', value: ({ a }) => a },
    { id: 'b', title: 'B', value: ({ b }) => b },
  ];
  const rows = [
    { a: 'y', b: 2 },
    { a: 'x', b: 10 },
    { a: 'z', b: 2 },
  ];
  const names = (sorting: Parameters<typeof sortedRows>[2]): string =>
    sortedRows(rows, columns, sorting)
      .map(({ a }) => a)
      .join('');

  it('is that of a column, and of those that are alike that in which they came', () => {
    expect(names({ id: 'a', desc: false })).toBe('xyz');
    expect(names({ id: 'b', desc: false })).toBe('yzx');
    expect(names({ id: 'b', desc: true })).toBe('xyz');
  });

  it('is as they came where no column is said', () => {
    expect([names(undefined), names({ id: 'nothing', desc: false })]).toEqual(['yxz', 'yxz']);
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
