import { describe, expect, it } from '@jest/globals';
import { requestIdOf } from '@aitrader/model';
import { A, filledBracket, given, shares, tellReport, traded, word, type Given } from '../test/given-manager.ts';
import { entryBlock, positionOf } from './index.ts';

const position = (manager: Given): number => shares(positionOf(manager.state(), A));
const block = (manager: Given) => entryBlock(manager.state(), A);

describe('what nobody expects', () => {
  it('a word that is not known puts the leg in doubt until there is one that is', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'other', { word: 'restated' });
    expect(block(manager)).toBe('fate-unknown');
    manager.bar('10:01');
    expect(tellReport(manager.told).at(-1)).toBe('entry unknown 100 (restated)');
    manager.hear(0, undefined, 'new');
    expect(block(manager)).toBeUndefined();
  });

  it('an event that cannot be does the same, with its reason', () => {
    const manager = filledBracket();
    manager.hear(0, undefined, 'expired');
    expect(block(manager)).toBe('fate-unknown');
    manager.bar('10:01');
    expect(tellReport(manager.told)).toContain('entry unknown 0 (expired-when-filled)');
    manager.hear(0, undefined, 'filled');
    expect(block(manager)).toBeUndefined();
    expect(position(manager)).toBe(100);
  });

  it('words on an order that is not known wait for what makes it known', () => {
    const manager = given();
    manager.take();
    manager.report(word('execution', { brokerId: 'b0', ...traded('e1', 100, 100) }));
    manager.report(word('new', { brokerId: 'b0.stop' }));
    expect(position(manager)).toBe(0);
    expect(block(manager)).toBe('order-unknown');
    manager.hear(0, undefined, 'accepted');
    expect(position(manager)).toBe(100);
    expect(block(manager)).toBeUndefined();
    manager.bar('10:01', { open: 100 });
    expect(tellReport(manager.told)).toContain('stop accepted 100');
  });

  it('an order goes on under the id that replaces its own', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'new');
    manager.hear(0, undefined, 'replaced', { successor: 'b9' });
    manager.report(word('execution', { brokerId: 'b9', ...traded('e1', 10, 100) }));
    manager.report(word('execution', { brokerId: 'b0', ...traded('e0', 5, 100) }));
    expect(position(manager)).toBe(15);
    expect(manager.control('halt', '10:00')).toEqual(['cancel o.entry.0 as b9']);
  });

  it('a bust is the last word on a trade, whatever else amends it and whichever comes first', () => {
    for (const words of [
      ['e', 'c', 'b'],
      ['e', 'b', 'c'],
      ['b', 'c', 'e'],
      ['c', 'b', 'e'],
    ]) {
      const manager = given();
      manager.take();
      manager.hear(0, undefined, 'new');
      for (const one of words) {
        if (one === 'e') manager.hear(0, undefined, 'execution', traded('e1', 10, 100));
        if (one === 'c') manager.hear(0, undefined, 'correction', traded('c1', 9, 99, 'e1'));
        if (one === 'b') manager.hear(0, undefined, 'bust', traded('b1', 10, 100, 'e1'));
      }
      expect([words.join(''), position(manager)]).toEqual([words.join(''), 0]);
    }
  });

  it('the answer to a request for an end is none on the order', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'new');
    manager.control('halt', '10:00');
    const cancel = manager.asked[1]?.id ?? requestIdOf('none');
    for (const kind of ['refused', 'unknown', 'not-now', 'accepted'] as const) {
      manager.report(word(kind, { request: cancel, brokerId: 'b0' }));
    }
    manager.bar('10:01');
    expect(tellReport(manager.told).at(-1)).toBe('entry accepted 100');
  });

  it('remembers an order for a day after its session', () => {
    const manager = filledBracket();
    manager.hear(0, 'stop', 'execution', traded('x1', 100, 98));
    manager.control('halt', '10:01');
    const sizes = (): number[] => [manager.state().orders.size, manager.state().byRequest.size, manager.state().byBroker.size];
    manager.pass('16:00', '2026-01-06');
    expect(sizes()).toEqual([1, 1, 3]);
    manager.pass('16:01', '2026-01-06');
    expect(sizes()).toEqual([0, 0, 0]);
    expect(manager.state().lastPrice.size).toBe(0);
  });
});
