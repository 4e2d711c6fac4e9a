import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { newYorkAt } from '../../../../tools/testing/new-york-clock.ts';
import { replayServer, type ReplayServer, type Reply } from '../../../../tools/testing/replay-server.ts';
import { collect, newBarCollection, tableOf } from './bar-collection.ts';
import { batchesOf, newSleeps, opened, requestOf } from './testing/opened-vendor.ts';
import { faultsOf } from './testing/vendor-faults.ts';
import { SCENES, type HeldBar } from './testing/vendor-scenes.ts';
import type { BarBatch, VendorBar } from './vendor-bars.ts';
import { VendorError } from './vendor-error.ts';

const DAY = '2026-03-06';
const OPEN = newYorkAt(DAY, '09:30');
const MINUTE_MS = 60_000;
const SYMBOLS = ['AAPL', 'BRK.B'];
const ATTEMPTS = 5;

const held = (symbol: string, start: number, close: string, volume = '100'): HeldBar => ({
  ...{ symbol, start, open: '100.25', high: '1000.5', low: '0.0125', close, volume },
});
const HELD: readonly HeldBar[] = SYMBOLS.flatMap((symbol, s) =>
  Array.from({ length: 5 }, (_, i) => held(symbol, OPEN + i * MINUTE_MS, `${10 + s}.${i}625`, `${i * 1000}`)),
);
/** What has to come of held bars. */
const closed = ({ symbol, start, open, high, low, close, volume }: HeldBar): Omit<VendorBar, 'provisional'> => ({
  ...{ symbol: symbol as VendorBar['symbol'], t: (start + MINUTE_MS) as VendorBar['t'] },
  ...{ open: Number(open), high: Number(high), low: Number(low), close: Number(close), volume: Number(volume) },
});
const barsOf = (batches: readonly BarBatch[]) =>
  batches.flatMap((batch) =>
    batch.bars.map(({ symbol, t, open, high, low, close, volume }) => ({ symbol, t, open, high, low, close, volume })),
  );
const reasonsOf = (batches: readonly BarBatch[]): string[] =>
  batches.flatMap((batch) => batch.setAside.map(({ reason }) => reason)).sort();

describe.each(SCENES)('the history of $name', (scene) => {
  let server: ReplayServer;
  let folder = '';
  beforeAll(async () => {
    server = await replayServer();
    folder = mkdtempSync(path.join(tmpdir(), 'raw-'));
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => server.answerWith(() => ({ status: 404 })));

  const request = requestOf(scene, SYMBOLS, [DAY, DAY]);
  const good = ({ url }: { readonly url: URL }): Reply => ({ body: scene.answer(url, HELD) });
  const refusalOf = async (reply: Reply, options: Parameters<typeof opened>[2] = {}): Promise<VendorError> => {
    server.answerWith(() => reply);
    const error: unknown = await batchesOf(opened(scene, server.base, options), request).catch((thrown: unknown) => thrown);
    if (!(error instanceof VendorError)) throw new Error(`a VendorError was to come, not ${JSON.stringify(error)}`);
    return error;
  };

  it('is the bars that it holds, by their close, to the digit', async () => {
    server.answerWith(good);
    const batches = await batchesOf(opened(scene, server.base), request);
    expect(barsOf(batches)).toEqual(HELD.map(closed));
    expect(reasonsOf(batches)).toEqual([]);
    expect(batches.at(-1)?.share).toBe(1);
    for (const batch of batches) {
      const { vendor, feed, adjustment, timeframe, kept } = batch;
      expect({ vendor, feed, adjustment, timeframe, kept }).toEqual({
        ...{ vendor: scene.vendor, feed: request.feed, adjustment: request.adjustment, timeframe: '1m', kept: false },
      });
      expect(batch.bars.every((bar) => !bar.provisional)).toBe(true);
    }
    expect(decodeURIComponent(server.requests.map(({ url }) => url.href).join(' '))).toContain(scene.classShare);
  });

  it('takes in what closes within the request, both ends included, and nothing twice', async () => {
    server.answerWith(good);
    const [first, last] = [OPEN + 2 * MINUTE_MS, OPEN + 4 * MINUTE_MS];
    const part = { ...request, from: first as typeof request.from, to: last as typeof request.to };
    const bars = barsOf(await batchesOf(opened(scene, server.base), part));
    expect(bars.map(({ t }) => t)).toEqual([first, first + MINUTE_MS, last, first, first + MINUTE_MS, last]);
    const after = { ...part, from: (last + 1) as typeof part.from, to: request.to };
    expect(barsOf(await batchesOf(opened(scene, server.base), after)).map(({ t }) => t)).toEqual([
      last + MINUTE_MS,
      last + MINUTE_MS,
    ]);
  });

  it('is the same however its rows are ordered', async () => {
    server.answerWith(({ url }) => ({
      body: scene.answer(
        url,
        [...HELD].sort((a, b) => (a.close < b.close ? 1 : -1)),
      ),
    }));
    expect(barsOf(await batchesOf(opened(scene, server.base), request))).toEqual(HELD.map(closed));
  });

  if (scene.canRepeat)
    it('has a bar once, of two versions the later one', async () => {
      const [first, second] = HELD;
      if (first === undefined || second === undefined) throw new Error('there are to be bars');
      const again = { ...second, close: '11.5', volume: '7' };
      // Newest first, where the vendor answers so: the version that was added last stands first.
      server.answerWith(({ url }) => ({ body: scene.answer(url, [...HELD, first, again]) }));
      const batches = await batchesOf(opened(scene, server.base), request);
      expect(barsOf(batches)).toEqual(HELD.map((bar) => closed(bar === second ? again : bar)));
      expect(reasonsOf(batches)).toEqual(['duplicate', 'superseded']);
    });

  it('leaves aside what no bar can be, and what is off the grid', async () => {
    const start = OPEN + 10 * MINUTE_MS;
    const odd = [
      { ...held('AAPL', start, '10.5'), low: '0' },
      { ...held('AAPL', start + MINUTE_MS, '10.5'), high: '1.5', low: '2.5' },
    ];
    server.answerWith(({ url }) => ({ body: scene.answer(url, [...HELD, ...odd]) }));
    const batches = await batchesOf(opened(scene, server.base), request);
    expect(barsOf(batches)).toEqual(HELD.map(closed));
    expect(reasonsOf(batches)).toEqual(['impossible', 'impossible']);
  });

  it('keeps a bar whose open or close lies outside low and high: who reads it flags it', async () => {
    const odd = { ...held('AAPL', OPEN + 10 * MINUTE_MS, '2000.5') };
    server.answerWith(({ url }) => ({ body: scene.answer(url, [odd]) }));
    expect(barsOf(await batchesOf(opened(scene, server.base), request))).toEqual([closed(odd)]);
  });

  it('is empty where the vendor says so, and then only', async () => {
    server.answerWith(() => ({ body: scene.empty }));
    const only = requestOf(scene, ['BRK.B'], [DAY, DAY]);
    expect(barsOf(await batchesOf(opened(scene, server.base), only))).toEqual([]);
  });

  it('marks a bar whose interval had not ended when the answer came', async () => {
    server.answerWith(good);
    const now = (): number => OPEN + 3 * MINUTE_MS + 1;
    const bars = (await batchesOf(opened(scene, server.base, { now }), request)).flatMap((batch) => batch.bars);
    expect(bars.map(({ provisional }) => provisional)).toEqual([false, false, false, true, false, false, false, true]);
  });

  const faults = faultsOf(scene);

  it.each(faults)('survives %s', async (_, reply) => {
    server.answerWith((seen, n) => (n === 0 ? reply : good(seen)));
    expect(barsOf(await batchesOf(opened(scene, server.base), request))).toEqual(HELD.map(closed));
  });

  it.each(faults)('that is %s, again and again, is an error and never an empty success', async (_, reply, problem) => {
    const error = await refusalOf(reply);
    expect(error.problem).toBe(problem);
    expect(error.message).toContain(`${scene.vendor}: `);
    expect(server.requests).toHaveLength(ATTEMPTS);
  });

  it('survives an answer that is cut off, and takes none of it', async () => {
    server.answerWith((seen, n) => {
      const { body = '' } = good(seen);
      return { body: n === 0 ? body.slice(0, (body.length >> 1) + 3) : body };
    });
    expect(barsOf(await batchesOf(opened(scene, server.base), request))).toEqual(HELD.map(closed));
  });

  it('is an error wherever the answer is cut off, in the last figure too', async () => {
    const only = requestOf(scene, ['AAPL'], [DAY, DAY]);
    server.answerWith(good);
    await batchesOf(opened(scene, server.base), only);
    const [asked] = server.requests;
    const { body = '' } = asked === undefined ? {} : good(asked);
    const places = [...Array(24).keys()].flatMap((i) => [body.length - 1 - i, Math.floor((body.length * i) / 24)]);
    expect(body.length).toBeGreaterThan(200);
    // CSV that ends after a row does not say that there were more: it is not what is asked for, and the length of the answer tells.
    for (const place of places.filter((at) => scene.format !== 'csv' || body[at - 1] !== '\n')) {
      server.answerWith(() => ({ body: body.slice(0, place) }));
      const taken: unknown = await batchesOf(opened(scene, server.base), only).catch((error: unknown) => error);
      expect([place, taken]).toEqual([place, expect.any(VendorError)]);
    }
  });

  it('survives a vendor that does not answer', async () => {
    server.answerWith((seen, n) => (n === 0 ? { fault: 'mute' } : good(seen)));
    expect(barsOf(await batchesOf(opened(scene, server.base, { timeoutMs: 500 }), request))).toEqual(HELD.map(closed));
  });

  it('waits as long as it is asked to, and not for ever', async () => {
    const { asked, sleep } = newSleeps();
    server.answerWith((seen, n) => (n === 0 ? { status: 429, headers: { 'retry-after': '41' } } : good(seen)));
    await batchesOf(opened(scene, server.base, { sleep }), request);
    expect(asked).toEqual([41_000]);
    const error = await refusalOf({ status: 429, headers: { 'retry-after': '3600' } }, { sleep });
    expect(error.problem).toBe('quota');
    expect(error.message).toContain('wants no more requests for 3600 s');
    expect(server.requests).toHaveLength(1);
  });

  it('waits longer from attempt to attempt, by chance', async () => {
    const { asked, sleep } = newSleeps();
    await refusalOf({ status: 500 }, { sleep, random: () => 0.75 });
    expect(asked).toEqual([750, 1500, 3000, 6000]);
  });

  it.each(scene.refusals)('that is refused for good (%s) is not asked for again', async (problem, reply) => {
    const error = await refusalOf(reply);
    expect(error.problem).toBe(problem);
    expect(server.requests).toHaveLength(1);
  });

  it('is refused where a figure is none', async () => {
    server.answerWith(({ url }) => ({ body: scene.wrongType(scene.answer(url, HELD)) }));
    const error: unknown = await batchesOf(opened(scene, server.base), request).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'VendorError', problem: 'unexpected' });
    expect(server.requests).toHaveLength(1);
  });

  it('is not asked for when the vendor has failed too often', async () => {
    const vendor = opened(scene, server.base);
    server.answerWith(() => ({ status: 500 }));
    const problems: unknown[] = [];
    for (let i = 0; i < 3; i++)
      problems.push(
        await batchesOf(vendor, request).catch((error: unknown) => (error instanceof VendorError ? error.problem : error)),
      );
    expect(problems).toEqual(['server', 'left-alone', 'left-alone']);
    expect(server.requests).toHaveLength(8);
  });

  it('is asked for again when the vendor was left alone for long enough', async () => {
    const vendor = opened(scene, server.base);
    server.answerWith(() => ({ status: 500 }));
    for (let i = 0; i < 2; i++) await expect(batchesOf(vendor, request)).rejects.toThrow(VendorError);
    server.answerWith(good);
    await expect(batchesOf(vendor, request)).rejects.toMatchObject({ problem: 'left-alone' });
    const later = Date.now() + 31_000;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => later);
    try {
      expect(barsOf(await batchesOf(vendor, request))).toEqual(HELD.map(closed));
    } finally {
      clock.mockRestore();
    }
  });

  it('comes at the pace that the vendor allows', async () => {
    const waits: number[] = [];
    const sleep = (ms: number): Promise<void> => {
      waits.push(ms);
      return Promise.reject(new Error('it would wait now'));
    };
    server.answerWith(good);
    // One request at once, and another each quarter of an hour.
    const vendor = opened(scene, server.base, { sleep, rate: { perMinute: 1 / 15, burst: 1 } });
    await batchesOf(vendor, requestOf(scene, ['AAPL'], [DAY, DAY]));
    await expect(batchesOf(vendor, request)).rejects.toThrow('it would wait now');
    expect(server.requests).toHaveLength(1);
    expect(waits.map((ms) => ms > 0 && ms <= 900_000)).toEqual([true]);
  });

  it('waits until the limit is set back, where the vendor says when', async () => {
    const { asked, sleep } = newSleeps();
    const now = (): number => Date.parse('2026-03-10T12:00:00Z');
    const reset = { 'x-ratelimit-reset': String(now() / 1000 + 17) };
    server.answerWith((seen, n) => (n === 0 ? { status: 429, headers: reset } : good(seen)));
    await batchesOf(opened(scene, server.base, { sleep, now }), request);
    expect(asked).toEqual([17_000]);
  });

  it.each([
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ])('tells that the vendor’s clock is %s', async (_, ms) => {
    const now = (): number => OPEN + 60 * MINUTE_MS;
    server.answerWith((seen) => ({ ...good(seen), headers: { date: new Date(now() + ms).toUTCString() } }));
    const vendor = opened(scene, server.base, { now });
    expect(vendor.serverClock()).toBeUndefined();
    await batchesOf(vendor, request);
    expect(vendor.serverClock()).toEqual({ skewMs: ms + 500, uncertaintyMs: 500, measuredAt: now() });
  });

  it('keeps what came, packed, and asks for it once', async () => {
    const own = mkdtempSync(path.join(folder, 'kept-'));
    server.answerWith(good);
    const first = await batchesOf(opened(scene, server.base, { rawFolder: own }), request);
    const asked = server.requests.length;
    const again = await batchesOf(opened(scene, server.base, { rawFolder: own }), request);
    expect(server.requests).toHaveLength(asked);
    expect(again).toEqual(first.map((batch) => ({ ...batch, kept: true })));
    const records = recordsOf(own);
    expect(records).toHaveLength(asked);
    expect(records[0]).toMatchObject({ status: 200, body: expect.any(String), receivedAt: expect.any(Number) });
  });

  it('asks again for what could still change, and for what was no answer', async () => {
    const own = mkdtempSync(path.join(folder, 'again-'));
    const soon = (): number => request.to + MINUTE_MS;
    server.answerWith(good);
    await batchesOf(opened(scene, server.base, { rawFolder: own, now: soon }), request);
    const asked = server.requests.length;
    await batchesOf(opened(scene, server.base, { rawFolder: own, now: soon }), request);
    expect(server.requests).toHaveLength(asked * 2);
    const other = mkdtempSync(path.join(folder, 'failed-'));
    await refusalOf({ body: '<html>' }, { rawFolder: other });
    expect(recordsOf(other)).toHaveLength(ATTEMPTS);
    server.answerWith(good);
    const batches = await batchesOf(opened(scene, server.base, { rawFolder: other }), request);
    expect(barsOf(batches)).toEqual(HELD.map(closed));
    expect(batches.every((batch) => !batch.kept)).toBe(true);
  });

  it('shows no key in a file, an error or a URL that is kept', async () => {
    const secrets = Object.values(scene.env);
    const own = mkdtempSync(path.join(folder, 'secret-'));
    const told = `your key is ${secrets.join(' and ')}, or ${secrets.map(encodeURIComponent).join(' and ')}`;
    const replies: readonly Reply[] = [
      { status: 500, body: told, headers: { 'x-echo': secrets.join(' ') } },
      { status: 403, body: JSON.stringify({ message: told, error: told }) },
      { body: JSON.stringify({ Information: told, 'Error Message': told }) },
      { fault: 'drop' },
    ];
    for (const reply of replies) {
      const error = await refusalOf(reply, { rawFolder: own });
      const shown = `${error.message} ${error.stack ?? ''} ${JSON.stringify(error)}`;
      for (const secret of secrets)
        expect([shown.includes(secret), shown.includes(encodeURIComponent(secret))]).toEqual([false, false]);
    }
    const written = recordsOf(own).map((record) => JSON.stringify(record));
    expect(written.length).toBeGreaterThan(3);
    for (const record of written)
      for (const secret of secrets)
        expect([record.includes(secret), record.includes(encodeURIComponent(secret))]).toEqual([false, false]);
    // It was sent, all the same.
    const sent = server.requests.map(({ url, headers }) => url.href + JSON.stringify(headers)).join(' ');
    for (const secret of secrets) expect(sent).toContain(secret);
  });

  it('makes one table, whatever comes twice', async () => {
    server.answerWith(good);
    const collection = newBarCollection();
    for (let i = 0; i < 2; i++)
      for (const batch of await batchesOf(opened(scene, server.base), request)) collect(collection, batch);
    const table = tableOf(collection, '1m');
    expect(table.symbols).toEqual(SYMBOLS);
    expect(table.count).toBe(HELD.length);
    expect([...table.symbol.subarray(0, 4)]).toEqual([0, 1, 0, 1]);
    expect(collection.leftOut).toEqual(new Map([['duplicate', HELD.length]]));
  });
});

/** What is kept under a folder, unpacked. */
function recordsOf(folder: string): readonly Record<string, unknown>[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json.gz'));
  return files.map(
    (file) => JSON.parse(gunzipSync(readFileSync(path.join(folder, file))).toString('utf8')) as Record<string, unknown>,
  );
}
