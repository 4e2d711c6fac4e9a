import { describe, expect, it } from '@jest/globals';
import { LiveTable } from './live-table.ts';

const keys = (rows: readonly { readonly key: string }[]): readonly string[] => rows.map(({ key }) => key);

describe('a table of rows that follow from places in a recording', () => {
  it('tells what follows from behind a place, the last change at the end', () => {
    const table = new LiveTable<{ key: string; n: number }>(10);
    table.put({ key: 'a', n: 1 }, 5);
    table.put({ key: 'b', n: 1 }, 6);
    table.put({ key: 'a', n: 2 }, 9);
    expect(table.since(0)).toEqual([
      { key: 'b', n: 1 },
      { key: 'a', n: 2 },
    ]);
    expect(keys(table.since(6))).toEqual(['a']);
    expect(table.since(9)).toEqual([]);
  });

  it('forgets the rows that changed first when there are more than it keeps', () => {
    const table = new LiveTable<{ key: string }>(2);
    for (const [seq, key] of ['a', 'b', 'a', 'c'].entries()) table.put({ key }, seq + 1);
    expect(keys(table.since(0))).toEqual(['a', 'c']);
    expect(table.get('b')).toBeUndefined();
  });

  it('keeps what is not over as long as another row can go', () => {
    const table = new LiveTable<{ key: string; over: boolean }>(2, ({ over }) => over);
    table.put({ key: 'open', over: false }, 1);
    for (const [n, key] of ['a', 'b', 'c'].entries()) table.put({ key, over: true }, n + 2);
    expect(keys(table.since(0))).toEqual(['open', 'c']);
    table.put({ key: 'c', over: false }, 9);
    table.put({ key: 'd', over: false }, 10);
    expect(keys(table.since(0))).toEqual(['c', 'd']);
  });
});
