import { gzipSync } from 'node:zlib';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { columnOf, indexColumnOf, numbersOf, readSeriesTable, seriesTable, stepsOf, textsOf } from './series-file.ts';

const table = (...lines: string[]) => seriesTable('data.csv', `${lines.join('\n')}\n`);

describe('a plain series', () => {
  it('is read as it is, packed or not', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'series-'));
    try {
      const text = '\uFEFF"year","flow"\r\n1871,1.5e3\r\n1872,-.25\r\n';
      for (const [name, bytes] of [
        ['a.csv', Buffer.from(text)],
        ['a.csv.gz', gzipSync(text)],
      ] as const) {
        writeFileSync(path.join(folder, name), bytes);
        const read = await readSeriesTable(path.join(folder, name));
        expect(numbersOf(read, 'flow')).toEqual(Float64Array.of(1500, -0.25));
      }
      writeFileSync(path.join(folder, 'cut.gz'), gzipSync(text).subarray(0, 20));
      await expect(readSeriesTable(path.join(folder, 'cut.gz'))).rejects.toThrow('cannot be unpacked');
      await expect(readSeriesTable(path.join(folder, 'none.csv'))).rejects.toThrow('none.csv: does not exist');
      await expect(readSeriesTable(folder)).rejects.toThrow(/: is a folder$/);
      for (const [content, looks] of [
        ['{"y":[1,2]}', 'looks like JSON'],
        ['y\n1\n\u0000', 'is a binary file'],
        ['', 'is empty'],
      ] as const) {
        writeFileSync(path.join(folder, 'other.csv'), content);
        const says = `other.csv: ${looks}, and a series is read from CSV`;
        await expect(readSeriesTable(path.join(folder, 'other.csv'))).rejects.toThrow(says);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has missing cells: blank, NA and NaN', () => {
    const one = table('y', '1', '', 'NA', 'nan', '2');
    expect(numbersOf(one, 'y')).toEqual(Float64Array.of(1, NaN, NaN, NaN, 2));
  });

  it('is the only column of numbers beside an index, a date or text', () => {
    expect(columnOf(table('year,flow', '1,5', '2,4'), undefined, undefined)).toBe('flow');
    expect(columnOf(table('date,name,y', '2020-01-01,a,5', '2020-01-02,b,4'), undefined, undefined)).toBe('y');
    expect(columnOf(table('y', '1', '2'), undefined, undefined)).toBe('y');
    expect(columnOf(table('a,t,y', 'x,1,5', 'y,2,4'), undefined, 't')).toBe('y');
    expect(columnOf(table('a,b', '2,5', '1,4'), 'b', undefined)).toBe('b');
    expect(indexColumnOf(table('year,flow', '1,5'), 'flow')).toBe('year');
    expect(indexColumnOf(table('flow,x', '1,5'), 'flow')).toBeUndefined();
    expect(textsOf(table('"a ""b"", c",y', '"1, 2",3'), 'a "b", c')).toEqual(['1, 2']);
  });

  it('says which column is meant when that is not clear', () => {
    expect(() => columnOf(table('a,b', '2,5', '1,4'), undefined, undefined)).toThrow('several columns hold numbers: a, b');
    // a column of numbers with one bad cell is not passed over for another one
    expect(() => columnOf(table('a,b', 'x,5', '1,4'), undefined, undefined)).toThrow('several columns');
    expect(() => columnOf(table('a', 'x'), undefined, undefined)).toThrow('no column holds numbers');
    expect(() => columnOf(table('a,b', '1,2'), 'c', undefined)).toThrow('data.csv: there is no column "c": it has a, b');
    expect(() => columnOf(table('a,a', '1,2'), 'a', undefined)).toThrow('two columns are called "a"');
  });

  it('is refused by file, line, column and value', () => {
    expect(() => numbersOf(table('y', '1', '2x'), 'y')).toThrow('data.csv:3: y "2x" is no decimal number');
    expect(() => numbersOf(table('y', 'inf'), 'y')).toThrow('data.csv:2: y "inf"');
    expect(() => numbersOf(table('y', '1e999'), 'y')).toThrow('data.csv:2: y "1e999"');
    expect(() => numbersOf(table('y', '0x10'), 'y')).toThrow('data.csv:2: y "0x10"');
    expect(() => table('a,b', '1,2', '3')).toThrow('data.csv:3: 1 fields, and the header has 2');
    expect(() => table('a', '"1')).toThrow('data.csv:2: a quote');
    expect(() => table('a')).toThrow('no rows');
    expect(() => table('1.5', '2')).toThrow('data.csv:1: the header names the columns, and 1.5 is a number');
  });

  it('has steps of its times: numbers as they are, dates and instants in days', () => {
    expect(stepsOf(table('t,y', '0.5,1', '1,1', '3,1'), 't')).toEqual(Float64Array.of(0.5, 2));
    expect(stepsOf(table('t,y', '2020-02-28,1', '2020-03-01,1'), 't')).toEqual(Float64Array.of(2));
    expect(stepsOf(table('t,y', '20200228,1', '20200301,1'), 't')).toEqual(Float64Array.of(2));
    expect(stepsOf(table('t,y', '2020-02-28T00:00Z,1', '2020-02-28 06:00,1'), 't')).toEqual(Float64Array.of(0.25));
    expect(stepsOf(table('t,y', '20200228,1', '20200299,1'), 't')).toEqual(Float64Array.of(71));
    expect(() => stepsOf(table('t,y', '2,1', '2,1'), 't')).toThrow('data.csv:3: t "2" does not come after');
    expect(() => stepsOf(table('t,y', '1,1', ',1'), 't')).toThrow('data.csv:3: t is missing');
    expect(() => stepsOf(table('t,y', '2020-01-01,1', 'soon,1'), 't')).toThrow('data.csv:2: t "2020-01-01" is no decimal number');
  });
});
