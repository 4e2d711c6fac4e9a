import { describe, expect, it } from '@jest/globals';
import { epochMs, quantityFromShares, priceFromDollars, ids, ticker } from '@aitrader/model';
import { A, at, filledBracket, given, shares, tellReport, traded, type Given } from '../test/given-manager.ts';
import { entryBlock, isSettled, positionOf } from './index.ts';

const ENTRY = 'entry buy 100 @ 100.1 bracket target 104 stop 98';
const oco = (size: number): string => `target sell ${size} oco target 104 stop 98`;
const position = (manager: Given): number => shares(positionOf(manager.state(), A));
const block = (manager: Given) => entryBlock(manager.state(), A);

describe('an entry', () => {
  it('is a marketable limit with its exits attached in regular hours, asked for at once', () => {
    expect(given().take()).toEqual([ENTRY]);
    expect(given().take({ side: 'sell', stop: priceFromDollars(102), target: priceFromDollars(96) })).toEqual([
      'entry sell 100 @ 99.9 bracket target 96 stop 102',
    ]);
  });

  it('is a limit alone for extended hours outside of them, and nothing when nothing trades', () => {
    expect(given().take({ t: at('07:00') })).toEqual(['entry buy 100 @ 100.5 simple extended']);
    // an order of the opening belongs to what begins
    expect(given().take({ t: at('09:30') })).toEqual([ENTRY]);
    expect(given().take({ t: at('16:00'), exitAt: at('19:00') })).toEqual(['entry buy 100 @ 100.5 simple extended']);
    const manager = given();
    expect(manager.take({ t: at('21:00'), exitAt: at('15:00', '2026-01-06') })).toEqual([]);
    manager.bar('21:01');
    expect(tellReport(manager.told)).toEqual(['entry rejected 0 (no-session)']);
  });

  it('stands on the grid of prices, never beyond its target, in whole shares', () => {
    const penny = { reference: priceFromDollars(0.5), stop: priceFromDollars(0.4), target: priceFromDollars(0.6) };
    expect(given().take(penny)).toEqual(['entry buy 100 @ 0.5005 bracket target 0.6 stop 0.4']);
    expect(given().take({ target: priceFromDollars(100.053), quantity: quantityFromShares(7.9) })).toEqual([
      'entry buy 7 @ 100.04 bracket target 100.05 stop 98',
    ]);
    const manager = given();
    expect(manager.take({ quantity: quantityFromShares(0.9) })).toEqual([]);
    expect(manager.take({ id: ids.order('p'), stop: priceFromDollars(101) })).toEqual([]);
    expect(manager.take({ id: ids.order('q'), exitAt: at('10:00') })).toEqual([]);
    manager.bar('10:01');
    expect(tellReport(manager.told)).toEqual([
      'entry rejected 0 (no-whole-share)',
      'entry rejected 0 (exits-not-around-limit)',
      'entry rejected 0 (exit-not-after-order)',
    ]);
  });

  it('is asked for once, and its order ends when it is refused', () => {
    const manager = given();
    manager.take();
    expect(manager.take()).toEqual([]);
    expect(manager.hear(0, undefined, 'refused', { word: 'insufficient buying power' })).toEqual([]);
    expect(manager.bar('10:01', { open: 90 })).toEqual([]);
    expect(tellReport(manager.told)).toEqual([
      'entry submitted 100 (bracket)',
      'entry rejected 0 (insufficient buying power)',
      'target rejected 0 (entry-over)',
      'stop rejected 0 (entry-over)',
    ]);
    expect([...manager.state().orders.values()].every(isSettled)).toBe(true);
  });

  it('waits for a word when nobody knows what became of it, and its symbol is not entered', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'unknown', { brokerId: null, word: 'timeout' });
    expect(manager.bar('10:01', { open: 100 })).toEqual([]);
    expect(block(manager)).toBe('fate-unknown');
    expect(manager.take({ id: ids.order('p') })).toEqual([]);
    expect(manager.take({ id: ids.order('q'), symbol: ticker('B'), t: at('10:01') })).toHaveLength(1);
    // found: it goes on
    manager.hear(0, undefined, 'new');
    expect(block(manager)).toBeUndefined();
    manager.hear(0, undefined, 'execution', traded('e1', 100, 100));
    expect(position(manager)).toBe(100);
  });

  it('stays rejected when the answer comes after the rejection, and is called off when it was refused and lives', () => {
    const rejected = given();
    rejected.take();
    rejected.hear(0, undefined, 'rejected');
    expect(rejected.hear(0, undefined, 'accepted')).toEqual([]);
    expect([...rejected.state().orders.values()].every(isSettled)).toBe(true);
    const refused = given();
    refused.take({ t: at('07:00') });
    refused.hear(0, undefined, 'refused', { brokerId: null, word: 'client_order_id must be unique' });
    expect(refused.hear(0, undefined, 'accepted')).toEqual(['cancel o.entry.0 as b0']);
  });

  it('does not fall back into doubt by an answer that comes after the word of the stream', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'new');
    manager.hear(0, undefined, 'unknown', { word: 'timeout' });
    manager.hear(0, undefined, 'refused', { word: 'client_order_id must be unique' });
    expect(block(manager)).toBeUndefined();
    manager.bar('10:01');
    expect(tellReport(manager.told).at(-1)).toBe('entry accepted 100');
  });
});

describe('what is held', () => {
  it('is protected by the exits of its bracket once all has filled', () => {
    const manager = filledBracket();
    expect(manager.said()).toEqual([ENTRY]);
    expect(manager.bar('10:01', { open: 101, low: 97 })).toEqual([]);
    manager.hear(0, 'stop', 'triggered');
    manager.hear(0, 'stop', 'execution', traded('x1', 100, 97.9));
    manager.bar('10:02', { open: 97 });
    expect(manager.said()).toEqual([ENTRY]);
    expect(tellReport(manager.told)).toEqual([
      'stop triggered 100',
      'stop filled 0',
      'target canceled 0 (one-cancels-other)',
      'stop execution sell 100 @ 97.9',
    ]);
    expect(position(manager)).toBe(0);
    expect([...manager.state().orders.values()].every(isSettled)).toBe(true);
  });

  it('has an exit for exactly what filled at 07:12 in New York, whatever restarts between', () => {
    const manager = given();
    manager.take({ t: at('07:11') });
    manager.restart();
    manager.hear(0, undefined, 'accepted', { t: at('07:11') });
    manager.restart();
    const followed = manager.hear(0, undefined, 'execution', { t: at('07:12'), ...traded('e1', 37, 100.2) });
    expect(followed).toEqual(['target sell 37 @ 104 simple extended']);
    manager.restart();
    expect(manager.hear(0, undefined, 'execution', { t: at('07:12'), ...traded('e1', 37, 100.2) })).toEqual([]);
    expect(manager.hear(0, undefined, 'execution', { t: at('07:13'), ...traded('e2', 13, 100.2) })).toEqual([
      'target sell 13 @ 104 simple extended',
    ]);
  });

  it('leaves at its stop outside of regular hours: the target goes first, then a limit for the rest', () => {
    const manager = given();
    manager.take({ t: at('07:11') });
    manager.hear(0, undefined, 'execution', { t: epochMs(at('07:12') + 5_000), ...traded('e1', 100, 100.2) });
    manager.hear(1, undefined, 'accepted');
    // of the bar that it was bought in the low is no evidence
    expect(manager.bar('07:13', { open: 99, low: 97 })).toEqual([]);
    expect(manager.bar('07:14', { open: 98.5, low: 97.5 })).toEqual(['cancel o.target.1 as b1']);
    manager.restart();
    manager.hear(1, undefined, 'execution', traded('x1', 20, 104));
    expect(manager.hear(1, undefined, 'canceled')).toEqual(['stop sell 80 @ 98.01 simple extended']);
    manager.hear(2, undefined, 'accepted');
    // what the market left behind follows it
    expect(manager.bar('07:15', { open: 97 })).toEqual(['cancel o.stop.3 as b2']);
    expect(manager.hear(2, undefined, 'canceled')).toEqual(['stop sell 80 @ 96.52 simple extended']);
    manager.hear(3, undefined, 'execution', traded('x2', 80, 96.9));
    expect(position(manager)).toBe(0);
    expect(manager.bar('07:16', { open: 97 })).toEqual([]);
  });

  it('goes under a pair of exits of the broker once regular hours begin, and back under ours when they end', () => {
    const manager = given();
    manager.take({ t: at('09:20'), exitAt: at('19:00') });
    manager.hear(0, undefined, 'execution', { t: at('09:21'), ...traded('e1', 100, 100) });
    manager.hear(1, undefined, 'accepted');
    expect(manager.bar('09:29', { open: 100 })).toEqual([]);
    expect(manager.bar('09:30', { open: 100 })).toEqual(['cancel o.target.1 as b1']);
    expect(manager.hear(1, undefined, 'canceled')).toEqual([oco(100)]);
    manager.hear(2, undefined, 'new');
    manager.hear(2, 'stop', 'new');
    // at work: bars are the broker's to watch
    expect(manager.bar('09:32', { open: 99, low: 97 })).toEqual([]);
    expect(manager.bar('16:00', { open: 99 })).toEqual([]);
    // the stop may be at work still, for all that is known
    expect(manager.hear(2, undefined, 'expired')).toEqual([]);
    expect(manager.hear(2, 'stop', 'expired')).toEqual(['target sell 100 @ 104 simple extended']);
  });

  it('is protected by a pair of exits for what filled when the rest of a bracket is called off', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'new');
    manager.hear(0, undefined, 'execution', traded('e1', 40, 100));
    // for all of it to fill there is a minute
    expect(manager.bar('10:01', { open: 100 })).toEqual(['cancel o.entry.0 as b0']);
    expect(manager.bar('10:02', { open: 100 })).toEqual([]);
    // unanswered, it is asked for again
    expect(manager.bar('10:03', { open: 100 })).toEqual(['cancel o.entry.0 as b0']);
    manager.hear(0, 'target', 'canceled');
    manager.hear(0, 'stop', 'canceled');
    manager.restart();
    // the exits are gone with what they are attached to
    expect(manager.asked.slice(3).map(({ kind }) => kind)).toEqual(['submit']);
    expect(manager.said(3)).toEqual([oco(40)]);
    manager.hear(0, undefined, 'canceled');
    // a fill that crossed the cancel
    expect(manager.hear(0, undefined, 'execution', traded('e2', 7, 100))).toEqual([oco(7)]);
    expect(position(manager)).toBe(47);
  });

  it('is watched when its exits are refused, and its symbol is not entered', () => {
    const manager = given({ exitRefusalsMax: 2 });
    manager.take();
    manager.hear(0, undefined, 'execution', traded('e1', 40, 100));
    expect(manager.hear(0, undefined, 'canceled')).toEqual([oco(40)]);
    expect(manager.hear(1, undefined, 'refused')).toEqual([]);
    expect(manager.bar('10:01', { open: 100 })).toEqual([oco(40)]);
    expect(manager.hear(2, undefined, 'refused')).toEqual([]);
    expect(block(manager)).toBe('unprotected');
    expect(manager.bar('10:02', { open: 100 })).toEqual([]);
    expect(manager.bar('10:03', { open: 99, low: 97.9 })).toEqual(['stop sell 40 @ 98.91 simple']);
  });

  it('stays under the stop that called off its target', () => {
    const manager = filledBracket();
    expect(manager.hear(0, 'target', 'canceled')).toEqual([]);
    expect(manager.hear(0, 'stop', 'execution', traded('x1', 99, 97.9))).toEqual([]);
    expect(manager.bar('10:01', { open: 97.5 })).toEqual([]);
    expect(manager.hear(0, 'stop', 'execution', traded('x2', 1, 97.5))).toEqual([]);
    expect(position(manager)).toBe(0);
  });

  it('is protected again when the trade of an exit is undone', () => {
    const manager = filledBracket();
    manager.hear(0, 'target', 'execution', traded('x1', 100, 104));
    manager.bar('10:30', { open: 104 });
    expect(manager.hear(0, 'target', 'bust', traded('x2', 100, 104, 'x1'))).toEqual([oco(100)]);
    expect(position(manager)).toBe(100);
    expect(block(manager)).toBe('fate-unknown');
  });

  it('has no more exits at work than it is: what is too much is called off', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'execution', traded('e1', 60, 100));
    manager.hear(0, undefined, 'canceled');
    manager.hear(1, undefined, 'new');
    manager.hear(1, 'stop', 'new');
    expect(manager.hear(0, undefined, 'correction', traded('e2', 50, 100, 'e1'))).toEqual(['cancel o.target.1 as b1']);
    expect(manager.hear(1, 'stop', 'canceled')).toEqual([]);
    expect(manager.hear(1, undefined, 'canceled')).toEqual([oco(50)]);
  });

  it('counts what is said to have filled against what may still be sold', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'execution', traded('e1', 100, 100));
    expect(manager.hear(0, 'stop', 'canceled', { filled: quantityFromShares(30) })).toEqual(['cancel o.entry.0 as b0.target']);
    expect(manager.hear(0, 'target', 'canceled')).toEqual([oco(70)]);
    expect(block(manager)).toBe('execution-missing');
    manager.hear(0, 'stop', 'execution', traded('x1', 30, 98));
    expect(block(manager)).toBeUndefined();
    expect(position(manager)).toBe(70);
  });
});

describe('time and command', () => {
  it('closes what is held at its exit time: exits end first', () => {
    const manager = filledBracket();
    expect(manager.bar('15:00', { open: 101 })).toEqual(['cancel o.entry.0 as b0.target']);
    expect(manager.hear(0, 'target', 'canceled')).toEqual([]);
    expect(manager.hear(0, 'stop', 'canceled')).toEqual(['time sell 100 @ 100.9 simple']);
    manager.hear(1, undefined, 'execution', traded('x1', 100, 100.95));
    expect(manager.bar('15:01', { open: 101 })).toEqual([]);
    expect([...manager.state().orders.values()].every(isSettled)).toBe(true);
  });

  it('closes at once what no other exit is for', () => {
    const manager = given();
    manager.take();
    manager.hear(0, undefined, 'execution', traded('e1', 40, 100));
    manager.hear(0, undefined, 'canceled');
    manager.hear(1, undefined, 'new');
    manager.hear(1, 'stop', 'new');
    manager.hear(0, undefined, 'execution', traded('e2', 7, 100));
    manager.hear(2, undefined, 'refused');
    expect(manager.bar('15:00', { open: 101 })).toEqual(['cancel o.target.1 as b1', 'time sell 7 @ 100.9 simple']);
    manager.hear(1, undefined, 'canceled');
    expect(manager.hear(1, 'stop', 'canceled')).toEqual(['time sell 40 @ 100.9 simple']);
  });

  it('a halt calls off entries at once and leaves exits', () => {
    const manager = given();
    manager.take({ id: ids.order('held') });
    manager.hear(0, undefined, 'execution', traded('e1', 100, 100));
    manager.hear(0, 'target', 'new');
    manager.hear(0, 'stop', 'new');
    manager.take({ id: ids.order('working') });
    manager.hear(1, undefined, 'new');
    manager.take({ id: ids.order('due') });
    manager.hear(2, undefined, 'not-now', { brokerId: null });
    expect(manager.control('halt', '10:00')).toEqual(['cancel working.entry.0 as b1']);
    expect(manager.take({ id: ids.order('late') })).toEqual([]);
    expect(manager.bar('10:01', { open: 100 })).toEqual([]);
    expect(tellReport(manager.told)).toEqual(
      expect.arrayContaining(['entry canceled 0 (not-asked-for)', 'entry rejected 0 (halted)']),
    );
    manager.control('resume', '10:01');
    expect(manager.take({ id: ids.order('next'), t: at('10:01') })).toHaveLength(1);
  });
});
