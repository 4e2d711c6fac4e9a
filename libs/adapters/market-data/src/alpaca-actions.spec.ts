import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { replayServer, type ReplayServer, type Reply, type Seen } from '../../../../tools/testing/replay-server.ts';
import { ticker } from '@aitrader/model';
import type { ActionBatch, ActionRequest } from './alpaca-actions.ts';
import { openActions, type VendorOptions } from './open-vendor.ts';
import { CALENDAR, newSleeps } from './testing/opened-vendor.ts';
import { faultsOf } from './testing/vendor-faults.ts';
import { SCENES } from './testing/vendor-scenes.ts';
import { VendorError } from './vendor-error.ts';

const ATTEMPTS = 5;
const KEYS = { APCA_API_KEY_ID: 'PKACTIONSKEY00001', APCA_API_SECRET_KEY: 'actions/secret+of=tests' };
const REQUEST: ActionRequest = { symbols: ['AAPL', 'BRK.B'].map(ticker), from: '2026-01-02', to: '2026-06-30' };
const throttled: Reply = { status: 429, body: JSON.stringify({ message: 'too many requests.' }) };

// Made up to the schema of the vendor's specification.
const split = (id: string, ex_date: string) => ({
  ...{ id, symbol: 'AAPL', cusip: '037833100', new_rate: 10, old_rate: 1, process_date: ex_date, ex_date },
});
const dividend = (id: string, rate: unknown = 0.255) => ({
  ...{ id, symbol: 'BRK.B', cusip: '084670702', rate, special: false, foreign: false, currency: 'USD' },
  ...{ process_date: '2026-05-15', ex_date: '2026-05-09', payable_date: '2026-05-15', record_date: '2026-05-12' },
});
const PAGES: readonly object[] = [
  { forward_splits: [split('s1', '2026-02-10')], cash_dividends: [dividend('d1')] },
  {},
  { cash_dividends: null },
  { cash_dividends: [dividend('d2')], kinds_of_tomorrow: [{ id: 'k1', symbol: 'AAPL', process_date: '2026-03-02' }] },
];
const HELD = {
  forward_splits: [split('s1', '2026-02-10')],
  cash_dividends: [dividend('d1'), dividend('d2')],
  kinds_of_tomorrow: [{ id: 'k1', symbol: 'AAPL', process_date: '2026-03-02' }],
};

function pageOf({ url }: Seen): Reply {
  const at = Number((url.searchParams.get('page_token') ?? 'page+/=0').slice('page+/='.length));
  const next = at + 1 < PAGES.length ? `page+/=${at + 1}` : null;
  return { body: JSON.stringify({ corporate_actions: PAGES[at], next_page_token: next }) };
}

describe("Alpaca's corporate actions", () => {
  let server: ReplayServer;
  let folder = '';
  beforeAll(async () => {
    server = await replayServer();
    folder = mkdtempSync(path.join(tmpdir(), 'raw-actions-'));
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function batches(options: Partial<VendorOptions> = {}, request = REQUEST): Promise<readonly ActionBatch[]> {
    const outside = { now: Date.now, sleep: newSleeps().sleep, random: () => 0.5, rate: { perMinute: 1e9, burst: 1e6 } };
    const env = { ...KEYS, AITRADER_ALPACA_URL: server.base };
    const asked: ActionBatch[] = [];
    for await (const batch of openActions({ env, calendar: CALENDAR, ...outside, ...options }).actions(request))
      asked.push(batch);
    return asked;
  }
  const rowsOf = (all: readonly ActionBatch[]): Record<string, unknown[]> => {
    const rows: Record<string, unknown[]> = {};
    for (const batch of all)
      for (const [kind, list] of Object.entries(batch.rows)) if (list.length > 0) (rows[kind] ??= []).push(...list);
    return rows;
  };
  async function refusalOf(reply: Reply): Promise<VendorError> {
    server.answerWith(() => reply);
    const error: unknown = await batches().catch((thrown: unknown) => thrown);
    if (!(error instanceof VendorError)) throw new Error(`a VendorError was to come, not ${JSON.stringify(error)}`);
    return error;
  }

  it('are the rows of all pages as they came, be pages empty, null, or of a kind that nobody knows', async () => {
    server.answerWith(pageOf);
    const all = await batches();
    expect(rowsOf(all)).toEqual(HELD);
    expect(all.map(({ kept, share }) => [kept, share])).toEqual(PAGES.map(() => [false, 1]));
    expect(server.requests.map(({ url }) => url.searchParams.get('page_token'))).toEqual([
      null,
      'page+/=1',
      'page+/=2',
      'page+/=3',
    ]);
  });

  it('are asked for by symbols and dates of processing, a hundred symbols at a time', async () => {
    server.answerWith(() => ({ body: '{"corporate_actions":{},"next_page_token":null}' }));
    const many = Array.from({ length: 150 }, (_, i) => ticker(`S${i}`));
    expect((await batches({}, { ...REQUEST, symbols: many })).map(({ share }) => share)).toEqual([100 / 150, 1]);
    const [first, second] = server.requests.map(({ url }) => url);
    expect(first?.pathname).toBe('/v1/corporate-actions');
    expect([first, second].map((url) => (url?.searchParams.get('symbols') ?? '').split(',').length)).toEqual([100, 50]);
    expect(Object.fromEntries(second?.searchParams ?? [])).toMatchObject({
      ...{ start: '2026-01-02', end: '2026-06-30', limit: '1000', sort: 'asc' },
    });
  });

  it('end with an error when the same token comes twice', async () => {
    server.answerWith(() => ({ body: JSON.stringify({ corporate_actions: {}, next_page_token: 'same' }) }));
    await expect(batches()).rejects.toThrow('gave the same page token twice');
    expect(server.requests).toHaveLength(2);
  });

  it.each(faultsOf({ throttled }))('survive %s', async (_, reply) => {
    server.answerWith((seen, n) => (n === 1 ? reply : pageOf(seen)));
    expect(rowsOf(await batches())).toEqual(HELD);
  });

  it.each(faultsOf({ throttled }))('of %s, again and again, are an error and never empty', async (_, reply, problem) => {
    expect((await refusalOf(reply)).problem).toBe(problem);
    expect(server.requests).toHaveLength(ATTEMPTS);
  });

  it('are an error wherever the answer is cut off', async () => {
    const body = JSON.stringify({ corporate_actions: HELD, next_page_token: null });
    for (const place of Array.from({ length: 24 }, (_, i) => Math.floor((body.length * i) / 24))) {
      server.answerWith(() => ({ body: body.slice(0, place) }));
      expect([place, await batches().catch((error: unknown) => error)]).toEqual([place, expect.any(VendorError)]);
    }
  });

  it.each([
    ['a ratio of words', { forward_splits: [{ ...split('s', '2026-02-10'), new_rate: 'ten' }] }],
    ['a ratio of nothing', { forward_splits: [{ ...split('s', '2026-02-10'), old_rate: 0 }] }],
    ['a dividend without its amount', { cash_dividends: [dividend('d', null)] }],
    ['a split without its date', { reverse_splits: [{ ...split('s', '2026-02-10'), ex_date: undefined }] }],
    ['a change of symbol to none', { name_changes: [{ id: 'n', old_symbol: 'FB', process_date: '2026-02-10' }] }],
    ['a list that is none', { spin_offs: 'none' }],
    ['a row that is none', { kinds_of_tomorrow: ['x'] }],
  ])('with %s are refused, and not asked for again', async (_, rows) => {
    const error = await refusalOf({ body: JSON.stringify({ corporate_actions: rows, next_page_token: null }) });
    expect([error.problem, server.requests.length]).toEqual(['unexpected', 1]);
    expect(error.message).toContain(Object.keys(rows)[0]);
  });

  it.each([
    ['unauthorised', { status: 401, body: '{"message":"unauthorised."}' }],
    ['unauthorised', { status: 403, body: '{"message":"forbidden."}' }],
    ['refused', { status: 400, body: '{"message":"invalid symbol"}' }],
    ['refused', { status: 302, headers: { location: 'https://elsewhere.test/' } }],
    ['unexpected', { body: '{}' }],
    ['unexpected', { body: '[]' }],
    ['unexpected', { body: '{"bars":{},"next_page_token":null}' }],
  ] as const)('that are refused for good (%s) are not asked for again', async (problem, reply) => {
    expect((await refusalOf(reply)).problem).toBe(problem);
    expect(server.requests).toHaveLength(1);
  });

  it('are kept as they came, and serve for the hour in which a fetch that was interrupted goes on', async () => {
    const own = mkdtempSync(path.join(folder, 'kept-'));
    const at = Date.parse('2026-07-01T12:00:00Z');
    server.answerWith((seen, n) => (n === 2 ? { status: 403, body: '{}' } : pageOf(seen)));
    await expect(batches({ rawFolder: own, now: () => at })).rejects.toThrow('does not accept the keys');
    server.answerWith(pageOf);
    const gone = await batches({ rawFolder: own, now: () => at + 3_600_000 });
    expect([rowsOf(gone), gone.map(({ kept }) => kept)]).toEqual([HELD, [true, true, false, false]]);
    server.answerWith(pageOf);
    const later = await batches({ rawFolder: own, now: () => at + 2 * 3_600_000 + 1 });
    expect(later.map(({ kept }) => kept)).toEqual([false, false, false, false]);
  });

  it('are asked for with the keys that bars are asked for with, and never without', async () => {
    await expect(batches({ env: {} })).rejects.toThrow('Alpaca wants APCA_API_KEY_ID and APCA_API_SECRET_KEY');
    const scene = SCENES.find(({ vendor }) => vendor === 'alpaca');
    expect(Object.keys(scene?.env ?? {})).toEqual(Object.keys(KEYS));
    server.answerWith(pageOf);
    await batches();
    expect(server.requests[0]?.headers).toMatchObject({ 'apca-api-key-id': KEYS.APCA_API_KEY_ID });
    const told = await refusalOf({ status: 403, body: JSON.stringify({ message: Object.values(KEYS).join(' ') }) });
    for (const key of Object.values(KEYS)) expect(told.message).not.toContain(key);
  });
});
