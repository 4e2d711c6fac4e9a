/**
 * 1. What is written as text is read as it was: kinds, order, numbers that JSON does not know, and what is one thing in two places.
 * 2. A closing is read whole from its messages; without one of them, or with a changed one, it is refused.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cash, epochMs, ids, price, quantity, runId, ticker, type Closing } from '@aitrader/model';
import { ClosingReader, encodeClosing, type Sha256 } from './closing-codec.ts';
import { PART_LENGTH_MAX } from './closing-schema.ts';
import { PlainTextError, plainFrom, plainText } from './plain-text.ts';

const sha256: Sha256 = (content) => createHash('sha256').update(content).digest('hex');
const someKey = fc.string({ unit: 'grapheme', maxLength: 4 }).filter((key) => key !== '$' && key !== '__proto__');
const { plain } = fc.letrec<{ plain: unknown }>((tie) => ({
  plain: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, undefined, true, false, -0, NaN, Infinity, -Infinity),
    fc.double(),
    fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
    fc.float64Array({ maxLength: 5 }),
    fc.int32Array({ maxLength: 5 }),
    fc.uint8Array({ maxLength: 5 }),
    fc.array(tie('plain'), { maxLength: 4 }),
    fc.array(fc.tuple(tie('plain'), tie('plain')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('plain'), { maxLength: 3 }).map((items) => new Set(items)),
    fc.array(fc.tuple(someKey, tie('plain')), { maxLength: 4 }).map((entries): unknown => Object.fromEntries(entries)),
  ),
}));

describe('plain data as text', () => {
  it('1. is read as it was', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const text = plainText(value);
        expect(plainFrom(text)).toEqual(value);
        expect(plainText(plainFrom(text))).toBe(text);
      }),
    );
  });

  it('1. has one thing in two places once', () => {
    const shared = { of: new Float64Array([1, -0]) };
    const read = plainFrom(plainText({ a: shared, b: [shared, shared.of] })) as { a: typeof shared; b: [typeof shared, object] };
    expect(read.b[0]).toBe(read.a);
    expect(read.b[1]).toBe(read.a.of);
    expect(Object.is(read.a.of[1], -0)).toBe(true);
  });

  it.each([
    () => undefined,
    Symbol('s'),
    1n,
    new Date(0),
    new DataView(new ArrayBuffer(1)),
    new Float64Array(4).subarray(1),
    { $: 1 },
  ])('1. is nothing else: %p', (value) => {
    expect(() => plainText({ value })).toThrow(PlainTextError);
  });
});

const closingWith = (state: unknown): Closing => ({
  run: runId('before'),
  digest: '0'.repeat(64),
  t: epochMs(60_000),
  timeframe: '1m',
  account: {
    ...{ cash: cash(1), equity: cash(2), gross: cash(1), reserved: cash(0), realised: cash(0), equityPeak: cash(2) },
    drawdownPpm: 0,
    tradingState: 'active',
  },
  positions: [{ symbol: ticker('A'), quantity: quantity(1), cost: cash(1), mark: price(1) }],
  orders: [
    {
      ...{ orderId: ids.order('o.1'), symbol: ticker('A'), side: 'buy', held: quantity(1), stop: price(1), target: price(3) },
      exitAt: epochMs(120_000),
    },
  ],
  states: [
    { of: 'risk', shard: -1, layout: 'risk/1', state },
    { of: 'probability', shard: 0, layout: 'probability/1', state: new Float64Array(50_000).fill(0.1) },
  ],
});

describe('a closing', () => {
  const read = (messages: readonly string[]): Closing => {
    const reader = new ClosingReader('closing', sha256);
    for (const message of messages) reader.offer(Buffer.from(message));
    return reader.closing();
  };

  it('2. is read whole, in as many messages as it takes', () => {
    fc.assert(
      fc.property(plain, (state) => {
        const closing = closingWith(state);
        const messages = encodeClosing(closing, sha256);
        expect(messages.length).toBeGreaterThan(3);
        for (const message of messages) expect(message.length).toBeLessThan(2.5 * PART_LENGTH_MAX);
        expect(read(messages)).toEqual(closing);
      }),
      { numRuns: 20 },
    );
  });

  it('2. is cut between characters, never within one', () => {
    const closing = closingWith('\u{1F4C8}'.repeat(PART_LENGTH_MAX));
    for (const shift of ['', 'a', 'ab']) {
      const shifted = {
        ...closing,
        states: [{ of: 'risk', shard: -1, layout: '', state: `${shift}${'\u{1F4C8}'.repeat(PART_LENGTH_MAX)}` }],
      };
      expect(read(encodeClosing(shifted, sha256))).toEqual(shifted);
    }
  });

  const messages = encodeClosing(closingWith({ halt: null }), sha256);
  it.each(messages.map((_, i) => i))(
    '2. is refused without message %i, with it twice, and with another one in its place',
    (i) => {
      expect(() => read(messages.toSpliced(i, 1))).toThrow(/closing message: (n: |parts: |n )|were due|was due|have come/);
      expect(() => read(messages.toSpliced(i, 0, messages[i] ?? ''))).toThrow('was due');
      const changed = (messages[i] ?? '').replace(i === 0 ? '"length":' : /"text":"./, i === 0 ? '"length":1' : '"text":"#');
      expect(() => read(messages.with(i, changed))).toThrow('are not those that the head names');
    },
  );
});
