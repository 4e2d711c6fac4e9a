/**
 * 1. A pair that is not in the table is an error value, never a guess.
 * 2. A trade is heard in every status: what was executed is a fact.
 * 3. `unknown` is left only on the broker's word.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LEG_TRANSITIONS, isFinal, nextStatus, type LegEvent, type LegStatus } from './index.ts';

const STATUSES: readonly LegStatus[] = [
  'new',
  'submitted',
  'accepted',
  'triggered',
  'filled',
  'canceled',
  'expired',
  'rejected',
  'unknown',
];
const EVENTS: readonly LegEvent[] = [
  'submitted',
  'held',
  'accepted',
  'rejected',
  'replaced',
  'triggered',
  'canceled',
  'expired',
  'executed',
  'filled',
  'busted',
  'corrected',
  'unknown',
];

describe('the table of a leg', () => {
  it('names every pair once, and only statuses and events that exist', () => {
    const pairs = LEG_TRANSITIONS.map(([status, event]) => `${status} ${event}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    for (const [from, event, to] of LEG_TRANSITIONS) {
      expect(STATUSES).toContain(from);
      expect(STATUSES).toContain(to);
      expect(EVENTS).toContain(event);
    }
  });

  it('1. answers as the table says, and with the pair itself where the table says nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STATUSES), fc.constantFrom(...EVENTS), (status, event) => {
        const row = LEG_TRANSITIONS.find(([from, what]) => from === status && what === event);
        expect(nextStatus(status, event)).toEqual(row?.[2] ?? { error: 'ILLEGAL_TRANSITION', status, event });
      }),
      { numRuns: 1000 },
    );
  });

  it('2. hears a trade in every status, and an amendment wherever there can have been one', () => {
    for (const status of STATUSES) {
      for (const event of ['executed', 'filled'] as const) expect(typeof nextStatus(status, event)).toBe('string');
      const untraded = status === 'new' || status === 'submitted';
      for (const event of ['busted', 'corrected'] as const) expect(typeof nextStatus(status, event) === 'string').toBe(!untraded);
    }
  });

  it('2. hears whatever is told twice', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LEG_TRANSITIONS), ([, event, to]) => {
        if (['submitted', 'accepted', 'rejected', 'canceled', 'expired', 'filled', 'unknown'].includes(event)) {
          expect(nextStatus(to, event)).toBe(to);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('3. leaves unknown only by an answer of the broker, and never sends what it does not know', () => {
    for (const event of EVENTS) {
      const answer = [
        'accepted',
        'held',
        'replaced',
        'triggered',
        'executed',
        'filled',
        'canceled',
        'expired',
        'rejected',
      ].includes(event);
      expect(nextStatus('unknown', event) !== 'unknown' && typeof nextStatus('unknown', event) === 'string').toBe(answer);
    }
    expect(nextStatus('unknown', 'submitted')).toMatchObject({ error: 'ILLEGAL_TRANSITION' });
  });

  it('brings a final leg back to life only where the broker was wrong or a trade was undone', () => {
    const revived = LEG_TRANSITIONS.filter(([from, , to]) => isFinal(from) && !isFinal(to)).map(
      ([from, event]) => `${from} ${event}`,
    );
    expect(revived.sort()).toEqual(['filled busted', 'rejected accepted', 'rejected executed', 'rejected held']);
  });
});
