import { describe, expect, it } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { barsOf, lines, writtenFiles } from '../testing/written-files.ts';
import { checkBarFiles } from './check-bar-files.ts';

// Parquet, gzip and zip: right readings, to the bar, and broken variants with the right errors. The prices are made up.

const { write, load, refusal } = writtenFiles();

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];
const parquet = (columnData: Columns, rowGroupSize = 100): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({ columnData, rowGroupSize, codec: 'ZSTD', compressors: { ZSTD: (input) => zstdCompressSync(input) } }),
  );
const VALUES: Columns = [
  { name: 'Open', data: [10, 10, 10], type: 'DOUBLE' },
  { name: 'High', data: [11, 11, 11], type: 'DOUBLE' },
  { name: 'Low', data: [9, 9, 9], type: 'DOUBLE' },
  { name: 'Close', data: [10.5, 10.6, 10.7], type: 'DOUBLE' },
  { name: 'Volume', data: [100n, 110n, 120n], type: 'INT64' },
];
const STARTS = [0, 1, 2].map((minute) => new Date(Date.UTC(2024, 0, 2, 14, 30 + minute)));
const BARS = [
  '2024-01-02T14:31 10 11 9 10.5 100 AAPL',
  '2024-01-02T14:32 10 11 9 10.6 110 AAPL',
  '2024-01-02T14:33 10 11 9 10.7 120 AAPL',
];

describe('Parquet', () => {
  it('has columns by name, in row groups, packed by zstd', async () => {
    const columns: Columns = [
      { name: 'symbol', data: ['AAPL', 'aapl', 'AAPL'].fill('aapl'), type: 'STRING' },
      { name: 'timestamp', data: STARTS, type: 'TIMESTAMP' },
      ...VALUES,
    ];
    for (const size of [100, 2]) {
      const loaded = await load('x y.parquet', parquet(columns, size), { stamp: 'start' });
      expect(barsOf(loaded)).toEqual(BARS);
      expect(loaded.files).toMatchObject([{ shape: 'Parquet, columns by name', adjustment: 'unknown', symbol: undefined }]);
    }
    expect(await refusal('x.parquet', parquet(columns))).toMatch(
      /^x\.parquet: row group 1, row 2: timestamp "2024-01-02T14:31:00.000Z" may be the start or the end/,
    );
  });

  it.each([
    ['GZIP', (input: Uint8Array) => gzipSync(input)],
    ['BROTLI', (input: Uint8Array) => brotliCompressSync(input)],
  ] as const)('is packed by %s, too', async (codec, pack) => {
    const columnData: Columns = [{ name: 'timestamp', data: STARTS, type: 'TIMESTAMP' }, ...VALUES];
    const bytes = parquetWriteBuffer({ columnData, codec, compressors: { [codec]: pack } });
    expect(barsOf(await load('AAPL.parquet', new Uint8Array(bytes), { stamp: 'start' }))).toEqual(BARS);
  });

  it('has numbers of single precision as the decimals that they were', async () => {
    const columns: Columns = [
      { name: 'timestamp', data: STARTS, type: 'TIMESTAMP' },
      ...VALUES.map((column) => (column.name === 'Close' ? { ...column, type: 'FLOAT' as const } : column)),
    ];
    expect(Math.fround(10.6)).not.toBe(10.6);
    expect(barsOf(await load('AAPL.parquet', parquet(columns), { stamp: 'start' }))).toEqual(BARS);
  });

  it('has columns of two levels, as pandas names those of yfinance', async () => {
    const of = (ticker: string): Columns => VALUES.map((column) => ({ ...column, name: `('${column.name}', '${ticker}')` }));
    const time: Columns = [{ name: 'Datetime', data: STARTS, type: 'TIMESTAMP' }];
    const loaded = await load('x y.parquet', parquet([...time, ...of('AAPL'), ...of('MSFT')]));
    expect(barsOf(loaded)).toEqual(BARS.flatMap((bar) => [bar, bar.replace('AAPL', 'MSFT')]));
    expect(loaded.files).toMatchObject([{ shape: 'yfinance download', adjustment: 'all' }]);
    expect(await refusal('x y.parquet', parquet([...time, ...of('AAPL').slice(1)]))).toMatch(
      /open is missing; the columns are Datetime/,
    );
  });

  it('takes the symbol of the folder that tables are parted into', async () => {
    const table = parquet([{ name: 'timestamp', data: STARTS, type: 'TIMESTAMP' }, ...VALUES]);
    mkdirSync(path.dirname(write('a file beside it', '')) + '/symbol=AAPL');
    expect(barsOf(await load('symbol=AAPL/0-part.parquet', table, { stamp: 'start' }))).toEqual(BARS);
  });

  it('has times as integers, dates or text, too', async () => {
    const times: Columns = [
      { name: 'unix', data: STARTS.map((start) => BigInt(start.getTime()) * 1_000_000n), type: 'INT64' },
      { name: 'datetime', data: STARTS.map((start) => start.toISOString()), type: 'STRING' },
    ];
    for (const time of times)
      expect(barsOf(await load('aapl.parquet', parquet([time, ...VALUES]), { stamp: 'start' }))).toEqual(BARS);
    const dates = ['2024-01-02', '2024-01-03', '2024-01-04'];
    const days = await load('AAPL.parquet', parquet([{ name: 'Date', data: dates, type: 'STRING' }, ...VALUES]));
    expect(barsOf(days)[0]).toBe('2024-01-02T21:00 10 11 9 10.5 100 AAPL');
  });

  it('has local timestamps where they are not adjusted to UTC, and needs their zone', async () => {
    const local = {
      name: 'timestamp',
      type: 'INT64',
      repetition_type: 'REQUIRED',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' },
    } as const;
    const columns = VALUES.map(({ name, type = 'DOUBLE' }) => ({ name, type, repetition_type: 'REQUIRED' }) as const);
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'timestamp', data: STARTS.map((start) => BigInt(start.getTime() - 5 * 3_600_000) * 1000n) },
        ...VALUES.map(({ name, data }) => ({ name, data })),
      ],
      schema: [{ name: 'root', num_children: 6 }, local, ...columns] as NonNullable<
        Parameters<typeof parquetWriteBuffer>[0]['schema']
      >,
    });
    const content = new Uint8Array(bytes);
    const loaded = await load('AAPL.parquet', content, { stamp: 'start', timeZone: 'America/New_York' });
    expect(barsOf(loaded)).toEqual(BARS);
    expect(await refusal('AAPL.parquet', content, { stamp: 'start' })).toBe(
      'AAPL.parquet: row group 1, row 1: timestamp "2024-01-02T09:30:00.000" is a time of no zone: say of which with --time-zone, such as America/New_York or UTC',
    );
  });

  it('is refused by row group and row', async () => {
    const time: Columns[number] = { name: 'timestamp', data: STARTS, type: 'TIMESTAMP' };
    const negative = VALUES.map((column) => (column.name === 'Low' ? { ...column, data: [9, 9, -9] } : column));
    expect(await refusal('AAPL.parquet', parquet([time, ...negative], 2), { stamp: 'start' })).toBe(
      'AAPL.parquet: row group 2, row 1: low "-9" is not a positive price',
    );
    expect(await refusal('AAPL.parquet', parquet([time, ...VALUES.slice(1)]))).toBe(
      'AAPL.parquet: open is missing; the columns are timestamp, High, Low, Close, Volume',
    );
    expect(await refusal('AAPL.parquet', parquet([time, ...VALUES]).subarray(0, 200))).toMatch(
      /^AAPL\.parquet: is a Parquet file that cannot be read: /,
    );
    expect(await refusal('some bars.parquet', parquet([time, ...VALUES]))).toMatch(/--symbol AAPL$/);
  });

  it('has rows without prices, which are no bars', async () => {
    const empty = VALUES.map((column) => ({
      ...column,
      data: [...column.data].map((value, i): unknown => (i === 1 ? null : value)),
      nullable: true,
    }));
    const loaded = await load('AAPL.parquet', parquet([{ name: 'timestamp', data: STARTS, type: 'TIMESTAMP' }, ...empty]), {
      stamp: 'start',
      timeframe: '1m',
    });
    expect([barsOf(loaded), loaded.files[0]?.emptyRows]).toEqual([[BARS[0], BARS[2]], 1]);
  });
});

/** An archive of these files, as they are or deflated; `comment` stands behind its directory. */
function zip(files: Readonly<Record<string, string | Uint8Array>>, { isDeflated = true, comment = '' } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = isDeflated ? deflateRawSync(bytes) : bytes;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(isDeflated ? 8 : 0, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    parts.push(Buffer.from('PK\u0003\u0004', 'latin1'), common, Buffer.from(name), packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), common, rest, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(files).length, 4);
  end.writeUInt16LE(Object.keys(files).length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...parts, listed, Buffer.from('PK\u0005\u0006', 'latin1'), end, Buffer.from(comment)]);
}

const YAHOO = 'Date,Open,High,Low,Close,Adj Close,Volume';
const days = (close: number): string => lines(YAHOO, `2024-01-02,10,20,9,${close},1,100`, `2024-01-03,10,20,9,${close},1,110`);
const ALPACA = JSON.stringify({ bars: { NVDA: [{ t: '2024-01-02T05:00:00Z', o: 10, h: 11, l: 9, c: 10.5, v: 100 }] } });

describe('a zip archive', () => {
  it('holds files of several shapes, each called by its name', async () => {
    const files = {
      'data/AAPL.csv': days(11),
      'data/': '',
      '__MACOSX/data/._AAPL.csv': 'x',
      'msft.csv': days(12),
      'more.json': ALPACA,
    };
    for (const isDeflated of [true, false]) {
      const loaded = await load('archive.zip', zip(files, { isDeflated, comment: 'made by hand' }));
      expect(barsOf(loaded)).toEqual([
        '2024-01-02T21:00 10 20 9 11 100 AAPL',
        '2024-01-02T21:00 10 20 9 12 100 MSFT',
        '2024-01-02T21:00 10 11 9 10.5 100 NVDA',
        '2024-01-03T21:00 10 20 9 11 110 AAPL',
        '2024-01-03T21:00 10 20 9 12 110 MSFT',
      ]);
      expect(loaded.files.map(({ shape }) => shape)).toEqual(['Yahoo Finance history', 'Yahoo Finance history', 'Alpaca bars']);
      expect(loaded.sources).toMatchObject([
        { name: 'archive.zip', shape: 'Yahoo Finance history, Alpaca bars', adjustment: 'unknown' },
      ]);
    }
  });

  it('may hold Parquet', async () => {
    const table = parquet([{ name: 'timestamp', data: STARTS, type: 'TIMESTAMP' }, ...VALUES]);
    expect(barsOf(await load('x.zip', zip({ 'AAPL.parquet': table }), { stamp: 'start' }))).toEqual(BARS);
  });

  it('is looked at before it is loaded', async () => {
    const archive = zip({ 'AAPL.csv': days(11) });
    const looked = await checkBarFiles([write('x.zip', archive)]);
    expect([looked.bytes, looked.files.map(({ shape }) => shape)]).toEqual([archive.length, ['Yahoo Finance history']]);
    await expect(checkBarFiles([write('x.zip', zip({ 'AAPL.csv': days(-1) }))])).rejects.toThrow(
      /AAPL\.csv:2: close "-1" is not a positive price$/,
    );
  });

  it('is refused by the file in it that is wrong', async () => {
    expect(await refusal('x.zip', zip({ 'a/AAPL.csv': days(11), 'a/MSFT.csv': days(21) }))).toBe('taken');
    expect(await refusal('x.zip', zip({ 'a/AAPL.csv': days(11), 'a/AAPL-2.csv': `${YAHOO}\nx\n` }))).toMatch(
      /^x\.zip\/a\/AAPL-2\.csv:2: "1" is the number of fields/,
    );
    expect(await refusal('x.zip', zip({ 'readme.txt': 'hello\n' }))).toMatch(
      /^x\.zip\/readme\.txt:1: ts is missing; the header has hello$/,
    );
    expect(await refusal('x.zip', zip({ 'a.csv.gz': gzipSync(days(11)) }))).toBe(
      'x.zip/a.csv.gz: is packed twice (gzip): unpack it',
    );
    expect(await refusal('x.zip', zip({ '[Content_Types].xml': '<x/>' }))).toBe(
      'x.zip: is a spreadsheet or another document: save its table as CSV',
    );
    expect(await refusal('x.zip', zip({}))).toBe('x.zip: is a zip archive without files');
  });

  it('is refused when it is damaged, wherever', async () => {
    const archive = zip({ 'AAPL.csv': days(11), 'MSFT.csv': days(12) });
    const expected = barsOf(await load('x.zip', archive));
    expect(await refusal('x.zip', archive.subarray(0, -30))).toBe('x.zip: is a zip archive that is cut off');
    await fc.assert(
      fc.asyncProperty(fc.nat(archive.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Buffer.from(archive);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        // Dates, versions and attributes may change; bars may not. What errors there are name the archive.
        const outcome = await load('x.zip', damaged).then(barsOf, (error: unknown) => String(error));
        if (typeof outcome === 'string') expect(outcome).toMatch(/^BarFileError: .*x\.zip/);
        else expect(outcome).toEqual(expected);
      }),
      { numRuns: 300, examples: [[324, 116]] },
    );
  });
});
