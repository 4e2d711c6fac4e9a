import { describe, expect, it } from '@jest/globals';
import { ids, quantityFromShares, type RequestId } from '@aitrader/model';
import { A, at, filledBracket, given, shares, tellReport, traded, type Given } from '../test/given-manager.ts';
import { entryBlock, isSettled, positionOf } from './index.ts';

const ENTRY = 'entry buy 100 @ 100.1 bracket target 104 stop 98';
const EARLY = 'entry buy 100 @ 100.5 simple extended';
const oco = (size: number): string => `target sell ${size} oco target 104 stop 98`;
const position = (manager: Given): number => shares(positionOf(manager.state(), A));
const lose = (manager: Given, n: number): string[] => manager.hear(n, undefined, 'not-found', { brokerId: null });
const areSettled = (manager: Given): boolean => [...manager.state().orders.values()].every(isSettled);
const idsOf = (manager: Given): readonly RequestId[] => manager.asked.map(({ id }) => id);

describe('an entry that is not at the broker', () => {
  it('is asked for again at once, under an id of its own, and goes on as the order', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'unknown', { brokerId: null, word: 'timeout' });
    manager.restart();
    expect(lose(manager, 0)).toEqual([ENTRY]);
    expect(idsOf(manager)).toEqual(['o.entry.0', 'o.entry.1']);
    manager.hear(1, undefined, 'new');
    expect(entryBlock(manager.state(), A)).toBeUndefined();
    manager.bar('10:01', { open: 100 });
    expect(tellReport(manager.told)).toEqual([
      'entry submitted 100 (bracket)',
      'entry unknown 100 (timeout)',
      'entry replaced 100 (not-found)',
      'target rejected 0 (entry-over)',
      'stop rejected 0 (entry-over)',
      'entry submitted 100 (bracket)',
      'entry accepted 100',
    ]);
    manager.hear(1, undefined, 'execution', traded('e1', 100, 100));
    expect(position(manager)).toBe(100);
  });

  it('is asked for a few times only, and while it is fresh', () => {
    const manager = given();
    manager.take();
    expect([0, 1, 2, 3].map((n) => lose(manager, n))).toEqual([[ENTRY], [ENTRY], [ENTRY], [ENTRY]]);
    expect(lose(manager, 4)).toEqual([]);
    manager.bar('10:01');
    expect(
      tellReport(manager.told)
        .filter((event) => event.startsWith('entry'))
        .at(-1),
    ).toBe('entry rejected 0 (asked-too-often)');
    expect(areSettled(manager)).toBe(true);
    const old = given();
    old.take();
    old.bar('10:04');
    expect(lose(old, 0)).toEqual([]);
    old.bar('10:05');
    expect(tellReport(old.told)).toContain('entry rejected 0 (too-old)');
  });

  it('is not asked for again once it is called off, or its symbol is in doubt', () => {
    const halted = given();
    halted.take();
    halted.control('halt', '10:00');
    expect(lose(halted, 0)).toEqual([]);
    const other = given();
    other.take();
    other.take({ id: ids.order('p') });
    other.hear(1, undefined, 'unknown', { brokerId: null });
    expect(lose(other, 0)).toEqual([]);
    other.bar('10:01');
    expect(tellReport(other.told)).toContain('entry rejected 0 (fate-unknown)');
  });

  it('is asked for again with the next interval when nobody would take it, in the way of the hour that has come', () => {
    const manager = given();
    manager.take({ t: at('09:28') });
    expect(manager.hear(0, undefined, 'not-now', { brokerId: null })).toEqual([]);
    expect(manager.bar('09:29')).toEqual([EARLY]);
    manager.hear(1, undefined, 'not-now', { brokerId: null });
    expect(manager.bar('09:30')).toEqual([ENTRY]);
    expect(new Set(idsOf(manager)).size).toBe(3);
    manager.hear(2, undefined, 'not-now', { brokerId: null });
    manager.bar('09:32');
    expect(tellReport(manager.told)).toContain('entry rejected 0 (too-old)');
    expect(areSettled(manager)).toBe(true);
  });
});

describe('an entry that turns up when it was asked for again', () => {
  it('goes on, and the second one is called off', () => {
    const manager = given();
    manager.take();
    lose(manager, 0);
    expect(manager.hear(0, undefined, 'new')).toEqual(['cancel o.entry.1 as ?']);
    manager.bar('10:01', { open: 100 });
    // while both are at work both count
    expect(tellReport(manager.told).at(-1)).toBe('entry accepted 200');
    manager.hear(1, undefined, 'canceled');
    manager.bar('10:02', { open: 100 });
    expect(tellReport(manager.told)).toEqual([
      'entry replaced 100',
      'target canceled 0 (entry-over)',
      'stop canceled 0 (entry-over)',
    ]);
    manager.hear(0, undefined, 'execution', traded('e1', 100, 100));
    manager.hear(0, 'target', 'new');
    manager.hear(0, 'stop', 'new');
    expect(manager.bar('10:03', { open: 100 })).toEqual([]);
    expect(position(manager)).toBe(100);
  });

  it('before the second one was asked for takes its place', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'not-now', { brokerId: null });
    manager.hear(0, undefined, 'new');
    expect(manager.bar('10:01', { open: 100 })).toEqual([]);
    manager.hear(0, undefined, 'execution', traded('e1', 100, 100));
    expect(position(manager)).toBe(100);
  });

  it('is called off itself when the second one has filled, and when the order is over', () => {
    const filled = given();
    filled.take();
    lose(filled, 0);
    filled.hear(1, undefined, 'execution', traded('e1', 60, 100));
    expect(filled.hear(0, undefined, 'new')).toEqual(['cancel o.entry.0 as b0']);
    expect(filled.hear(1, undefined, 'execution', traded('e2', 40, 100))).toEqual([]);
    const over = given();
    over.take();
    for (const n of [0, 1, 2, 3, 4]) lose(over, n);
    expect(over.hear(2, undefined, 'new')).toEqual(['cancel o.entry.2 as b2']);
    over.hear(2, undefined, 'canceled');
    expect(areSettled(over)).toBe(true);
  });

  it('and has filled as the other one has closes what is too much, and keeps the rest under exits', () => {
    const manager = given();
    manager.take();
    lose(manager, 0);
    for (const n of [0, 1]) {
      manager.hear(n, undefined, 'execution', traded(`e${n}`, 100, 100));
      manager.hear(n, 'target', 'new');
      manager.hear(n, 'stop', 'new');
    }
    expect(position(manager)).toBe(200);
    // the exits of one of them make room
    expect(manager.said(2)).toEqual(['cancel o.entry.1 as ?', 'cancel o.entry.1 as b1.target']);
    manager.restart();
    expect(manager.hear(1, 'target', 'canceled')).toEqual([]);
    expect(manager.hear(1, 'stop', 'canceled')).toEqual(['time sell 100 @ 99.9 simple']);
    manager.hear(2, undefined, 'execution', traded('x1', 30, 100));
    expect(manager.bar('10:01', { open: 100 })).toEqual([]);
    manager.hear(2, undefined, 'execution', traded('x2', 70, 100));
    expect(manager.bar('10:02', { open: 100 })).toEqual([]);
    expect(position(manager)).toBe(100);
    // the other one is out, and the same again comes late
    manager.hear(0, 'stop', 'execution', traded('x3', 100, 98));
    expect(areSettled(manager)).toBe(true);
  });

  it('and has filled after the order was in and out again is closed', () => {
    const manager = given();
    manager.take();
    lose(manager, 0);
    manager.hear(1, undefined, 'execution', traded('e1', 100, 100));
    manager.hear(1, 'target', 'execution', traded('x1', 100, 104));
    manager.hear(0, undefined, 'new');
    expect(manager.hear(0, undefined, 'execution', traded('e0', 100, 100))).toEqual(['cancel o.entry.0 as b0.target']);
    manager.hear(0, 'target', 'canceled');
    expect(manager.hear(0, 'stop', 'canceled')).toEqual(['time sell 100 @ 99.9 simple']);
  });

  it('in extended hours closes what is too much beside the target that rests', () => {
    const manager = given();
    manager.take({ t: at('07:11') });
    lose(manager, 0);
    expect(manager.hear(1, undefined, 'execution', { t: at('07:12'), ...traded('e1', 100, 100) })).toEqual([
      'target sell 100 @ 104 simple extended',
    ]);
    expect(manager.hear(0, undefined, 'execution', { t: at('07:12'), ...traded('e0', 40, 100) })).toEqual([
      'cancel o.entry.0 as b0',
      'time sell 40 @ 99.5 simple extended',
    ]);
  });
});

describe('an exit that is not at the broker', () => {
  const cut = (): Given => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'execution', traded('e1', 40, 100));
    manager.hear(0, undefined, 'canceled');
    return manager;
  };

  it('is asked for again at once, until it was in vain for too often in a row', () => {
    const manager = cut();
    expect(lose(manager, 1)).toEqual([oco(40)]);
    expect(lose(manager, 2)).toEqual([oco(40)]);
    expect(lose(manager, 3)).toEqual([]);
    expect(entryBlock(manager.state(), A)).toBe('unprotected');
    expect(manager.bar('10:01', { open: 99, low: 97.9 })).toEqual(['stop sell 40 @ 98.91 simple']);
    // what closes is asked for again with each interval
    expect(lose(manager, 4)).toEqual([]);
    expect(manager.bar('10:02', { open: 99 })).toEqual(['stop sell 40 @ 98.91 simple']);
    manager.hear(5, undefined, 'accepted');
    expect(entryBlock(manager.state(), A)).toBeUndefined();
  });

  it('closes at once too', () => {
    const manager = filledBracket();
    manager.bar('15:00', { open: 101 });
    manager.hear(0, 'target', 'canceled');
    manager.hear(0, 'stop', 'canceled');
    expect(lose(manager, 1)).toEqual(['time sell 100 @ 100.9 simple']);
  });

  it('is called off when both turn up', () => {
    const manager = cut();
    lose(manager, 1);
    expect(manager.hear(1, undefined, 'new', { filled: quantityFromShares(0) })).toEqual(['cancel o.target.2 as ?']);
    expect(manager.hear(2, undefined, 'refused', { brokerId: null })).toEqual([]);
    manager.hear(1, 'stop', 'new');
    expect(manager.bar('10:01', { open: 100 })).toEqual([]);
  });
});
