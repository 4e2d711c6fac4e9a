import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { referencePath, withReference } from '../../../../tools/testing/reference-data.ts';
import { replayServer, type Reply, type ReplayServer, type Seen } from '../../../../tools/testing/replay-server.ts';
import { AlpacaTrading, openAlpacaTrading } from './index.ts';

const KEYS = { APCA_API_KEY_ID: 'PKTESTKEYIDENTIFIER', APCA_API_SECRET_KEY: 'very-secret-indeed' };
const SAMPLES = referencePath('specs/samples/alpaca');
const json = (body: unknown, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'application/json', 'x-request-id': 'request-1' },
  body: JSON.stringify(body),
});

const ORDER = {
  id: '7b08df51-c1ac-453c-99f9-323a5f075f0d',
  client_order_id: 'run-1-AAPL-entry',
  symbol: 'AAPL',
  side: 'buy',
  type: 'limit',
  time_in_force: 'day',
  status: 'new',
  qty: '2',
  filled_qty: '0',
  limit_price: '150.25',
  submitted_at: '2026-11-27T14:31:00.123456789Z',
};
const TICKET = { client_order_id: 'run-1-AAPL-entry', symbol: 'AAPL', qty: '2', side: 'buy', type: 'limit' };

let server: ReplayServer;
let trading: AlpacaTrading;
let slept: number[] = [];
/** Whoever sleeps wakes at once, and it is later. */
let skipped = 0;
beforeAll(async () => {
  server = await replayServer();
  trading = openAlpacaTrading({
    env: KEYS,
    account: 'paper',
    url: server.base,
    timeoutMs: 300,
    now: () => Date.now() + skipped,
    random: () => 0.5,
    perMinute: 100_000,
    sleep: (ms) => {
      slept.push(ms);
      skipped += ms;
      return Promise.resolve();
    },
  });
});
afterAll(() => server.close());
/** Answers one after the other; the last one again and again. */
const answers = (...replies: Reply[]): void => {
  slept = [];
  server.answerWith((_: Seen, n: number) => replies[Math.min(n, replies.length - 1)] ?? {});
};

describe('reading from the broker', () => {
  withReference(SAMPLES, 'answers as the broker prints them', () => {
    const sample = (name: string): unknown =>
      JSON.parse(readFileSync(referencePath('specs/samples/alpaca/trading', name), 'utf8'));

    it.each(['account.2026-07.get_v2_account.json', 'account.legacy_pdt_fields.json', 'account.margin4x.json'])(
      'takes the account of %s',
      async (name) => {
        answers(json(sample(name)));
        expect(await trading.account()).toMatchObject({ status: 'ACTIVE', currency: 'USD', blocks: [] });
      },
    );

    it('takes amounts to the cent and beyond', async () => {
      answers(json(sample('account.2026-07.get_v2_account.json')));
      expect(await trading.account()).toMatchObject({
        ...{ cash: 122_086_500_000, equity: 123_346_110_000, lastEquity: 122_011_097_511, buyingPower: 245_432_610_000 },
        ...{ maintenanceMargin: 377_880_000, multiplier: 2, shortingEnabled: true },
      });
    });

    it('takes positions, orders, executions, the clock and an asset', async () => {
      answers(json([sample('position.long.json')]));
      expect(await trading.positions()).toMatchObject([
        { symbol: 'AAPL', quantity: 2_000_000_000, costBasis: 349_560_000, averageEntryPrice: '174.78', currentPrice: 1_742_900 },
      ]);
      answers(json([sample('order.equity_limit_new.json')]));
      expect(await trading.orders({ status: 'open' })).toMatchObject([
        { symbol: 'AAPL', status: 'accepted', quantity: 2_000_000_000, filled: 0, limit: 1_500_000, stop: null, legs: [] },
      ]);
      answers(json([sample('activity.fill.json')]));
      expect(await trading.executions('2022-02-01T00:00:00Z')).toMatchObject([
        { quantity: 2_000_000_000, price: 1_747_800, side: 'buy' },
      ]);
      answers(json(sample('clock.v2.json')));
      expect(await trading.clock()).toMatchObject({ isOpen: true, nextClose: '2025-06-24T16:00:00-04:00' });
      answers(json(sample('asset.AAPL.json')));
      expect(await trading.asset('AAPL')).toMatchObject({ symbol: 'AAPL', tradable: true });
    });
  });

  it('shows the keys to the broker, and to nobody else', async () => {
    answers({ status: 403, body: `no ${KEYS.APCA_API_SECRET_KEY} here` });
    const error: unknown = await trading.account().catch((one: unknown) => one);
    expect(server.requests[0]?.headers).toMatchObject({
      'apca-api-key-id': KEYS.APCA_API_KEY_ID,
      'apca-api-secret-key': KEYS.APCA_API_SECRET_KEY,
    });
    expect(String(error)).toContain('/v2/account answered 403: "no *** here"');
  });

  it.each<[string, Reply]>([
    ['a broken server', { status: 503, body: 'busy' }],
    ['no answer', { fault: 'drop' }],
    ['an answer cut off', { ...json(ORDER), fault: 'cut' }],
    ['too many requests', { status: 429, headers: { 'x-ratelimit-reset': '1' }, body: '{"message":"too many requests."}' }],
  ])('asks again after %s, and takes what comes then', async (_, fault) => {
    answers(fault, json(ORDER));
    expect(await trading.order(ORDER.id)).toMatchObject({ id: ORDER.id });
    expect(server.requests).toHaveLength(2);
  });

  it('gives up after a while, and says why', async () => {
    answers({ fault: 'drop' });
    await expect(trading.account()).rejects.toMatchObject({ problem: 'unreachable' });
    expect(server.requests).toHaveLength(4);
  });

  it.each([401, 403])('takes a refusal to read, %i, for one of the keys, and asks no further', async (status) => {
    answers({ status, body: '{"message":"forbidden."}' });
    await expect(trading.account()).rejects.toMatchObject({ problem: 'unauthorised' });
    expect(server.requests).toHaveLength(1);
  });

  it('names the field of an answer that is not as it should be', async () => {
    answers(json({ ...ORDER, filled_qty: 'lots' }));
    await expect(trading.order(ORDER.id)).rejects.toThrow('filled_qty: a number of shares expected, got "lots"');
    answers({ body: '<html>' });
    await expect(trading.order(ORDER.id)).rejects.toMatchObject({ problem: 'unexpected' });
  });

  it('knows an order that there is none of from one that cannot be asked for', async () => {
    answers(json({ code: 40_410_000, message: 'order not found' }, 404));
    expect(await trading.orderByClientId('nobody')).toBeUndefined();
    expect(server.requests[0]?.url.search).toBe('?client_order_id=nobody');
  });

  it('takes fields and words that came later', async () => {
    answers(json({ ...ORDER, status: 'pondering', type: 'oracle', later: { field: 1 }, legs: [{ ...ORDER, status: 'held' }] }));
    expect(await trading.order(ORDER.id)).toMatchObject({ status: 'pondering', type: 'oracle', legs: [{ status: 'held' }] });
  });

  it('reads pages until there are no more, and ends where one brings nothing new', async () => {
    const page = (from: number, count: number): Reply =>
      json(Array.from({ length: count }, (_, i) => ({ ...ORDER, id: `order-${from + i}` })));
    answers(page(0, 500), page(500, 500), page(1_000, 3));
    expect(await trading.orders({ status: 'all', after: '2026-11-27T00:00:00Z' })).toHaveLength(1_003);
    const [first, second] = server.requests.map(({ url }) => Object.fromEntries(url.searchParams));
    expect(first).toMatchObject({ after: '2026-11-27T00:00:00Z', nested: 'true', direction: 'asc' });
    expect(second).toMatchObject({ after_order_id: 'order-499' });
    expect(second).not.toHaveProperty('after');
    answers(page(0, 500));
    expect(await trading.orders({ status: 'all' })).toHaveLength(500);
  });
});

describe('a request that changes something', () => {
  it('is taken, with the answer as it came', async () => {
    answers(json(ORDER));
    const outcome = await trading.submit(TICKET);
    expect(outcome).toMatchObject({
      kind: 'taken',
      status: 200,
      requestId: 'request-1',
      value: { clientOrderId: TICKET.client_order_id },
    });
    expect(outcome).toHaveProperty('raw', JSON.stringify(ORDER));
  });

  it.each<[string, Reply, object]>([
    ['no answer', { fault: 'drop' }, { kind: 'unknown' }],
    ['silence', { fault: 'mute' }, { kind: 'unknown', why: 'no answer in 300 ms' }],
    ['an answer cut off', { ...json(ORDER), fault: 'cut' }, { kind: 'unknown' }],
    ['a broken server', { status: 504, body: 'upstream' }, { kind: 'unknown', why: 'HTTP 504: "upstream"' }],
    ['a page', { status: 200, body: '<html>' }, { kind: 'unknown' }],
    ['an answer that sends on', { status: 302, headers: { location: 'http://elsewhere' } }, { kind: 'unknown' }],
    ['too many requests', { status: 429, headers: { 'retry-after': '1' } }, { kind: 'not-now' }],
    [
      'a refusal',
      json({ code: 40_310_000, message: 'insufficient buying power' }, 403),
      { kind: 'refused', code: 40_310_000, message: 'insufficient buying power' },
    ],
    ['a refusal without JSON', { status: 422, body: 'no' }, { kind: 'refused', code: null, message: '"no"' }],
  ])('is sent once: %s', async (_, reply, expected) => {
    answers(reply);
    expect(await trading.submit(TICKET)).toMatchObject(expected);
    expect(server.requests).toHaveLength(1);
  });

  it('that never left is known not to have arrived', async () => {
    const nobody = openAlpacaTrading({
      ...{ env: KEYS, account: 'paper', url: 'http://127.0.0.1:2', now: Date.now, random: () => 0 },
      sleep: () => Promise.resolve(),
    });
    expect(await nobody.submit(TICKET)).toMatchObject({ kind: 'not-now' });
  });

  it('is asked for again when it is a cancel, which does no harm', async () => {
    answers({ fault: 'drop' }, { status: 500 }, { status: 204 });
    expect(await trading.cancel(ORDER.id)).toMatchObject({ kind: 'taken' });
    answers(json({ code: 42_210_000, message: 'order is already in "filled" state' }, 422));
    expect(await trading.cancel(ORDER.id)).toMatchObject({ kind: 'refused', code: 42_210_000 });
    expect(server.requests).toHaveLength(1);
  });
});

describe('opening an account', () => {
  const open = (env: Record<string, string>, url?: string) => () =>
    openAlpacaTrading({ env, account: 'paper', url, now: Date.now, random: () => 0, sleep: () => Promise.resolve() });

  it('names the variable that is missing, and what works without it', () => {
    expect(open({ APCA_API_KEY_ID: 'PK1' })).toThrow(/APCA_API_SECRET_KEY is not set.*simulated broker/s);
    expect(open({ ...KEYS, APCA_API_SECRET_KEY: 'a b' })).toThrow('APCA_API_SECRET_KEY cannot be a key');
  });

  it('sends keys over TLS, or within this machine', () => {
    expect(open(KEYS, 'http://broker.example')).toThrow('https URL');
    expect(open(KEYS, 'https://user@broker.example')).toThrow('https URL');
    expect(open(KEYS, 'http://localhost:8087/')).not.toThrow();
  });
});
