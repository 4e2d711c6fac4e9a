import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundHeaders, leafHead, leafOf, type BoundMessage } from './leaf.ts';

const LINE = fc.string({ maxLength: 6 }).map((text) => text.replaceAll(/[\r\n]/g, ''));
const MESSAGE: fc.Arbitrary<BoundMessage> = fc.record({
  seq: fc.integer({ min: 1, max: 20 }),
  subject: LINE,
  headers: fc.array(fc.tuple(fc.constantFrom('Nats-Msg-Id', 'Aitrader-Signature', 'Aitrader-Sequence'), LINE), { maxLength: 3 }),
  data: fc.uint8Array({ maxLength: 6 }),
});
const bytesOf = (message: BoundMessage): string => Buffer.concat([Buffer.from(leafHead(message)), message.data]).toString('hex');

describe('the leaf of a message', () => {
  it('binds sequence, subject, headers and payload: what differs has other bytes', () => {
    fc.assert(
      fc.property(MESSAGE, MESSAGE, (one, other) => {
        const isSame = JSON.stringify({ ...one, data: [...one.data] }) === JSON.stringify({ ...other, data: [...other.data] });
        expect(bytesOf(one) === bytesOf(other)).toBe(isSame);
        expect(leafOf(one).equals(leafOf(other))).toBe(isSame);
      }),
    );
  });

  it('tells a header from a payload that reads like one', () => {
    const plain = { seq: 1, subject: 'a', headers: [], data: Buffer.from('Aitrader-Sequence: 7\n\nx') };
    const signed = { ...plain, headers: [['Aitrader-Sequence', '7'] as const], data: Buffer.from('x') };
    expect(leafOf(plain).equals(leafOf(signed))).toBe(false);
  });

  it('binds the id of a message and all headers of ours, in whatever order they came, and none of the server’s', () => {
    const headers: [string, string[]][] = [
      ['Nats-Batch-Id', ['b']],
      ['Nats-Msg-Id', ['m']],
      ['Nats-Expected-Last-Subject-Sequence', ['3']],
      ['Aitrader-Signature', ['s', 't']],
      ['Nats-Time-Stamp', ['now']],
      ['Aitrader-Msg-Id', ['i']],
    ];
    const bound = [
      ['Aitrader-Msg-Id', 'i'],
      ['Aitrader-Signature', 's'],
      ['Aitrader-Signature', 't'],
      ['Nats-Msg-Id', 'm'],
    ];
    expect(boundHeaders(headers)).toEqual(bound);
    expect(boundHeaders([...headers].reverse())).toEqual(bound);
    expect(boundHeaders(undefined)).toEqual([]);
  });
});
