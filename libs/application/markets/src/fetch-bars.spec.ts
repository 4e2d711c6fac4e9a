import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newYorkAt, newYorkShows } from '../../../../tools/testing/new-york-clock.ts';
import { replayServer, type ReplayServer } from '../../../../tools/testing/replay-server.ts';
import { read, ticker } from '@aitrader/model';
import { fetchBars, NEW_YORK, type FetchRequest } from './fetch-bars.ts';

const bar = (date: string, time: string) => ({
  ...{ t: new Date(newYorkAt(date, time)).toISOString(), o: 10, h: 11, l: 9, c: 10.5, v: 100 },
});
const REQUEST: FetchRequest = {
  vendor: 'alpaca',
  symbols: [ticker('AAPL')],
  from: '2026-03-06',
  to: '2026-03-06',
  timeframe: '1m',
};

describe('fetching', () => {
  let server: ReplayServer;
  let folder = '';
  beforeAll(async () => {
    server = await replayServer();
    folder = mkdtempSync(path.join(tmpdir(), 'fetch-bars-'));
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const holding = (...bars: readonly object[]): void =>
    server.answerWith(() => ({ body: JSON.stringify({ bars: { AAPL: bars }, next_page_token: null }) }));
  const fetched = (request: Partial<FetchRequest>, [date, time]: readonly [string, string], rawFolder?: string) =>
    fetchBars(
      { ...REQUEST, ...request },
      {
        env: { AITRADER_ALPACA_URL: server.base, APCA_API_KEY_ID: 'PKFETCHBARS000001', APCA_API_SECRET_KEY: 'secretoffetchbars' },
        ...{ now: () => newYorkAt(date, time), sleep: () => Promise.resolve(), random: () => 0.5 },
        ...(rawFolder === undefined ? {} : { rawFolder }),
      },
    );
  const closes = ({ table }: Awaited<ReturnType<typeof fetched>>): string[] =>
    Array.from({ length: table.count }, (_, row) => newYorkShows(read(table.t, row)));
  const windows = (): string[] =>
    server.requests.map(({ url }) =>
      ['start', 'end'].map((end) => newYorkShows(Date.parse(url.searchParams.get(end) ?? ''))).join(' to '),
    );

  it('takes in the New York days that are named, from midnight to midnight', async () => {
    holding(bar('2026-03-05', '23:59'), bar('2026-03-06', '00:00'), bar('2026-03-06', '23:59'), bar('2026-03-07', '00:00'));
    expect(closes(await fetched({}, ['2026-03-10', '12:00']))).toEqual(['2026-03-06 00:01', '2026-03-07 00:00']);
    expect(windows()).toEqual(['2026-03-06 00:00 to 2026-03-06 23:59']);
  });

  it('lets a night belong to the date on which it ends, and Sunday evening to Monday', async () => {
    // Clocks go forward in the night to Sunday 8 March, and back in that to 1 November.
    for (const [sunday, monday] of [
      ['2026-03-08', '2026-03-09'],
      ['2026-11-01', '2026-11-02'],
    ] as const) {
      holding(bar(sunday, '19:59'), bar(sunday, '20:00'), bar(monday, '03:59'), bar(monday, '04:00'));
      const night = await fetched({ feed: 'boats', from: monday, to: monday }, ['2026-11-20', '12:00']);
      expect(closes(night)).toEqual([`${sunday} 20:01`, `${monday} 04:00`]);
      expect(windows()).toEqual([`${sunday} 20:00 to ${monday} 03:59`]);
    }
  });

  it('asks for no more than can be had by now, and says so', async () => {
    holding(bar('2026-03-06', '09:30'), bar('2026-03-06', '11:44'), bar('2026-03-06', '11:45'));
    const sip = await fetched({}, ['2026-03-06', '12:00']);
    expect(closes(sip)).toEqual(['2026-03-06 09:31', '2026-03-06 11:45']);
    expect(sip.upTo).toBe(newYorkAt('2026-03-06', '11:45'));
    const iex = await fetched({ feed: 'iex' }, ['2026-03-06', '12:00']);
    expect([closes(iex).length, iex.upTo]).toEqual([3, newYorkAt('2026-03-06', '12:00')]);
    await expect(fetched({}, ['2026-03-06', '00:10'])).rejects.toThrow('there are no bars yet of 2026-03-06');
  });

  it('asks once for days that are over, and each time for the one that is not', async () => {
    const raw = path.join(folder, 'raw');
    server.answerWith(({ url }) => {
      const day = newYorkShows(Date.parse(url.searchParams.get('start') ?? '')).slice(0, 10);
      return { body: JSON.stringify({ bars: { AAPL: [bar(day, '10:00')] }, next_page_token: null }) };
    });
    const first = await fetched({ from: '2026-03-05' }, ['2026-03-06', '12:00'], raw);
    const again = await fetched({ from: '2026-03-05' }, ['2026-03-06', '12:30'], raw);
    expect([first.answers, again.answers]).toEqual([
      { asked: 2, kept: 0 },
      { asked: 1, kept: 1 },
    ]);
    expect(closes(again)).toEqual(['2026-03-05 10:01', '2026-03-06 10:01']);
  });

  it('leaves out a day that is not over, and what is no bar, and counts both', async () => {
    holding({ ...bar('2026-03-05', '00:00') }, bar('2026-03-06', '00:00'), { ...bar('2026-03-04', '00:00'), l: -1 });
    const daily = await fetched({ timeframe: '1d', feed: 'iex', from: '2026-03-04' }, ['2026-03-06', '23:59']);
    expect(closes(daily)).toEqual(['2026-03-05 16:00', '2026-03-06 16:00']);
    expect(daily.leftOut).toEqual({ impossible: 1 });
    // Closes of the future are not asked for, so that a day shows up only once it is over.
    expect(closes(await fetched({ timeframe: '1d', feed: 'iex', from: '2026-03-04' }, ['2026-03-06', '15:59']))).toEqual([
      '2026-03-05 16:00',
    ]);
  });

  it('has the calendar that the rest of the program has', () => {
    expect(NEW_YORK.closeOf('2026-11-27')).toBe(newYorkAt('2026-11-27', '13:00'));
    expect(NEW_YORK.closeOf('2026-11-28')).toBe(newYorkAt('2026-11-28', '16:00'));
  });
});
