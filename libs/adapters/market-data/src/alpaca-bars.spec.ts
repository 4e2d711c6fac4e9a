import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newYorkAt } from '../../../../tools/testing/new-york-clock.ts';
import { replayServer, type ReplayServer } from '../../../../tools/testing/replay-server.ts';
import { batchesOf, CALENDAR, opened, requestOf } from './testing/opened-vendor.ts';
import { epochMs, ticker } from '@aitrader/model';

const SCENE = {
  vendor: 'alpaca',
  env: { APCA_API_KEY_ID: 'PKTESTKEY00000001', APCA_API_SECRET_KEY: 'secretsecretsecret' },
} as const;
const bar = (t: string, c = 10.5) => ({ t, o: 10, h: 11, l: 9, c, v: 100, n: 1, vw: 99 });

describe("Alpaca's pages", () => {
  let server: ReplayServer;
  beforeAll(async () => {
    server = await replayServer();
  });
  afterAll(() => server.close());
  const pages = (...list: readonly object[]): void =>
    server.answerWith(({ url }, n) => {
      expect(url.searchParams.get('page_token')).toBe(n === 0 ? null : `token/${n}+=`);
      return { body: JSON.stringify({ next_page_token: n === list.length - 1 ? null : `token/${n + 1}+=`, ...list[n] }) };
    });
  const DAY = requestOf(SCENE, ['AAPL', 'MSFT'], ['2026-03-06', '2026-03-06']);
  const fetched = (request = DAY) => batchesOf(opened(SCENE, server.base), request);

  it('are followed to the one without a token, be they short, empty, null or without a symbol', async () => {
    pages(
      { bars: { AAPL: [bar('2026-03-06T14:30:00Z')] } },
      { bars: {} },
      { bars: null },
      { bars: { AAPL: null } },
      { bars: { AAPL: [bar('2026-03-06T14:31:00Z')], MSFT: [] } },
      { bars: { MSFT: [bar('2026-03-06T09:30:00-05:00')] } },
    );
    const batches = await fetched();
    expect(batches.flatMap(({ bars }) => bars.map(({ symbol, t }) => [symbol, new Date(t).toISOString()]))).toEqual([
      ['AAPL', '2026-03-06T14:31:00.000Z'],
      ['AAPL', '2026-03-06T14:32:00.000Z'],
      ['MSFT', '2026-03-06T14:31:00.000Z'],
    ]);
    expect(batches).toHaveLength(6);
    expect(server.requests).toHaveLength(6);
  });

  it('end with an error when the same token comes twice', async () => {
    server.answerWith(() => ({ body: JSON.stringify({ bars: {}, next_page_token: 'same' }) }));
    await expect(fetched()).rejects.toThrow('gave the same page token twice');
    expect(server.requests).toHaveLength(2);
  });

  it('are asked for with everything named: symbols, both ends, feed, adjustment, and whose symbols they are', async () => {
    pages({ bars: {} });
    await fetched({ ...DAY, feed: 'boats', adjustment: 'split', asOf: '2021-06-01' });
    expect(Object.fromEntries(server.requests[0]?.url.searchParams ?? [])).toEqual({
      ...{ symbols: 'AAPL,MSFT', timeframe: '1Min', limit: '10000', sort: 'asc', feed: 'boats', adjustment: 'split' },
      ...{ start: '2026-03-06T05:00:00.000Z', end: '2026-03-07T04:59:00.000Z', asof: '2021-06-01' },
    });
  });

  it('of many symbols are asked for a hundred at a time', async () => {
    pages({ bars: {} });
    server.answerWith(() => ({ body: '{"bars":{},"next_page_token":null}' }));
    const many = Array.from({ length: 250 }, (_, i) => ticker(`S${i}`));
    const batches = await fetched({ ...DAY, symbols: many });
    expect(server.requests.map(({ url }) => (url.searchParams.get('symbols') ?? '').split(',').length)).toEqual([100, 100, 50]);
    expect(batches.map(({ share }) => share)).toEqual([0.4, 0.8, 1]);
  });

  it('have times to the nanosecond, and what is off the minute by one of them is left aside', async () => {
    pages({
      bars: {
        AAPL: [
          bar('2026-03-06T14:30:00.000000000Z'),
          bar('2026-03-06T14:31:00.000000001Z'),
          bar('2026-03-06T14:32:30Z'),
          bar('yesterday'),
        ],
        FB: [bar('2026-03-06T14:30:00Z')],
      },
    });
    const [batch] = await fetched();
    expect(batch?.bars.map(({ t }) => t)).toEqual([newYorkAt('2026-03-06', '09:31')]);
    expect(batch?.setAside.map(({ symbol, printed, reason }) => [symbol, printed, reason])).toEqual([
      ['AAPL', '2026-03-06T14:31:00.000000001Z', 'off-grid'],
      ['AAPL', '2026-03-06T14:32:30Z', 'off-grid'],
      ['AAPL', 'yesterday', 'off-grid'],
      ['FB', '2026-03-06T14:30:00Z', 'other-symbol'],
    ]);
  });

  it('may have an average price outside low and high, and fields that nobody knows', async () => {
    pages({ bars: { AAPL: [{ ...bar('2026-03-06T14:30:00Z'), vw: 500, x: { y: 1 } }] }, currency: 'USD' });
    expect((await fetched())[0]?.bars).toHaveLength(1);
  });

  it('of days close with their session, on half days and on both sides of a clock change', async () => {
    // Friday and Monday around 8 March 2026, when clocks go forward; the Friday after Thanksgiving.
    pages({
      bars: { AAPL: ['2026-03-06T05:00:00Z', '2026-03-09T04:00:00Z', '2026-11-27T05:00:00Z'].map((t) => bar(t)) },
    });
    const daily = requestOf(SCENE, ['AAPL'], ['2026-03-06', '2026-11-27'], '1d');
    const now = (): number => newYorkAt('2026-12-01', '12:00');
    const [batch] = await batchesOf(opened(SCENE, server.base, { now }), daily);
    expect(batch?.bars.map(({ t }) => new Date(t).toISOString())).toEqual([
      '2026-03-06T21:00:00.000Z',
      '2026-03-09T20:00:00.000Z',
      '2026-11-27T18:00:00.000Z',
    ]);
    expect(server.requests[0]?.url.searchParams.get('end')).toBe('2026-11-27T05:00:00.000Z');
  });

  it('of half days have what trades after the early close', async () => {
    const times = ['12:59', '13:00', '16:59'].map((time) => new Date(newYorkAt('2024-11-29', time)).toISOString());
    pages({ bars: { AAPL: times.map((t) => bar(t)) } });
    const [batch] = await fetched(requestOf(SCENE, ['AAPL'], ['2024-11-29', '2024-11-29']));
    expect(batch?.bars.map(({ t }) => CALENDAR.dateOf(epochMs(t)))).toEqual(['2024-11-29', '2024-11-29', '2024-11-29']);
  });

  it('of today have a bar that is not over', async () => {
    pages({ bars: { AAPL: [bar('2026-03-05T05:00:00Z'), bar('2026-03-06T05:00:00Z')] } });
    const now = (): number => newYorkAt('2026-03-06', '15:59');
    const daily = requestOf(SCENE, ['AAPL'], ['2026-03-05', '2026-03-06'], '1d');
    const [batch] = await batchesOf(opened(SCENE, server.base, { now }), daily);
    expect(batch?.bars.map(({ provisional }) => provisional)).toEqual([false, true]);
  });

  it('do not come from the future, whose clock it may be', async () => {
    const now = (): number => newYorkAt('2026-03-06', '10:00');
    const date = new Date(now() - 600_000).toUTCString();
    server.answerWith(() => ({
      headers: { date },
      body: JSON.stringify({ bars: { AAPL: [bar('2026-03-06T14:49:00Z'), bar('2026-03-06T14:55:00Z')] }, next_page_token: null }),
    }));
    const [batch] = await batchesOf(opened(SCENE, server.base, { now }), DAY);
    expect(batch?.bars).toHaveLength(1);
    expect(batch?.setAside.map(({ reason }) => reason)).toEqual(['future']);
  });
});
