import { describe, expect, it } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import { parquetReadObjects } from 'hyparquet';
import { zstdDecompressSync } from 'node:zlib';
import { arrowOf, csvOf, objectsOf, parquetOf, rowsOf, type Table } from './table.ts';

const T = Date.UTC(2024, 6, 2, 14, 30);
const TABLE: Table = {
  ...{ name: 'some', what: 'some rows' },
  columns: [
    { name: 'at', type: 'time', what: 'when', values: [T, null] },
    { name: 'note', type: 'text', what: 'free text', values: ['a "quoted", one', null] },
    { name: 'value', type: 'number', what: 'dollars', values: [-0.25, null] },
  ],
};

describe('a table', () => {
  it('is CSV by RFC 4180, what is absent empty', () => {
    expect(csvOf(TABLE)).toBe('at,note,value\r\n2024-07-02T14:30:00.000Z,"a ""quoted"", one",-0.25\r\n,,\r\n');
  });

  it('is JSON, an object a row', () => {
    expect(objectsOf(TABLE)).toEqual([
      { at: '2024-07-02T14:30:00.000Z', note: 'a "quoted", one', value: -0.25 },
      { at: null, note: null, value: null },
    ]);
    expect(rowsOf(TABLE)).toBe(2);
  });

  it('is Parquet and Arrow, with timestamps, and reads as it was', async () => {
    const bytes = parquetOf(TABLE);
    const compressors = { ZSTD: (input: Uint8Array): Uint8Array => zstdDecompressSync(input) };
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    expect(await parquetReadObjects({ file, compressors })).toEqual([
      { at: new Date(T), note: 'a "quoted", one', value: -0.25 },
      { at: null, note: null, value: null },
    ]);
    const arrow = tableFromIPC(await arrowOf(TABLE));
    expect(arrow.toArray().map((row) => ({ ...row.toJSON() }))).toEqual([
      { at: T, note: 'a "quoted", one', value: -0.25 },
      { at: null, note: null, value: null },
    ]);
    expect(String(arrow.schema.fields[0]?.type)).toMatch(/^Timestamp/);
  });

  it('of no row has its columns all the same', async () => {
    const none = { ...TABLE, columns: TABLE.columns.map((column) => ({ ...column, values: [] })) };
    expect(csvOf(none)).toBe('at,note,value\r\n');
    expect(objectsOf(none)).toEqual([]);
    expect(parquetOf(none).length).toBeGreaterThan(0);
    expect(tableFromIPC(await arrowOf(none)).numRows).toBe(0);
  });
});
