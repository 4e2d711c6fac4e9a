import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newYorkAt } from '../../../../tools/testing/new-york-clock.ts';
import { replayServer, type ReplayServer } from '../../../../tools/testing/replay-server.ts';
import { batchesOf, opened, requestOf } from './testing/opened-vendor.ts';

const SCENE = { vendor: 'yahoo', env: {} } as const;
const DAY = '2026-03-06';
type Row = readonly [time: string, price: number | null, volume: number | null, high?: number];

describe("Yahoo's chart", () => {
  let server: ReplayServer;
  beforeAll(async () => {
    server = await replayServer();
  });
  afterAll(() => server.close());

  const chart = (rows: readonly Row[], meta: object = {}) => {
    const column = (of: (row: Row) => number | null): (number | null)[] => rows.map(of);
    const price = column(([, value]) => value);
    const high = column(([, value, , above]) => above ?? value);
    return JSON.stringify({
      chart: {
        result: [
          {
            meta: { symbol: 'AAPL', dataGranularity: '1m', exchangeTimezoneName: 'America/New_York', ...meta },
            timestamp: rows.map(([time]) => newYorkAt(DAY, time.slice(0, 5)) / 1000 + Number(time.slice(6) || 0)),
            indicators: { quote: [{ open: price, high, low: price, close: price, volume: column(([, , volume]) => volume) }] },
          },
        ],
        error: null,
      },
    });
  };
  const fetched = async (body: string, timeframe: '1m' | '1d' = '1m', symbol = 'AAPL') => {
    server.answerWith(() => ({ body }));
    const batches = await batchesOf(opened(SCENE, server.base), requestOf(SCENE, [symbol], [DAY, DAY], timeframe));
    return {
      closes: batches.flatMap(({ bars }) => bars.map(({ t, close }) => [(t - newYorkAt(DAY, '00:00')) / 60_000, close])),
      aside: batches.flatMap(({ setAside }) => setAside.map(({ reason }) => reason)),
    };
  };

  it('is kept as a file where its answer may serve again, and handed over where it never will', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'yahoo-'));
    try {
      server.answerWith(() => ({ body: chart([['09:30', 10, 100]]) }));
      const files = (): number =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.gz')).length;
      const passing: string[] = [];
      const keepPassing = ({ body }: { readonly body: string }): void => void passing.push(body);
      const ask = async (now: number): Promise<void> => {
        await batchesOf(
          opened(SCENE, server.base, { rawFolder: folder, keepPassing, now: () => now }),
          requestOf(SCENE, ['AAPL'], [DAY, DAY]),
        );
      };
      // before the last bar that is asked for has been final for a quarter of an hour, and after it
      for (let i = 0; i < 3; i++) await ask(newYorkAt(DAY, '10:00') + i);
      expect([passing.length, files()]).toEqual([3, 0]);
      await ask(newYorkAt(DAY, '23:59') + 16 * 60_000);
      await ask(newYorkAt(DAY, '23:59') + 17 * 60_000);
      expect([passing.length, files()]).toEqual([3, 1]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('has rows without a price, rows off the minute, the same row again, and the print of the closing auction', async () => {
    const { closes, aside } = await fetched(
      chart([
        ['09:30', 10, 100],
        ['09:31', null, null],
        ['09:32', 11, 100],
        ['09:32', 11, 100],
        ['09:33:30', 12, 0],
        ['15:59', 13, 500],
        ['16:00', 13.5, 0],
        ['16:01', 14, 0],
      ]),
    );
    expect(closes).toEqual([
      [571, 10],
      [573, 11],
      [960, 13],
      [962, 14],
    ]);
    expect(aside).toEqual(['no-price', 'duplicate', 'off-grid', 'closing-print']);
  });

  it('keeps a minute after the close in which more than one price was traded', async () => {
    expect((await fetched(chart([['16:00', 13, 0, 13.25]]))).closes).toEqual([[961, 13]]);
  });

  it.each([
    ['a list', { tradingPeriods: [[{ start: 1, end: 2 }]] }],
    ['an object', { tradingPeriods: { pre: [[]], regular: [[]], post: [[]] } }],
    ['nothing', {}],
  ])('may have its trading periods as %s', async (_, meta) => {
    expect((await fetched(chart([['09:30', 10, 1]], meta))).closes).toEqual([[571, 10]]);
  });

  it('has the offset of today, which says nothing about a bar', async () => {
    expect((await fetched(chart([['09:30', 10, 1]], { gmtoffset: 0, timezone: 'UTC' }))).closes).toEqual([[571, 10]]);
  });

  it('has a live row beside that of the day, wherever it stands: the one at the open counts', async () => {
    const meta = { dataGranularity: '1d' };
    const rows: readonly Row[] = [
      ['09:30', 10, 100],
      ['16:00:01', 11, 90],
    ];
    for (const ordered of [rows, rows.toReversed()]) {
      const { closes, aside } = await fetched(chart(ordered, meta), '1d');
      expect(closes).toEqual([[960, 10]]);
      expect(aside).toEqual(['superseded']);
    }
    expect((await fetched(chart([['16:00:01', 11, 90]], meta), '1d')).closes).toEqual([[960, 11]]);
  });

  it('says what it is about, and is refused where that is something else', async () => {
    await expect(fetched(chart([], { symbol: 'MSFT' }))).rejects.toThrow('it is about MSFT, not AAPL');
    await expect(fetched(chart([], { dataGranularity: '5m' }))).rejects.toThrow('its bars are of 5m, not 1m');
    await expect(fetched(chart([], { exchangeTimezoneName: 'Europe/London' }))).rejects.toThrow('only US listings');
  });

  it('is not asked for a symbol that nobody can write there', async () => {
    await expect(fetched(chart([]), '1m', 'BAC.PR.K')).rejects.toThrow('how Yahoo writes BAC.PR.K is not known');
    expect(server.requests).toHaveLength(0);
  });

  it('is asked for a week at a time, no minute twice, for itself by name', async () => {
    server.answerWith(({ url }) => {
      const at = Number(url.searchParams.get('period1'));
      expect(Number(url.searchParams.get('period2')) - at).toBeLessThanOrEqual(7 * 86_400);
      return { body: chart([]) };
    });
    await batchesOf(opened(SCENE, server.base), requestOf(SCENE, ['AAPL'], ['2026-03-02', '2026-03-20']));
    const spans = server.requests.map(({ url }) => [url.searchParams.get('period1'), url.searchParams.get('period2')]);
    expect(spans).toHaveLength(3);
    expect(spans[1]?.[0]).toBe(spans[0]?.[1]);
    expect(spans[2]?.[0]).toBe(spans[1]?.[1]);
    expect(server.requests[0]?.headers['user-agent']).toContain('aitrader');
  });
});
