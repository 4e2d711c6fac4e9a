import { describe, expect, it } from '@jest/globals';
import { BAR_FLAG, quantity, quantityFromShares, type WorkingRules } from '@aitrader/model';
import { at, CONFIG, given, later, tellReport, traded, type Given } from '../test/given-manager.ts';
import { newOrderManager, OrderManagerConfigError } from './index.ts';

/** Parts of 20 shares, one every two minutes, of an order for 100 that is worked for ten. A bar has 100,000 shares. */
const RULES: WorkingRules = {
  largerThanShareOfVolume: 0,
  algorithm: 'twap',
  share: 0.05,
  everyMinutes: 2,
  catchUpMax: 2,
  participationMax: 0.1,
  minutesMax: 10,
};
const FLAT = { open: 100 };
const CHILD = 'entry buy 20 @ 100.1 bracket target 104 stop 98';

/** A manager that has seen a bar, and has taken the order at ten. */
function working(rules: Partial<WorkingRules> = {}): Given {
  const manager = given({ working: { ...RULES, ...rules } });
  manager.bar('10:00', FLAT);
  manager.take();
  return manager;
}
const filled = (manager: Given, n: number, shares: number, open = 0): readonly string[] =>
  manager.hear(n, undefined, 'execution', { ...traded(`e${n}`, shares, 100), open: quantityFromShares(open) });
const exitsAtWork = (manager: Given, n: number): void => {
  for (const leg of ['target', 'stop'] as const) manager.hear(n, leg, 'new');
};
const nothing = quantity(0);
const untilOf = (manager: Given) => [...manager.state().orders.values()].map(({ work }) => work?.parent.until);
const told = (manager: Given): readonly string[] => tellReport(manager.told);

describe('an order that is large beside what trades', () => {
  it.each([
    ['more than its share', 0.0009, []],
    ['no more than its share', 0.001, ['entry buy 100 @ 100.1 bracket target 104 stop 98']],
  ])('is worked, a small one asked for whole: %s', (_, largerThanShareOfVolume, asked) => {
    expect(working({ largerThanShareOfVolume }).said()).toEqual(asked);
  });

  it.each([
    ['in a symbol that did not trade', '10:00', undefined],
    ['in the first interval of a part of the day', '09:30', FLAT],
    ['where the bar is not believed', '10:00', { ...FLAT, flags: BAR_FLAG.PRICE_JUMP }],
  ])('is one that nothing is known of: %s', (_, clock, bar) => {
    const manager = given({ working: { ...RULES, largerThanShareOfVolume: 1_000 } });
    manager.bar(clock, bar);
    expect(manager.take({ t: at(clock) })).toEqual([]);
  });

  it('is entered by one child after the other, each with its limit and exits of its own', () => {
    const manager = working();
    expect(manager.bar('10:01', FLAT)).toEqual([CHILD]);
    manager.hear(0, undefined, 'new');
    expect(manager.bar('10:02', FLAT)).toEqual([]);
    expect(filled(manager, 0, 20)).toEqual([]);
    exitsAtWork(manager, 0);
    expect(manager.bar('10:03', { open: 101 })).toEqual([CHILD]);
    expect(told(manager)).toEqual([
      'entry filled 80',
      'target accepted 20',
      'stop accepted 20',
      'entry submitted 80 (bracket)',
      'entry execution buy 20 @ 100',
    ]);
  });

  it('is in doubt while the stop of one child is, though that of another is told to be at work', () => {
    const manager = working();
    manager.bar('10:01', FLAT);
    manager.bar('10:02', FLAT);
    filled(manager, 0, 20);
    exitsAtWork(manager, 0);
    expect(manager.bar('10:03', { open: 101 })).toEqual([CHILD]);
    manager.hear(1, undefined, 'new');
    manager.hear(0, 'stop', 'other', { word: 'restated' });
    manager.bar('10:04', FLAT);
    expect(told(manager)).toContain('stop unknown 20 (restated)');
    filled(manager, 1, 20);
    exitsAtWork(manager, 1);
    manager.bar('10:05', FLAT);
    expect(told(manager).at(-2)).toBe('stop accepted 20');
    expect(manager.told.doubt?.holds).toEqual([{ cause: 'fate-unknown', symbols: ['A'] }]);
  });

  it('sends with the next child what one did not fill, and not more than two parts at once', () => {
    const manager = working();
    manager.bar('10:01', FLAT);
    filled(manager, 0, 5, 15);
    manager.hear(0, undefined, 'canceled', { filled: quantityFromShares(5) });
    expect(manager.bar('10:02', FLAT)).toContain('entry buy 35 @ 100.1 bracket target 104 stop 98');
  });

  it.each([
    ['refused', 1],
    ['not-now', 1],
    ['not-found', 0],
  ] as const)('asks for no child again; what of one is certain to have done nothing goes with the next: %s', (kind, more) => {
    const manager = working();
    manager.bar('10:01', FLAT);
    expect(manager.hear(0, undefined, kind, { brokerId: null, legs: [] })).toEqual([]);
    const asked = ['10:02', '10:03', '10:04'].flatMap((clock) => manager.bar(clock, FLAT));
    expect(asked.length).toBe(more);
  });

  it('sends nothing while nobody knows what became of a child', () => {
    const manager = working();
    manager.bar('10:01', FLAT);
    manager.hear(0, undefined, 'unknown', { brokerId: null, legs: [] });
    expect(['10:02', '10:03', '10:04'].flatMap((clock) => manager.bar(clock, FLAT))).toEqual([]);
  });

  it('sends nothing on a bar that may be entered on by nobody', () => {
    const manager = working();
    expect(manager.bar('10:01', { ...FLAT, flags: BAR_FLAG.LONG_GAP })).toEqual([]);
    expect(manager.bar('10:02', FLAT)).toEqual([expect.stringContaining('entry buy')]);
  });

  it('makes up for a trade that was undone', () => {
    const manager = working();
    manager.bar('10:01', FLAT);
    manager.hear(0, undefined, 'execution', { ...traded('e0', 20, 100), open: nothing });
    manager.hear(0, undefined, 'bust', { ...traded('e0.bust', 20, 100, 'e0'), open: nothing });
    manager.hear(0, undefined, 'filled', { filled: nothing, open: nothing });
    const sent = ['10:03', '10:05', '10:07', '10:09'].map((clock, n) => {
      const [asked = ''] = manager.bar(clock, FLAT).filter((one) => one.startsWith('entry'));
      const shares = Number(/buy (\d+)/.exec(asked)?.[1]);
      filled(manager, n + 1, shares);
      exitsAtWork(manager, n + 1);
      return shares;
    });
    expect(sent.reduce((sum, shares) => sum + shares, 0)).toBe(100);
  });

  it.each(['halt', 'reduce-only', 'cancel', 'flatten'] as const)('is called off by %s, for good', (kind) => {
    const manager = working();
    manager.bar('10:01', FLAT);
    manager.hear(0, undefined, 'new');
    expect(manager.control(kind, '10:02')).toEqual(['cancel o.entry.0 as b0']);
    manager.hear(0, undefined, 'canceled', { filled: nothing });
    manager.control('resume', '10:03');
    expect(['10:03', '10:04', '10:05'].flatMap((clock) => manager.bar(clock, FLAT))).toEqual([]);
  });

  it('is called off by the first exit that trades', () => {
    const manager = working();
    manager.bar('10:01', FLAT);
    filled(manager, 0, 20);
    manager.hear(0, 'target', 'execution', { ...traded('x', 20, 104), open: nothing });
    expect(['10:03', '10:04', '10:05'].flatMap((clock) => manager.bar(clock, FLAT))).toEqual([]);
  });

  it('ends with its time, its exit time or the close, and says so where no child does', () => {
    const manager = working();
    expect(manager.bar('10:10', FLAT)).toEqual([]);
    expect(told(manager)).toEqual(['entry expired 0 (time-over)']);
    const late = given({ working: { ...RULES, minutesMax: 600 } });
    late.bar('15:50', FLAT);
    late.take({ t: at('15:50'), exitAt: at('19:00') });
    expect(untilOf(late)).toEqual([at('16:00')]);
    const short = given({ working: RULES });
    short.bar('10:00', FLAT);
    short.take({ exitAt: at('10:05') });
    expect(untilOf(short)).toEqual([at('10:05')]);
  });

  it('has a child called off that has filled in part for long while its exits wait, whenever the first one filled', () => {
    const manager = working({ everyMinutes: 1, catchUpMax: 1 });
    manager.bar('10:01', FLAT);
    filled(manager, 0, 10);
    exitsAtWork(manager, 0);
    expect(manager.bar('10:02', FLAT)).toEqual(['entry buy 10 @ 100.1 bracket target 104 stop 98']);
    const half = { ...traded('e1', 5, 100), open: quantityFromShares(5), t: later(at('10:02'), 0.5) };
    manager.hear(1, undefined, 'execution', half);
    expect(manager.bar('10:03', FLAT)).toEqual([]);
    expect(manager.bar('10:04', FLAT)).toEqual(['cancel o.entry.1 as b1']);
  });

  it('is worked by what trades: a share of it', () => {
    const manager = working({ algorithm: 'participation', share: 0.00025 });
    expect(manager.bar('10:01', FLAT)).toEqual(['entry buy 25 @ 100.1 bracket target 104 stop 98']);
    filled(manager, 0, 25);
    exitsAtWork(manager, 0);
    expect(manager.bar('10:02', FLAT)).toEqual(['entry buy 25 @ 100.1 bracket target 104 stop 98']);
  });

  it('is worked with limits alone, by figures that mean something', () => {
    const refused = (more: object, rules: Partial<WorkingRules> = {}) =>
      expect(() => newOrderManager({ ...CONFIG, ...more, working: { ...RULES, ...rules } })).toThrow(OrderManagerConfigError);
    refused({ entries: 'market' });
    refused({}, { share: 0 });
    refused({}, { participationMax: 1.1 });
    refused({}, { everyMinutes: 0 });
    refused({}, { catchUpMax: 0.5 });
    refused({}, { minutesMax: Infinity });
    refused({}, { largerThanShareOfVolume: -1 });
  });
});
