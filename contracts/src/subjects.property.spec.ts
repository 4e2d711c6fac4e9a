import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runId } from '@aitrader/model';
import {
  FACTS,
  FACT_WIRING,
  addressOf,
  decodeToken,
  encodeToken,
  isOperatorSubject,
  messageIdOf,
  operatorSubject,
  runOfStream,
  streamOf,
  subjectOf,
} from './index.ts';
import { someTicker } from '../testing/arbitrary-messages.ts';

const someText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('.', '*', '>', ' ', '=', '2', 'E', 'A', '\ufeff', 'é'), minLength: 1 }),
  someTicker,
);
const someRun = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/).map(runId);
const someAddress = fc
  .record({ fact: fc.constantFrom(...FACTS), shard: fc.nat({ max: 1023 }) })
  .map(({ fact, shard }) => ({ fact, shard: FACT_WIRING[fact].key === 'shard' ? shard : -1 }));
const someInterval = fc.maxSafeNat();

/** Whatever was accepted; undefined when it was refused with a RangeError. */
function accepted<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return undefined;
  }
}

describe('subject tokens, whatever the text', () => {
  it('are reversible and mean nothing to NATS', () => {
    fc.assert(
      fc.property(someText, (text) => {
        const token = encodeToken(text);
        expect(token).toMatch(/^[A-Za-z0-9_=-]+$/);
        expect(decodeToken(token)).toBe(text);
      }),
    );
  });

  it('are refused unless they were encoded', () => {
    const somePlausible = fc.string({
      unit: fc.constantFrom('=', '4', '2', 'E', 'e', 'C', '3', 'A', '9', 'F', '.', 'é'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.oneof(somePlausible, fc.string({ unit: 'binary' })), (token) => {
        const text = accepted(() => decodeToken(token));
        if (text !== undefined) expect(encodeToken(text)).toBe(token);
      }),
    );
  });
});

describe('subjects, streams and message ids, whatever the run', () => {
  it('a subject tells fact and shard, and nothing but what is made from them is one', () => {
    fc.assert(
      fc.property(
        someRun,
        someAddress,
        fc.string({ maxLength: 2 }),
        fc.nat({ max: 90 }),
        (run, { fact, shard }, planted, place) => {
          const subject = shard < 0 ? subjectOf(run, fact) : subjectOf(run, fact, shard);
          expect(addressOf(subject)).toMatchObject({ fact, shard });
          const altered = subject.slice(0, place) + planted + subject.slice(place + 1);
          const address = accepted(() => addressOf(altered));
          if (address === undefined) return;
          const of = runId(altered.split('.')[1] ?? '');
          const made = address.shard < 0 ? subjectOf(of, address.fact) : subjectOf(of, address.fact, address.shard);
          expect(isOperatorSubject(altered) ? operatorSubject(of) : made).toBe(altered);
        },
      ),
    );
  });

  it('a stream tells its run, and nothing but what is made from a run is one', () => {
    fc.assert(
      fc.property(someRun, (run) => {
        expect(runOfStream(streamOf(run))).toBe(run);
      }),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 6 }).map((rest) => `AT_${rest}`),
        (stream) => {
          const run = runOfStream(stream);
          if (run !== undefined) expect(streamOf(run)).toBe(stream);
        },
      ),
    );
  });

  it('a message id is the same however often it is asked for, and another for every other message', () => {
    const someMessage = fc.tuple(someRun, someAddress, someInterval);
    fc.assert(
      fc.property(someMessage, someMessage, (one, other) => {
        const idOf = ([run, { fact, shard }, t]: typeof one): string => messageIdOf(run, fact, shard, t);
        expect(idOf(structuredClone(one))).toBe(idOf(one));
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(idOf(one) === idOf(other)).toBe(same);
      }),
    );
  });
});
