import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;
const MINUTE_MS = 60_000;
/** New York is behind UTC by this in the summer of the sample. */
const OFFSET_MS = 240 * MINUTE_MS;

describe('the same bars in another shape', () => {
  let aitrader: CommandUnderTest;
  let rows: (readonly [start: number, open: string, high: string, low: string, close: string, volume: string])[] = [];
  let digest: unknown;
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(path.join(aitrader.folder, name), content);

  beforeAll(async () => {
    aitrader = await commandUnderTest();
    const asked = ['--symbols', 'SYN03', '--from', '2024-07-03', '--to', '2024-07-03'];
    await aitrader.json('bars', 'export', 'sample', '--into', 'own.csv', ...asked);
    ({ digest } = await aitrader.json('backtest', '--bars', 'own.csv'));
    const lines = readFileSync(path.join(aitrader.folder, 'own.csv'), 'utf8').trimEnd().split('\n').slice(1);
    rows = lines.map((line) => {
      const [start = '', open = '', high = '', low = '', close = '', volume = ''] = line.split(',');
      return [Number(start), open, high, low, close, volume] as const;
    });
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  it(
    'gives the same digest on both hosts, with what is said of it',
    async () => {
      const local = (start: number): string =>
        new Date(start + MINUTE_MS - OFFSET_MS).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', ' ');
      write('SYN03.Last.txt', rows.map(([start, ...values]) => `${[local(start), ...values].join(';')}\n`).join(''));
      const said = ['--bars', 'SYN03.Last.txt', '--time-zone', 'America/New_York', '--adjustment', 'raw'];
      for (const host of ['memory', 'bus']) {
        const { code, stdout, stderr } = await aitrader.run('backtest', ...said, '--host', host, '--json');
        expect([code, JSON.parse(stdout)]).toMatchObject([0, { digest }]);
        expect(stderr).toContain(
          'SYN03.Last.txt: NinjaTrader, 1m, raw prices, America/New_York times, times of the ends of bars, symbol SYN03 from the name of the file',
        );
      }
    },
    RUN_MS_MAX,
  );

  it('gives the same digest newest first, or as packed JSON', async () => {
    const iso = (start: number): string => new Date(start).toISOString();
    const header = 'time,open,high,low,close,Volume\n';
    write(
      'NASDAQ_SYN03, 1.csv',
      header +
        rows
          .map(([start, ...values]) => `${[start / 1000, ...values].join(',')}\n`)
          .reverse()
          .join(''),
    );
    const bars = rows.map(([start, o, h, l, c, v]) => ({
      t: iso(start),
      o: Number(o),
      h: Number(h),
      l: Number(l),
      c: Number(c),
      v: Number(v),
    }));
    write(
      'pages.json.gz',
      gzipSync(JSON.stringify([{ bars: { SYN03: bars.slice(0, 50) } }, { bars: { SYN03: bars.slice(50) } }])),
    );
    for (const file of ['NASDAQ_SYN03, 1.csv', 'pages.json.gz'])
      expect((await aitrader.json('backtest', '--bars', file)).digest).toEqual(digest);
  });

  it('is not run without what it does not tell, or with what is of no use', async () => {
    write(
      'SYN03.txt',
      rows
        .slice(0, 20)
        .map(([start, ...values]) => `${[new Date(start).toISOString().slice(0, 19), ...values].join(';')}\n`)
        .join(''),
    );
    write(
      'SYN03.csv',
      `date,open,high,low,close,volume\n${readFileSync(path.join(aitrader.folder, 'SYN03.txt'), 'utf8').replaceAll(';', ',')}`,
    );
    for (const [args, says] of [
      [['SYN03.csv'], /SYN03\.csv:2: date "2024-07-03T.*--time-zone/],
      [['SYN03.csv', '--time-zone', 'UTC'], /SYN03\.csv:3: date ".*--stamp start or --stamp end/],
      [['SYN03.csv', '--time-zone', 'EDT'], /--time-zone: "EDT" is no time zone/],
      [['own.csv', '--symbol', 'AAPL'], /--symbol: "AAPL" is of no use/],
      [['sample', '--stamp', 'end'], /--stamp is about files/],
    ] as const) {
      const { code, stderr } = await aitrader.run('backtest', '--bars', ...args);
      expect(code).toBe(1);
      expect(stderr).toMatch(says);
    }
  });
});
