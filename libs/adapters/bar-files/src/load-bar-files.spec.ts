import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { epochMs } from '@aitrader/model';
import type { BarColumns } from './bar-columns.ts';
import { BarFileError } from './bar-file-error.ts';
import { loadBarFiles, type LoadOptions } from './load-bar-files.ts';

const HEADER = 'ts,open,high,low,close,volume,symbol';
/** 2024-01-02 09:30 in New York. */
const OPEN = 1_704_205_800_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let directory = '';
let files = 0;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'bar-files-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function write(content: string | Uint8Array, name = 'bars.csv'): string {
  const file = path.join(directory, `${files++}-${name}`);
  writeFileSync(file, content);
  return file;
}
const row = (ts: number, symbol = 'AAA', price = 10): string => `${ts},${price},${price + 1},${price - 1},${price},100,${symbol}`;
const csv = (...rows: readonly string[]): string => `${[HEADER, ...rows].join('\n')}\n`;
const minutes = (count: number, symbol = 'AAA', step = MINUTE, start = OPEN): string[] =>
  Array.from({ length: count }, (_, i) => row(start + i * step, symbol));

/** The bars of a table, one text each. */
const barsOf = (table: BarColumns): string[] =>
  Array.from({ length: table.count }, (_, i) =>
    [table.t, table.open, table.high, table.low, table.close, table.volume]
      .map((column) => column[i])
      .concat()
      .join(' ')
      .concat(` ${table.symbols[table.symbol[i] ?? -1]}`),
  );

/** The error that a load ends with. */
async function refusal(
  content: string | Uint8Array | readonly (string | Uint8Array)[],
  options?: LoadOptions,
  name?: string,
): Promise<BarFileError> {
  const contents = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  const paths = contents.map((one) => write(one, name));
  const error: unknown = await loadBarFiles(paths, options).catch((reason: unknown) => reason);
  if (!(error instanceof BarFileError)) throw new Error(`not refused as it should be: ${String(error)}`);
  return error;
}

describe('loading bar files', () => {
  it('shifts the start of a bar to its close and names the source by its bytes', async () => {
    const content = csv(row(OPEN, 'AAA', 12.34), row(OPEN + MINUTE, 'AAA', 12.5));
    const file = write(content);
    const { table, sources } = await loadBarFiles([file]);
    expect(table.timeframe).toBe('1m');
    expect(table.symbols).toEqual(['AAA']);
    expect(barsOf(table)).toEqual([
      `${OPEN + MINUTE} 12.34 13.34 11.34 12.34 100 AAA`,
      `${OPEN + 2 * MINUTE} 12.5 13.5 11.5 12.5 100 AAA`,
    ]);
    expect(sources).toMatchObject([{ name: path.basename(file), sha256: createHash('sha256').update(content).digest('hex') }]);
  });

  it('reads the columns in any order and leaves the others aside', async () => {
    const content = `symbol,extra,volume,close,low,high,open,note,ts\nBRK.B,x,7,3,1,4,2,y,${OPEN}\nBRK.B,,0,3,1,4,2,,${OPEN + MINUTE}\n`;
    const { table } = await loadBarFiles([write(content)]);
    expect(barsOf(table)).toEqual([`${OPEN + MINUTE} 2 4 1 3 7 BRK.B`, `${OPEN + 2 * MINUTE} 2 4 1 3 0 BRK.B`]);
  });

  it('tolerates quotes, carriage returns, a byte order mark, blank last lines, and a last line without an end', async () => {
    const plain = barsOf((await loadBarFiles([write(csv(...minutes(3)))])).table);
    const quoted = csv(...minutes(3)).replaceAll(/[^,\n]+/g, '"$&"');
    const variants = [
      quoted,
      `\ufeff${quoted}`,
      csv(...minutes(3)).replaceAll('\n', '\r\n'),
      quoted.replaceAll('\n', '\r\n'),
      `\ufeff${csv(...minutes(3))}\n\r\n`,
      csv(...minutes(3)).trimEnd(),
      csv(...minutes(3)).replace(HEADER, ' TS,Open,HIGH,low,close,volume,symbol '),
    ];
    for (const variant of variants) expect(barsOf((await loadBarFiles([write(variant)])).table)).toEqual(plain);
    const noted = `note,${HEADER}\n"a ""b"", c",${row(OPEN)}\n,${row(OPEN + MINUTE)}\n"",${row(OPEN + 2 * MINUTE)}\n`;
    expect(barsOf((await loadBarFiles([write(noted)])).table)).toEqual(plain);
  });

  it('unpacks gzip, whatever the name says, and hashes the file as it lies on the disk', async () => {
    const packed = gzipSync(csv(...minutes(3)));
    const plain = barsOf((await loadBarFiles([write(csv(...minutes(3)))])).table);
    for (const name of ['bars.csv.gz', 'bars.csv']) {
      const { table, sources } = await loadBarFiles([write(packed, name)]);
      expect(barsOf(table)).toEqual(plain);
      expect(sources[0]?.sha256).toBe(createHash('sha256').update(packed).digest('hex'));
    }
    const members = Buffer.concat([gzipSync(csv(...minutes(2))), gzipSync(`${row(OPEN + 2 * MINUTE)}\n`)]);
    expect(barsOf((await loadBarFiles([write(members, 'bars.csv.gz')])).table)).toEqual(plain);
  });

  it('reads rows that straddle the pieces a file comes in, and more than the columns first have room for', async () => {
    const count = 70_000;
    const bars = Array.from({ length: count }, (_, i) => [
      20 + (i % 977) / 100,
      40 + (i % 89),
      1 + (i % 7) / 8,
      20 + i / count,
      i,
    ]);
    const rows = bars.map((bar, i) => `${OPEN + i * MINUTE},${bar.join(',')},AAA,${'x'.repeat(i % 50)}`);
    const content = `${HEADER},note\n${rows.join('\n')}\n`;
    for (const file of [write(content), write(gzipSync(content), 'bars.csv.gz')]) {
      const { table } = await loadBarFiles([file]);
      const columns = [table.open, table.high, table.low, table.close, table.volume];
      const read = Array.from({ length: table.count }, (_, i) => columns.map((column) => column[i]));
      expect(read).toEqual(bars);
      expect([...table.t]).toEqual(bars.map((_, i) => OPEN + (i + 1) * MINUTE));
    }
  });

  it('reports how many bytes of all files are read', async () => {
    const paths = [write(csv(...minutes(3))), write(gzipSync(csv(...minutes(3, 'BBB'))), 'b.csv.gz')];
    const seen: [number, number][] = [];
    await loadBarFiles(paths, { onProgress: (done, total) => seen.push([done, total]) });
    const total = seen[0]?.[1] ?? 0;
    expect(total).toBeGreaterThan(0);
    expect(seen.every(([done, of], i) => of === total && done > (seen[i - 1]?.[0] ?? 0))).toBe(true);
    expect(seen.at(-1)?.[0]).toBe(total);
  });

  it('keeps the symbols and the closes asked for, both bounds included', async () => {
    const file = write(csv(...minutes(10), ...minutes(10, 'BBB')));
    const [from, to] = [epochMs(OPEN + 3 * MINUTE), epochMs(OPEN + 5 * MINUTE)];
    const { table } = await loadBarFiles([file], { symbols: ['BBB', 'CCC'], from, to });
    expect(table.symbols).toEqual(['BBB']);
    expect([...table.t]).toEqual([3, 4, 5].map((n) => OPEN + n * MINUTE));
  });

  it('says what the files hold of every symbol, also where nothing of it was asked for', async () => {
    const paths = [write(csv(...minutes(10), ...minutes(4, 'BBB'))), write(csv(row(OPEN - MINUTE, 'BBB')))];
    const held = [
      { symbol: 'AAA', firstStart: OPEN, lastStart: OPEN + 9 * MINUTE },
      { symbol: 'BBB', firstStart: OPEN - MINUTE, lastStart: OPEN + 3 * MINUTE },
    ];
    for (const options of [{}, { symbols: ['ZZZ'] }, { from: epochMs(OPEN + DAY) }, { to: epochMs(OPEN - DAY) }])
      expect((await loadBarFiles(paths, options)).held).toEqual(held);
    const { table } = await loadBarFiles(paths, { symbols: ['ZZZ'] });
    expect([table.count, table.symbols]).toEqual([0, []]);
  });

  it('takes an open or a close outside high … low, which is suspect but not impossible', async () => {
    const { table } = await loadBarFiles([write(csv(`${OPEN},12,11,9,10,1,AAA`, `${OPEN + MINUTE},10,11,9,8,1,AAA`))]);
    expect(table.count).toBe(2);
  });
});

describe('the timeframe', () => {
  const steps = { '1m': 1, '5m': 5, '15m': 15, '1h': 60 } as const;
  it('is recognised from the smallest common distance of the bars', async () => {
    for (const [timeframe, count] of Object.entries(steps)) {
      const { table } = await loadBarFiles([write(csv(...minutes(4, 'AAA', count * MINUTE)))]);
      expect(table.timeframe).toBe(timeframe);
      expect(table.t[0]).toBe(OPEN + count * MINUTE);
    }
  });

  it('is recognised where bars are missing', async () => {
    const sparse = [0, 7, 11, 30, 33, 90, 1440, 1447].map((minute) => row(OPEN + minute * MINUTE));
    expect((await loadBarFiles([write(csv(...sparse))])).table.timeframe).toBe('1m');
    const hours = [0, 1, 2, 24, 26, 48, 49].map((hour) => row(OPEN + hour * 60 * MINUTE));
    expect((await loadBarFiles([write(csv(...hours))])).table.timeframe).toBe('1h');
  });

  it('is daily from 22 hours on, across weekends and clock changes', async () => {
    const midnights = [
      '2024-03-08T05:00Z',
      '2024-03-11T04:00Z',
      '2024-03-12T04:00Z',
      '2024-11-01T04:00Z',
      '2024-11-04T05:00Z',
    ].map((t) => Date.parse(t));
    const close = (start: number): number => start + 16 * 60 * MINUTE;
    const { table } = await loadBarFiles([write(csv(...midnights.map((ts) => row(ts))))], { closeOfDay: close });
    expect(table.timeframe).toBe('1d');
    expect([...table.t]).toEqual(midnights.map(close));
  });

  it('can be given, for files that do not tell', async () => {
    const one = csv(row(OPEN));
    expect((await refusal(one)).message).toMatch(/too few bars.*--timeframe/);
    expect((await loadBarFiles([write(one)], { timeframe: '5m' })).table.t[0]).toBe(OPEN + 5 * MINUTE);
  });

  it('of a file that does not tell is that of the others', async () => {
    const { table } = await loadBarFiles([write(csv(row(OPEN, 'BBB'))), write(csv(...minutes(20)))]);
    expect([table.timeframe, table.count]).toEqual(['1m', 21]);
  });

  it('is refused when it is none of ours, or not the same everywhere', async () => {
    expect(await refusal(csv(...minutes(20, 'AAA', 1000)))).toMatchObject({
      value: '1s',
      message: expect.stringMatching(/none of 1m/),
    });
    expect((await refusal(csv(...minutes(20, 'AAA', 2 * MINUTE)))).value).toBe('2m');
    const mixed = await refusal([csv(...minutes(20)), csv(...minutes(20, 'BBB', 5 * MINUTE))]);
    expect(mixed).toMatchObject({ value: '5m', message: expect.stringMatching(/BBB, but .* has 1m bars/) });
    expect((await refusal([csv(...minutes(20)), csv(row(OPEN, 'BBB'), row(OPEN + DAY, 'BBB'))])).value).toBe('1d');
    expect((await refusal(csv(row(OPEN), row(OPEN + DAY)), { timeframe: '1m' })).value).toBe('1d');
  });

  it('has a grid that every bar must lie on', async () => {
    const off = await refusal(csv(...minutes(40), row(OPEN + 40 * MINUTE + 7000)));
    expect(off).toMatchObject({ line: 42, field: 'ts', value: String(OPEN + 40 * MINUTE + 7000) });
    expect((await refusal(csv(...minutes(5)), { timeframe: '5m' })).message).toMatch(/grid of 5m/);
    expect((await refusal(csv(...minutes(5, 'AAA', 30 * MINUTE)), { timeframe: '1h' })).message).toMatch(/too close/);
  });
});

describe('daily bars', () => {
  const days = csv(...minutes(5, 'AAA', DAY));
  it('need to be told when the day closes', async () => {
    expect((await refusal(days)).message).toMatch(/closeOfDay/);
    expect((await refusal(days, { closeOfDay: () => Number.NaN })).line).toBe(2);
    const beyond = () => {
      throw new RangeError('beyond the calendar');
    };
    expect(await refusal(days, { closeOfDay: beyond })).toMatchObject({
      line: 2,
      message: expect.stringMatching(/beyond the calendar/),
    });
  });

  it('of before and after the calendar are left out once bounds are given, and the refusal says so', async () => {
    const first = Date.UTC(1997, 11, 29, 5);
    const early = csv(...minutes(8, 'AAA', DAY, first));
    const late = csv(...minutes(8, 'AAA', DAY, Date.UTC(2030, 11, 28, 5)));
    const closeOfDay = (start: number): number => start + 16 * 60 * MINUTE;
    expect(await refusal(early, { closeOfDay })).toMatchObject({
      line: 2,
      value: String(first),
      message: expect.stringMatching(/1998-01-01.*--from/),
    });
    expect(await refusal(late, { closeOfDay })).toMatchObject({ line: 6, message: expect.stringMatching(/2030-12-31.*--to/) });
    for (const date of [1, 2, 4]) {
      const { table } = await loadBarFiles([write(early)], { closeOfDay, from: epochMs(Date.UTC(1998, 0, date, 5) + 1) });
      expect([table.count, table.t[0]]).toEqual([6 - date, Date.UTC(1998, 0, date, 21)]);
    }
    const { table } = await loadBarFiles([write(late)], { closeOfDay, to: epochMs(Date.UTC(2031, 0, 1, 5)) });
    expect([table.count, table.t[3]]).toEqual([4, Date.UTC(2030, 11, 31, 21)]);
    expect((await refusal(early, { closeOfDay, to: epochMs(OPEN) })).message).toMatch(/--from/);
    const seconds = csv(...minutes(8, 'AAA', 60, OPEN / 1000));
    expect((await refusal(seconds, { from: epochMs(OPEN) })).message).toMatch(/looks like seconds/);
  });

  it('fall on different sessions', async () => {
    expect((await refusal(days, { closeOfDay: () => OPEN })).message).toMatch(/same session/);
  });
});

describe('a bar file is refused', () => {
  const refusedRow = async (line: string): Promise<BarFileError> => refusal(csv(row(OPEN), line, row(OPEN + 2 * MINUTE)));

  it('when it is missing, is no file, is no gzip, or is cut off', async () => {
    const gone = path.join(directory, 'gone.csv');
    await expect(loadBarFiles([gone])).rejects.toMatchObject({
      name: 'BarFileError',
      file: gone,
      message: expect.stringMatching(/does not exist/),
    });
    await expect(loadBarFiles([directory])).rejects.toMatchObject({ name: 'BarFileError', file: directory });
    await expect(loadBarFiles([])).rejects.toThrow(/no file/);
    expect((await refusal(csv(row(OPEN)), {}, 'bars.csv.gz')).message).toMatch(/not a gzip/);
    expect((await refusal(gzipSync(csv(...minutes(50))).subarray(0, 60), {}, 'bars.csv.gz')).message).toMatch(/unpacked/);
  });

  it('when it is empty or has no bars', async () => {
    for (const content of ['', '\n', gzipSync('')]) expect((await refusal(content)).message).toMatch(/is empty/);
    for (const content of [HEADER, `${HEADER}\n`, `${HEADER}\n\n`]) expect((await refusal(content)).message).toMatch(/no bars/);
  });

  it('when a column is missing or stands twice', async () => {
    expect(await refusal(csv(row(OPEN)).replace('close', 'adj close'))).toMatchObject({ line: 1, field: 'close' });
    expect(await refusal(`${HEADER},open\n${row(OPEN)},1\n`)).toMatchObject({ line: 1, field: 'open' });
  });

  it.each([
    ['open', '1x', 'not a number'],
    ['high', '', 'not a number'],
    ['low', 'NaN', 'not a number'],
    ['close', 'Infinity', 'not a number'],
    ['close', '1e999', 'not finite'],
    ['open', '0', 'not a positive price'],
    ['low', '-1', 'not a positive price'],
    ['volume', '-1', 'negative'],
    ['volume', '1;0', 'not a number'],
    ['ts', String(OPEN + 0.5), 'not a whole number'],
    ['ts', 'today', 'not a whole number'],
    ['ts', String(OPEN / 1000), 'looks like seconds'],
    ['ts', String(OPEN * 1000), 'looks like microseconds'],
    ['ts', `${OPEN}000000`, 'looks like nanoseconds'],
    ['ts', '631256400000', 'out of range'],
    ['ts', '1925010000000', 'out of range'],
    ['symbol', 'aaPl', 'not a ticker'],
    ['symbol', '', 'not a ticker'],
    ['symbol', 'ABCDEFGHIJKLMNOPQ', 'not a ticker'],
  ])('for a %s of "%s": %s', async (field, value, problem) => {
    const fields = row(OPEN + MINUTE).split(',');
    fields[HEADER.split(',').indexOf(field)] = value;
    const error = await refusedRow(fields.join(','));
    expect(error).toMatchObject({ line: 3, field, value });
    for (const part of [error.file, ':3:', field, value, problem]) expect(error.message).toContain(part);
  });

  it('for a high below the low, a row with too few or too many fields, and a quote that does not end', async () => {
    expect(await refusedRow(`${OPEN + MINUTE},10,9,11,10,1,AAA`)).toMatchObject({ line: 3, field: 'high', value: '9' });
    for (const line of [`${OPEN + MINUTE},10,11,9,10,1`, `${row(OPEN + MINUTE)},x`, ',']) {
      expect(await refusedRow(line)).toMatchObject({ line: 3, value: String(line.split(',').length) });
    }
    for (const line of [`"${row(OPEN + MINUTE)}`, `"${OPEN}"1,1,1,1,1,1,AAA`])
      expect(await refusedRow(line)).toMatchObject({ line: 3 });
    expect(await refusedRow('')).toMatchObject({ line: 3, message: expect.stringMatching(/is empty/) });
  });

  it('for rows of a symbol out of order, or twice the same, but not for symbols that interleave', async () => {
    expect(await refusal(csv(...minutes(3), row(OPEN)))).toMatchObject({ line: 5, field: 'ts', value: String(OPEN) });
    expect((await refusal(csv(...minutes(3), row(OPEN + 2 * MINUTE)))).message).toMatch(/:5: .* repeats the bar of AAA at .*:4/);
    expect((await loadBarFiles([write(csv(...minutes(3), ...minutes(3, 'BBB')))])).table.count).toBe(6);
    expect((await loadBarFiles([write(csv(...minutes(3).reverse()))])).table.t[0]).toBe(OPEN + MINUTE);
    expect(await refusal(csv(...minutes(2).reverse()))).toMatchObject({ line: 3, field: 'ts', value: String(OPEN) });
  });

  it('for a defect in a row that would be filtered out', async () => {
    const content = csv(...minutes(3), row(OPEN, 'BBB').replace(',11,', ',x,'));
    expect(await refusal(content, { symbols: ['AAA'], to: epochMs(OPEN) })).toMatchObject({ line: 5, field: 'high' });
  });

  it('when too many bars come', async () => {
    expect(await refusal(csv(...minutes(3)), { barsMax: 2 })).toMatchObject({
      line: 4,
      message: expect.stringMatching(/limit of 2 bars/),
    });
  });

  it('when a row does not end', async () => {
    expect((await refusal(`${HEADER}\n${'9'.repeat(400_000)}`)).message).toMatch(/more than 65536 bytes/);
  });
});
