import { describe, expect, it } from '@jest/globals';
import { ids, ticker } from '@aitrader/model';
import { A, at, filledBracket, given, tellReport, traded, type Given } from '../test/given-manager.ts';
import { isSettled } from './index.ts';

const B = ticker('B');
const ENTRY = 'entry buy 100 @ 100.1 bracket target 104 stop 98';
/** An order in A and one in B, both at work and not filled. */
const working = (): Given => {
  const manager = given();
  manager.take({ id: ids.order('a') });
  manager.take({ id: ids.order('b'), symbol: B });
  manager.hear(0, undefined, 'new');
  manager.hear(1, undefined, 'new', { symbol: B });
  return manager;
};
const again = (manager: Given, id: string, symbol = A) => manager.take({ id: ids.order(id), symbol, t: at('10:00') });

describe('a command', () => {
  it('that cancels calls off entries at work, of all symbols or of some, and lets new ones come', () => {
    const all = working();
    expect(all.control('cancel', '10:00')).toEqual(['cancel a.entry.0 as b0', 'cancel b.entry.0 as b1']);
    expect(again(all, 'c')).toEqual([ENTRY]);
    expect(working().control('cancel', '10:00', { symbols: [B] })).toEqual(['cancel b.entry.0 as b1']);
    expect(filledBracket().control('cancel', '10:00')).toEqual([]);
  });

  it('to reduce only lets nothing be entered until a resume, in all symbols or in some', () => {
    const some = working();
    expect(some.control('reduce-only', '10:00', { symbols: [B] })).toEqual(['cancel b.entry.0 as b1']);
    expect(again(some, 'c', B)).toEqual([]);
    expect(again(some, 'd', A)).toEqual([ENTRY]);
    some.control('resume', '10:00');
    expect(again(some, 'e', B)).toEqual([ENTRY]);
    some.bar('10:01');
    expect(tellReport(some.told)).toContain('entry rejected 0 (reduce-only)');
    const all = working();
    all.control('reduce-only', '10:00');
    expect(again(all, 'c')).toEqual([]);
  });

  it('to flatten closes at once: exits end first, then a limit for the rest; nothing is entered until a resume', () => {
    const manager = filledBracket();
    manager.take({ id: ids.order('p'), t: at('10:00') });
    expect(manager.control('flatten', '10:00')).toEqual(['cancel o.entry.0 as b0.target', 'cancel p.entry.0 as ?']);
    manager.restart();
    manager.hear(0, 'target', 'canceled');
    expect(manager.hear(0, 'stop', 'canceled')).toEqual(['time sell 100 @ 99.9 simple']);
    // what filled all the same goes too, once its exits have ended with it
    manager.hear(1, undefined, 'execution', traded('e2', 40, 100));
    manager.control('resume', '10:00');
    expect(manager.hear(1, undefined, 'canceled')).toEqual(['time sell 40 @ 99.9 simple']);
    manager.hear(2, undefined, 'execution', traded('x1', 100, 99.95));
    manager.hear(3, undefined, 'execution', traded('x2', 40, 99.95));
    expect(manager.bar('10:01', { open: 100 })).toEqual([]);
    expect([...manager.state().orders.values()].every(isSettled)).toBe(true);
    expect(again(manager, 'q')).toEqual([ENTRY]);
  });

  it('to flatten some symbols leaves the others', () => {
    const manager = filledBracket();
    expect(manager.control('flatten', '10:00', { symbols: [B] })).toEqual([]);
    expect(again(manager, 'p', B)).toEqual([]);
    expect(manager.control('flatten', '10:00', { symbols: [A] })).toEqual(['cancel o.entry.0 as b0.target']);
  });

  it('to flatten trades at the first chance: outside of regular hours by a limit, and of a night in the morning', () => {
    const manager = given();
    manager.take({ t: at('19:50'), exitAt: at('15:00', '2026-01-06') });
    manager.hear(0, undefined, 'execution', { t: at('19:51'), ...traded('e1', 100, 100) });
    manager.bar('20:00', { open: 100 });
    manager.hear(1, undefined, 'expired');
    expect(manager.control('flatten', '20:00')).toEqual([]);
    expect(manager.pass('03:59', '2026-01-06')).toEqual([]);
    expect(manager.pass('04:00', '2026-01-06')).toEqual(['time sell 100 @ 99.5 simple extended']);
  });

  it('that halts keeps no exit from being asked for', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'new');
    manager.control('halt', '10:00');
    manager.hear(0, undefined, 'execution', traded('e1', 40, 100));
    expect(manager.hear(0, undefined, 'canceled')).toEqual(['target sell 40 oco target 104 stop 98']);
  });

  it.each(['halt', 'reduce-only', 'disarm'] as const)('to %s keeps no exit and no cancel from going on as without it', (kind) => {
    const asked = (...commands: readonly ('halt' | 'reduce-only' | 'disarm')[]): readonly string[][] => {
      const left = filledBracket();
      for (const command of commands) left.control(command, '10:00');
      const atExitTime = left.pass('15:00', '2026-01-05');
      left.hear(0, 'target', 'canceled');
      const closed = left.hear(0, 'stop', 'canceled');
      const lost = filledBracket();
      for (const command of commands) lost.control(command, '10:00');
      lost.hear(0, 'target', 'canceled');
      const again = lost.hear(0, 'stop', 'canceled');
      const flat = filledBracket();
      for (const command of commands) flat.control(command, '10:00');
      return [atExitTime, closed, again, flat.control('flatten', '10:01'), flat.control('cancel', '10:02')].map((one) => [
        ...one,
      ]);
    };
    const plain = asked();
    expect(plain.slice(0, 4).every(({ length }) => length > 0)).toBe(true);
    expect(asked(kind)).toEqual(plain);
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'new');
    manager.control(kind, '10:00');
    manager.hear(0, undefined, 'execution', traded('e1', 40, 100));
    expect(manager.hear(0, undefined, 'canceled')).toEqual(['target sell 40 oco target 104 stop 98']);
  });

  it('of another concern changes nothing', () => {
    const manager = filledBracket();
    const before = structuredClone(manager.state());
    for (const kind of ['order', 'model-parameters', 'data-level', 'end-of-bars'] as const) manager.control(kind, '10:05');
    expect(manager.control('close-break', '10:05', { about: 'position.A.1' })).toEqual([]);
    expect(manager.state()).toEqual(before);
  });
});
