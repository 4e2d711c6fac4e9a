import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StreamedBar } from '@aitrader/adapter-live-bars';
import { epochMs, item, ticker, type Ticker } from '@aitrader/model';
import { wallClock, type WallClock } from '@aitrader/runtime-configuration';
import { newRehearsal, rehearse, type Rehearsal } from '../test/rehearsal.ts';
import { openLiveVendor, type LiveVendor } from './index.ts';

const SPEED = 120;
/** twenty symbols are asked for in less than a minute that takes so much longer */
const SAMPLED_SPEED = 40;
const RUN_MS_MAX = 60_000;
const SYMBOL = ticker('AAA');

/** Yahoo's chart on this machine, with the faults that it has. */
class ChartServer {
  readonly #http: Server = createServer((request, response) => this.#answer(request, response));
  clock: WallClock | undefined;
  /** how far its clock is ahead, ms */
  aheadMs = 0;
  fault: 'none' | 'throttled' | 'never' = 'none';
  asked = 0;
  /** the minute that each request for a single one is about, and of whom */
  readonly samples: { readonly t: number; readonly symbol: string }[] = [];

  async start(): Promise<void> {
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
  }
  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }
  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.asked += 1;
    if (this.fault === 'never') return;
    const now = (this.clock?.now() ?? 0) + this.aheadMs;
    const headers = { 'content-type': 'application/json', date: new Date(now).toUTCString() };
    if (this.fault === 'throttled') return void response.writeHead(429, headers).end('Too Many Requests');
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here');
    const symbol = pathname.split('/').at(-1) ?? '';
    const [from = 0, to = 0] = ['period1', 'period2'].map((name) => Number(searchParams.get(name)));
    if (to - from === 60) this.samples.push({ t: to * 1_000, symbol });
    const t: number[] = [];
    for (let s = Math.ceil(from / 60) * 60; s < to && (s + 60) * 1_000 <= now; s += 60) t.push(s);
    const column = t.map((s) => 100 + (s % 600) / 100);
    const quote = [{ open: column, high: column, low: column, close: column, volume: column }];
    const meta = { symbol, exchangeTimezoneName: 'America/New_York', dataGranularity: '1m' };
    const result = [{ meta, timestamp: t, indicators: { quote } }];
    response.writeHead(200, headers).end(JSON.stringify({ chart: { result, error: null } }));
  }
  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }
}

/** Another vendor, with the chart's prices a second after each minute, but for one symbol. */
function talkative(symbols: readonly Ticker[], clock: WallClock): LiveVendor {
  const barsOf = (t: number): StreamedBar[] =>
    symbols.map((symbol) => {
      const price = (100 + ((t / 1_000 - 60) % 600) / 100) * (symbol === 'S13' ? 1.05 : 1);
      return { symbol, t: epochMs(t), open: price, high: price, low: price, close: price, volume: 100, isUpdate: false };
    });
  return {
    feed: 'talkative/part',
    adjustment: 'raw',
    ...{ exposureMs: 0, completeMs: 1_000, graceMsMin: 0, corrects: true, isLastResort: false, isCold: false },
    coverage: 'part',
    sampledSymbols: 0,
    stream: (events) => {
      let timer: NodeJS.Timeout | undefined;
      let last = Math.floor(clock.now() / 60_000) * 60_000;
      const look = (): void => {
        if (clock.now() < last + 61_000) return;
        last += 60_000;
        for (const bar of barsOf(last)) events.bar(bar, clock.now());
      };
      return {
        open: () => {
          events.connected(clock.now());
          timer = setInterval(look, 2);
        },
        close: () => clearInterval(timer),
      };
    },
    fetch: (_, from, to) => {
      const bars: StreamedBar[] = [];
      for (let t = Math.ceil(from / 60_000) * 60_000; t <= to; t += 60_000) bars.push(...barsOf(t));
      return Promise.resolve(bars);
    },
    clock: () => ({ at: clock.now(), low: -500, high: 500 }),
    close: () => Promise.resolve(),
  };
}

describe('Yahoo as a last resort', () => {
  let server: ChartServer;
  let rehearsal: Rehearsal;
  beforeEach(async () => {
    server = new ChartServer();
    await server.start();
    rehearsal = newRehearsal();
  });
  afterEach(() => server.stop());

  async function follow(closed: () => void): Promise<void> {
    const text = JSON.stringify({ shows: '2024-07-02T10:00:20-04:00', at: Date.now(), speed: SPEED });
    const clock = wallClock({ AITRADER_CLOCK: text });
    server.clock = clock;
    const env = { AITRADER_YAHOO_URL: server.url, AITRADER_CLOCK: text };
    const vendor = openLiveVendor('yahoo', '', [SYMBOL], { env, clock, problem: () => undefined });
    await rehearse(rehearsal, [vendor], [SYMBOL], clock, closed);
  }
  const levelAt = (t: number) => rehearsal.levels.findLast((level) => level.t < t)?.data[0];

  it(
    'is asked minute by minute, and entries may rest on it when it has been well for a while',
    async () => {
      await follow(() => {
        if (rehearsal.slices.filter(({ count }) => count > 0).length >= 6) rehearsal.ended.abort();
      });
      const { slices, levels } = rehearsal;
      for (const slice of slices) expect([slice.feed, slice.knownAt - slice.t > 5_000]).toEqual(['yahoo/yahoo', true]);
      expect(levels[0]?.data[0]?.level).toBeGreaterThanOrEqual(3);
      expect(levels.flatMap(({ data }) => data).flatMap(({ causes }) => causes)).not.toContain('last-resort');
      expect(slices.some(({ t }) => levelAt(t)?.level === 0)).toBe(true);
    },
    RUN_MS_MAX,
  );

  it(
    'whose clock is off lets nobody enter, and says by how much at least',
    async () => {
      server.aheadMs = 30_000;
      await follow(() => {
        if (rehearsal.slices.length >= 8) rehearsal.ended.abort();
      });
      const last = levelAt(item(rehearsal.slices, 7).t);
      expect(last?.causes).toContain('clock');
      expect(last?.level).toBeGreaterThanOrEqual(3);
      expect(last?.clockBehindMs).toBeGreaterThan(2_000);
      expect(last?.clockBehindMs).toBeLessThanOrEqual(31_000);
    },
    RUN_MS_MAX,
  );

  it(
    'that wants to be left alone is left alone, minute after minute without data',
    async () => {
      server.fault = 'throttled';
      await follow(() => {
        if (rehearsal.slices.length >= 5) rehearsal.ended.abort();
      });
      for (const { absent, count, t } of rehearsal.slices) {
        expect([absent, count]).toEqual(['disconnected', 0]);
        expect(levelAt(t)?.level).toBe(4);
      }
    },
    RUN_MS_MAX,
  );

  it(
    'stands by another one: it is asked for ten symbols a minute, for each in its turn, and its prices are held against the other’s',
    async () => {
      const symbols = Array.from({ length: 20 }, (_, i) => ticker(`S${10 + i}`));
      const text = JSON.stringify({ shows: '2024-07-02T10:00:20-04:00', at: Date.now(), speed: SAMPLED_SPEED });
      const clock = wallClock({ AITRADER_CLOCK: text });
      server.clock = clock;
      const env = { AITRADER_YAHOO_URL: server.url, AITRADER_CLOCK: text };
      const yahoo = openLiveVendor('yahoo', '', symbols, { env, clock, problem: () => undefined });
      const { slices, levels, ended } = rehearsal;
      await rehearse(rehearsal, [talkative(symbols, clock), yahoo], symbols, clock, () => {
        if (slices.length >= 8) ended.abort();
      });
      const minutes = new Map<number, string[]>();
      for (const { t, symbol } of server.samples) minutes.set(t, [...(minutes.get(t) ?? []), symbol]);
      expect(minutes.size).toBeGreaterThanOrEqual(4);
      for (const asked of minutes.values()) expect(asked.length).toBeLessThanOrEqual(10);
      expect(new Set(server.samples.map(({ symbol }) => symbol))).toEqual(new Set(symbols));
      expect(server.asked).toBe(server.samples.length);
      expect(new Set(slices.map(({ feed }) => feed))).toEqual(new Set(['talkative/part']));
      // the one symbol that they disagree on
      const told = levels.filter(({ reason }) => reason.includes('vendors disagree'));
      expect(told.length).toBeGreaterThan(0);
      for (const { reason, data } of told) {
        expect(reason).toContain('S13 (');
        expect(data[0]?.symbols).toContain('S13');
      }
      expect(told.some(({ data }) => data[0]?.symbols.length === 1)).toBe(true);
    },
    RUN_MS_MAX,
  );

  it(
    'is not waited for when the run is ended while it owes an answer',
    async () => {
      server.fault = 'never';
      const following = follow(() => undefined);
      while (server.asked === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      rehearsal.ended.abort();
      await following;
      expect(rehearsal.slices.every(({ count }) => count === 0)).toBe(true);
    },
    RUN_MS_MAX,
  );
});
