import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { barsOf, writtenFiles } from '../testing/written-files.ts';
import { HEAD_BYTES } from './file-bytes.ts';

// Text in UTF-16, as terminals and spreadsheets on Windows write it. The prices are made up.

const { load, refusal } = writtenFiles();

const little = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
const big = (text: string): Buffer => little(text).swap16();

const ROWS = 3_000;
const minute = (row: number): string => new Date(Date.UTC(2024, 0, 2, 14, 30) + row * 60_000).toISOString();
const TABLE = ['timestamp,open,high,low,close,volume,Börse €']
  .concat(Array.from({ length: ROWS }, (_, row) => `${minute(row)},10,11,9,10.5,${row},𝔛`))
  .join('\r\n');
const RECORDS = JSON.stringify([0, 1, 2].map((row) => ({ t: minute(row), o: 10, h: 11, l: 9, c: 10.5, v: row, n: 1, vw: 10 })));

describe.each([
  ['little-endian', little],
  ['big-endian', big],
])('text in UTF-16, %s', (_, encoded) => {
  it('is the table that it would be in UTF-8, also packed, far beyond the first bytes', async () => {
    const expected = barsOf(await load('AAPL.csv', TABLE, { stamp: 'start' }));
    expect(expected).toHaveLength(ROWS);
    expect(encoded(TABLE).length).toBeGreaterThan(8 * HEAD_BYTES);
    for (const bytes of [encoded(TABLE), gzipSync(encoded(TABLE))])
      expect(barsOf(await load('AAPL.csv', bytes, { stamp: 'start' }))).toEqual(expected);
  });

  it('is JSON, too', async () => {
    const expected = barsOf(await load('AAPL.json', RECORDS, { stamp: 'start' }));
    expect(expected).toHaveLength(3);
    expect(barsOf(await load('AAPL.json', encoded(RECORDS), { stamp: 'start' }))).toEqual(expected);
  });

  it('names the line of what is wrong as in UTF-8', async () => {
    const wrong = TABLE.replace(',10.5,2000,', ',abc,2000,');
    const expected = await refusal('AAPL.csv', wrong, { stamp: 'start' });
    expect(expected).toMatch(/^AAPL\.csv:2002: close "abc"/);
    expect(await refusal('AAPL.csv', encoded(wrong), { stamp: 'start' })).toBe(expected);
  });

  it('is refused when it is cut within a character', async () => {
    expect(await refusal('AAPL.csv', encoded(TABLE).subarray(0, -1), { stamp: 'start' })).toBe(
      'AAPL.csv: is text in UTF-16 that is damaged or cut off',
    );
  });

  it('is called what it is when it holds no bars', async () => {
    expect(await refusal('page.csv', encoded('<!doctype html>\n'))).toMatch(/^page\.csv: looks like XML or HTML/);
    expect(await refusal('session.csv', encoded('ts,open\n\u001b[2J'))).toMatch(/^session\.csv: is a binary file/);
  });
});
