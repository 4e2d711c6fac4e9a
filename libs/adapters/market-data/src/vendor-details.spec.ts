import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { epochMs, ticker } from '@aitrader/model';
import { collect, newBarCollection } from './bar-collection.ts';
import { capabilityOf } from './open-vendor.ts';
import { rawStore } from './raw-store.ts';
import { withoutSecrets } from './secrets.ts';
import { requestOf } from './testing/opened-vendor.ts';
import { VENDORS, type BarBatch } from './vendor-bars.ts';
import { isStillGood } from './vendor-host.ts';
import { baseUrlOf, keysOf } from './vendor-keys.ts';
import { canonicalSymbol, hyphenatedSymbol } from './vendor-symbol.ts';
import { readNaiveTime, readRfc3339 } from './vendor-time.ts';

describe('a symbol', () => {
  it.each(['BRK.B', 'BRK-B', 'brk/b', ' brk.b '])('%s is BRK.B', (text) => expect(canonicalSymbol(text)).toBe('BRK.B'));
  it.each([
    ['AAPL', 'AAPL'],
    ['BRK.B', 'BRK-B'],
    ['BAC.PR.K', undefined],
    ['BF/B', 'BF-B'],
    ['GOOGLES', undefined],
  ])('%s is %s with a hyphen', (symbol, name) => expect(hyphenatedSymbol(ticker(symbol))).toBe(name));
  it('is refused where it is none', () => expect(() => canonicalSymbol('A B')).toThrow('Ticker'));
});

describe('a printed time', () => {
  it.each([
    ['2026-03-06T14:30:00Z', '2026-03-06T14:30:00.000Z', true],
    ['2026-03-06T09:30:00.5-05:00', '2026-03-06T14:30:00.500Z', true],
    ['2026-03-06T14:30:00.123000000Z', '2026-03-06T14:30:00.123Z', true],
    ['2026-03-06T14:30:00.123000001Z', '2026-03-06T14:30:00.123Z', false],
  ])('%s is %s', (text, iso, exact) => expect(readRfc3339(text)).toEqual({ ms: Date.parse(iso), exact }));
  it.each(['', '2026-03-06', '2026-03-06T14:30Z', '2026-13-06T14:30:00Z', '2026-03-06T14:30:00', 'x'])('%j is none', (text) =>
    expect(readRfc3339(text)).toBeUndefined(),
  );
  it('without a zone is read as it stands', () => {
    expect(readNaiveTime('2026-03-06 19:55:00')).toEqual({ date: '2026-03-06', minuteOfDay: 1195, seconds: 0 });
    expect(readNaiveTime('2026-03-06')).toEqual({ date: '2026-03-06', minuteOfDay: 0, seconds: 0 });
    for (const none of ['2026-02-30', '2026-03-06 24:00:00', '2026-03-06T09:30', '06/03/2026'])
      expect(readNaiveTime(none)).toBeUndefined();
  });
});

describe('keys', () => {
  it('that are missing are named, with what works without them', () => {
    expect(() => keysOf(capabilityOf('alpaca'), { APCA_API_KEY_ID: 'x' })).toThrow(
      'Alpaca wants APCA_API_KEY_ID and APCA_API_SECRET_KEY in the environment, and APCA_API_SECRET_KEY is not set. Without keys there are --vendor yahoo, your own bar files, and the built-in market (--bars sample).',
    );
    expect(() => keysOf(capabilityOf('finnhub'), { FINNHUB_API_KEY: ' ' })).toThrow('FINNHUB_API_KEY is not set');
    expect(() => keysOf(capabilityOf('alphavantage'), {})).toThrow('ALPHAVANTAGE_API_KEY is not set');
    expect(keysOf(capabilityOf('yahoo'), {})).toEqual([]);
  });

  it('that cannot be keys are refused without being shown', () => {
    const refused = (): unknown => keysOf(capabilityOf('finnhub'), { FINNHUB_API_KEY: 'abc def' });
    expect(refused).toThrow('FINNHUB_API_KEY cannot be a key of Finnhub');
    expect(refused).not.toThrow('abc');
  });

  it('go over TLS, or stay on this machine', () => {
    const base = (url: string): string => baseUrlOf(capabilityOf('alpaca'), { AITRADER_ALPACA_URL: url });
    expect(base('')).toBe('https://data.alpaca.markets');
    expect(base('http://127.0.0.1:8080/')).toBe('http://127.0.0.1:8080');
    expect(base('http://localhost:1/x/')).toBe('http://localhost:1/x');
    for (const url of [
      'http://example.com',
      'ftp://127.0.0.1',
      'nonsense',
      'https://a:b@example.com',
      'https://example.com/?a=1',
    ])
      expect(() => base(url)).toThrow('AITRADER_ALPACA_URL is to be the base of https URLs');
  });

  it('are taken out of a text however they are spelled there, and short ones where they stand alone', () => {
    expect(withoutSecrets(['se/cret+key=', ''])('a se/cret+key= b se%2Fcret%2Bkey%3D c')).toBe('a *** b *** c');
    expect(withoutSecrets(['1234'])('key=1234, price 12345, 0.1234')).toBe('key=***, price 12345, 0.1234');
  });
});

describe('what vendors can do', () => {
  it.each(VENDORS)('is said of %s in terms that hold together', (vendor) => {
    const { feeds, rate, history, title, vendor: own } = capabilityOf(vendor);
    expect([own, title.length > 0]).toEqual([vendor, true]);
    expect(new Set(feeds.map(({ feed }) => feed)).size).toBe(feeds.length);
    expect(rate.burst).toBeLessThanOrEqual(rate.perMinute);
    for (const { adjustments } of Object.values(history)) expect(new Set(adjustments).size).toBe(adjustments.length);
  });
});

describe('a collection', () => {
  const batch: BarBatch = {
    ...{ vendor: 'alpaca', feed: 'iex', timeframe: '1m', adjustment: 'raw', kept: false, bars: [], setAside: [], share: 1 },
    receivedAt: 0 as BarBatch['receivedAt'],
  };
  it.each([
    ['vendor', { vendor: 'yahoo' }],
    ['feed', { feed: 'sip' }],
    ['adjustment', { adjustment: 'split' }],
    ['timeframe', { timeframe: '1d' }],
    ['asOf', { asOf: '2021-06-01' }],
  ] as const)('never mixes one %s with another', (field, other) => {
    const collection = newBarCollection();
    collect(collection, batch);
    expect(() => collect(collection, { ...batch, ...other })).toThrow(`bars of ${field} `);
  });
});

describe('an answer', () => {
  const TO = Date.parse('2026-03-06T21:00:00Z');
  const HOUR = 3_600_000;
  const goodFor = (adjustment: 'raw' | 'split', received: number, age: number): boolean =>
    isStillGood({ ...requestOf({ vendor: 'alpaca' }, [], ['2026-03-06', '2026-03-06']), to: epochMs(TO), adjustment })(
      TO + received,
      TO + received + age,
    );
  it('is good for half a day once its bars are final, and for a week once they are settled and as traded', () => {
    expect([goodFor('raw', HOUR / 5, 0), goodFor('raw', HOUR / 4, 0)]).toEqual([false, true]);
    expect([goodFor('raw', HOUR, 12 * HOUR), goodFor('raw', HOUR, 13 * HOUR)]).toEqual([true, false]);
    expect([goodFor('raw', 24 * HOUR, 168 * HOUR), goodFor('raw', 24 * HOUR, 169 * HOUR)]).toEqual([true, false]);
    expect([goodFor('split', 24 * HOUR, 12 * HOUR), goodFor('split', 24 * HOUR, 13 * HOUR)]).toEqual([true, false]);
  });
});

describe('kept answers', () => {
  const answer = { url: 'https://x.test/a', status: 200, headers: {}, requestedAt: 1, redacted: false, body: '{}' };
  const AT = Date.parse('2026-03-06T23:59:00Z');
  it('are found over midnight, while they are good, and not when they are damaged', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'raw-store-'));
    try {
      const store = rawStore(folder, 'alpaca');
      await store.keep({ ...answer, receivedAt: AT });
      const asked: number[] = [];
      const good = (receivedAt: number): boolean => asked.push(receivedAt) > 0;
      for (const later of [3_600_000, 7 * 86_400_000])
        expect(await store.find(answer.url, AT + later, good)).toMatchObject({ receivedAt: AT, body: '{}' });
      expect(asked).toEqual([AT, AT]);
      expect(await store.find(answer.url, AT + 3_600_000, () => false)).toBeUndefined();
      expect(await store.find(answer.url, AT - 1, good)).toBeUndefined();
      expect(await store.find(answer.url, AT + 9 * 86_400_000, good)).toBeUndefined();
      expect(await store.find('https://x.test/b', AT, good)).toBeUndefined();
      const [file = ''] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.gz'));
      expect(file).toContain(path.join('alpaca', '2026-03-06'));
      writeFileSync(path.join(folder, file), 'damaged');
      expect(await store.find(answer.url, AT, () => true)).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('need a folder that can be made', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'raw-store-'));
    try {
      const file = path.join(folder, 'file');
      writeFileSync(file, '');
      const kept = rawStore(file, 'alpaca').keep({ ...answer, receivedAt: AT });
      await expect(kept).rejects.toThrow(/file.alpaca.*: answers of vendors cannot be kept there, for it does not exist/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('with a key taken out of them are for audit alone', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'raw-store-'));
    try {
      const store = rawStore(folder, 'alpaca');
      await store.keep({ ...answer, receivedAt: AT, redacted: true });
      expect(await store.find(answer.url, AT, () => true)).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
