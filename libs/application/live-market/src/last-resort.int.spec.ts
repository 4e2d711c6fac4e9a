import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { item, ticker } from '@aitrader/model';
import { wallClock, type WallClock } from '@aitrader/runtime-configuration';
import { newRehearsal, rehearse, type Rehearsal } from '../test/rehearsal.ts';
import { openLiveVendor } from './index.ts';

const SPEED = 120;
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
    const { searchParams } = new URL(request.url ?? '/', 'http://here');
    const [from = 0, to = 0] = ['period1', 'period2'].map((name) => Number(searchParams.get(name)));
    const t: number[] = [];
    for (let s = Math.ceil(from / 60) * 60; s < to && (s + 60) * 1_000 <= now; s += 60) t.push(s);
    const column = t.map((s) => 100 + (s % 600) / 100);
    const quote = [{ open: column, high: column, low: column, close: column, volume: column }];
    const meta = { symbol: 'AAA', exchangeTimezoneName: 'America/New_York', dataGranularity: '1m' };
    const result = [{ meta, timestamp: t, indicators: { quote } }];
    response.writeHead(200, headers).end(JSON.stringify({ chart: { result, error: null } }));
  }
  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }
}

describe('Yahoo as the only vendor', () => {
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
