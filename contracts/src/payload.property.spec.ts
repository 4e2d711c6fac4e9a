/**
 * 1. What is composed can be parsed: a message that its readers would refuse is refused before it is recorded.
 * 2. A message's interval, its place and what it announces, read from its first bytes, are those that decoding all of it gives.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMs, newControl } from '@aitrader/model';
import {
  ANNOUNCED_BY,
  ContractError,
  FACTS,
  PLACED_BY,
  announcedCount,
  encodeControl,
  intervalOf,
  isPlaced,
  placeOf,
} from './index.ts';
import { compose, parse } from './payload.ts';
import { someMessage } from '../testing/arbitrary-messages.ts';
import { bytesOf } from '../testing/codec-of.ts';

const INTERVAL_FACTS = FACTS.filter((fact) => fact !== 'manifest');
const spaced = (message: unknown): string => JSON.stringify(message, null, 1);
const reversed = (message: object): object => Object.fromEntries(Object.entries(message).reverse());

/** What an attempt gives, or that it was refused as the contract refuses. */
function outcome<T>(attempt: () => T): T | 'refused' {
  try {
    return attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(ContractError);
    return 'refused';
  }
}

describe('a payload, whatever it holds', () => {
  it('1. can be parsed when it was composed', () => {
    const someValue = fc.oneof(
      fc.anything({ withNullPrototype: true }),
      fc.constantFrom(NaN, -0, Infinity, undefined, 0.5, 2 ** 53),
    );
    for (const fact of FACTS) {
      const someSpoilt = fc.tuple(someMessage(fact), fc.nat(), someValue).map(([message, which, value]) => {
        const names = Object.keys(message);
        return { ...message, [names[which % names.length] ?? 't']: value };
      });
      fc.assert(
        fc.property(fc.oneof(someMessage(fact), someSpoilt), (message) => {
          const text = outcome(() => compose(fact, message));
          if (text !== 'refused') expect(spaced(parse(fact, bytesOf(text)))).toBe(spaced(message));
        }),
      );
    }
  });

  it.each(INTERVAL_FACTS)('2. %s has one interval, however its text is laid out', (fact) => {
    fc.assert(
      fc.property(someMessage(fact), (message) => {
        for (const text of [JSON.stringify(message), spaced(message), JSON.stringify(reversed(message))]) {
          expect(intervalOf(fact, bytesOf(text))).toBe(message.t);
          expect(parse(fact, bytesOf(text))).toMatchObject({ t: message.t });
        }
      }),
    );
  });

  it.each(['fills', 'denials'] as const)('2. announces as many %s as it counts, however its text is laid out', (fact) => {
    const by = ANNOUNCED_BY[fact];
    fc.assert(
      fc.property(someMessage(by), fc.nat(), (message, count) => {
        const { t, [fact]: _, ...rest }: Record<string, unknown> = message;
        const counted = { t, [fact]: count, ...rest };
        for (const text of [JSON.stringify(counted), spaced(counted), JSON.stringify(reversed(counted))])
          expect(announcedCount(fact, bytesOf(text))).toBe(count);
      }),
    );
  });

  it.each(FACTS)('2. %s has one place, however its text is laid out', (fact) => {
    fc.assert(
      fc.property(someMessage(fact), (message) => {
        const field = isPlaced(fact) ? PLACED_BY[fact] : 't';
        for (const text of [JSON.stringify(message), spaced(message), JSON.stringify(reversed(message))])
          expect(placeOf(fact, bytesOf(text))).toBe(fact === 'manifest' ? 0 : message[field]);
      }),
      { numRuns: 30 },
    );
  });

  it('2. a text that is cut or altered where the interval stands has the interval of its decoding, or none', () => {
    const some = fc.record({
      fact: fc.constantFrom(...INTERVAL_FACTS),
      at: fc.nat({ max: 30 }),
      cut: fc.nat({ max: 2 }),
      planted: fc.string({ unit: fc.constantFrom('0', '1', '9', '-', '.', 'e', '"', ',', '}', ' ', 't', ':'), maxLength: 2 }),
    });
    fc.assert(
      fc.property(
        some.chain((spoil) => fc.tuple(fc.constant(spoil), someMessage(spoil.fact))),
        ([{ fact, at, cut, planted }, message]) => {
          const text = JSON.stringify(message);
          const payload = bytesOf(text.slice(0, at) + planted + text.slice(at + cut));
          const whole = outcome(() => (parse(fact, payload) as { t: number }).t);
          if (whole !== 'refused') expect(intervalOf(fact, payload)).toBe(whole);
        },
      ),
    );
  });

  it('2. does not depend on what lies before and after it in memory', () => {
    fc.assert(
      fc.property(someMessage('bars'), fc.uint8Array({ maxLength: 8 }), (message, around) => {
        const text = bytesOf(JSON.stringify(message));
        const memory = new Uint8Array([...around, ...text, ...around]);
        const payload = memory.subarray(around.length, around.length + text.length);
        expect(intervalOf('bars', payload)).toBe(message.t);
        expect(parse('bars', payload)).toEqual(JSON.parse(JSON.stringify(message)));
      }),
    );
  });
});

describe('the interval of a message', () => {
  it.each(['"t":1,', '{"t":1}', '\\","t":1,"', '","t":1,"x":"', '\u0000"t":1}'])('is not what a reason of %j says', (reason) => {
    const command = newControl('halt', epochMs(1_767_366_060_000), reason, reason.repeat(40));
    expect(intervalOf('control', bytesOf(encodeControl(command)))).toBe(command.t);
    expect(intervalOf('control', bytesOf(JSON.stringify(reversed(command))))).toBe(command.t);
  });

  it('is not that of a signal which stands before it', () => {
    expect(() =>
      intervalOf('signals', bytesOf('{"signals":[{"id":"x","t":5,"symbol":"A"}],"exits":[],"t":7,"shard":0}')),
    ).toThrow(ContractError);
    expect(intervalOf('signals', bytesOf('{"signals":[],"exits":[],"t":7,"shard":0}'))).toBe(7);
  });

  it.each(['0', '999999999999999', '1000000000000000', '9007199254740991', '7.0', '7e0', ' 7 '])('may be written as %s', (t) => {
    expect(intervalOf('fills', bytesOf(`{"t":${t},"fills":[]}`))).toBe(Number(t));
    expect(intervalOf('fills', bytesOf(`{"fills":[],"t":${t}}`))).toBe(Number(t));
  });

  it.each(['01', '00', '-1', '+1', '', '1.5', '9007199254740992', '1e999', '"1"', 'null', '１'])(
    'may not be written as %s',
    (t) => {
      expect(() => intervalOf('fills', bytesOf(`{"t":${t},"fills":[]}`))).toThrow(ContractError);
    },
  );

  it.each(['', '{', '{"t":', '{"t":1', '{"t":12345678901234567890'])('is not in %j', (text) => {
    expect(() => intervalOf('bars', bytesOf(text))).toThrow(ContractError);
  });

  it('is nothing that a manifest has', () => {
    fc.assert(
      fc.property(someMessage('manifest'), (message) => {
        expect(() => intervalOf('manifest', bytesOf(JSON.stringify(message)))).toThrow('manifest message: t is missing');
      }),
      { numRuns: 5 },
    );
  });
});
