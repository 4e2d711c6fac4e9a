/**
 * 1. With real money nothing is entered before an operator has armed the run for the date, after that date, nor after it was disarmed,
 *    whatever is heard besides. What is held is left all the same.
 * 2. Armed for its date, a run asks for what one asks that needs no arming.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ids, type Control, type Leg, type OrderRequest, type Report } from '@aitrader/model';
import { at, given, later, traded, type Given } from '../test/given-manager.ts';

const TODAY = '2026-01-05';
const TOMORROW = '2026-01-06';

type Step =
  | { readonly what: 'order'; readonly id: number }
  | { readonly what: 'word'; readonly n: number; readonly leg: Leg | undefined; readonly kind: Report['kind'] }
  | { readonly what: 'trade'; readonly n: number; readonly leg: Leg | undefined; readonly k: number }
  | { readonly what: 'bar'; readonly price: number }
  | { readonly what: 'command'; readonly kind: Control['kind'] };

const leg = fc.constantFrom<(Leg | undefined)[]>(undefined, undefined, 'target', 'stop');
const n = fc.nat({ max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ what: fc.constant('order' as const), id: fc.nat({ max: 9 }) }),
  fc.record({
    what: fc.constant('word' as const),
    n,
    leg,
    kind: fc.constantFrom<Report['kind'][]>('new', 'not-now', 'not-found', 'canceled', 'refused', 'unknown'),
  }),
  fc.record({ what: fc.constant('trade' as const), n, leg, k: fc.nat({ max: 5 }) }),
  fc.record({ what: fc.constant('bar' as const), price: fc.constantFrom(97, 99, 100, 105) }),
  fc.record({
    what: fc.constant('command' as const),
    kind: fc.constantFrom<Control['kind'][]>('halt', 'resume', 'reduce-only', 'cancel', 'flatten', 'adopt'),
  }),
);

/** Does steps, one a minute from 10:00 on. */
function play(manager: Given, steps: readonly Step[], from = 0): void {
  for (const [i, one] of steps.entries()) {
    const t = later(at('10:00'), from + i);
    if (one.what === 'order') manager.take({ id: ids.order(`o${one.id}`), t });
    else if (one.what === 'word') manager.hear(one.n, one.leg, one.kind, { t });
    else if (one.what === 'trade') manager.hear(one.n, one.leg, 'execution', { t, ...traded(`e${one.k}`, 20, 100) });
    else if (one.what === 'bar') manager.passAt(t, { open: one.price });
    else manager.command(one.kind, t);
  }
}
const entries = (asked: readonly OrderRequest[]): number =>
  asked.filter((request) => request.kind === 'submit' && request.leg === 'entry').length;
const needy = (): Given => given({ needsArming: true });
const steps = fc.array(step, { maxLength: 30 });

describe('a run with real money', () => {
  it('1. enters nothing before it is armed, nor when it is armed for another date', () => {
    fc.assert(
      fc.property(steps, steps, fc.constantFrom(TOMORROW, '2026-01-02', ''), (before, after, date) => {
        const manager = needy();
        play(manager, before);
        manager.command('arm', at('10:00'), { about: date });
        play(manager, after, before.length);
        expect(entries(manager.asked)).toBe(0);
      }),
    );
  });

  it('1. enters nothing after it was disarmed', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const manager = needy();
        manager.command('arm', at('10:00'), { about: TODAY });
        play(manager, before);
        manager.command('disarm', at('10:00'));
        const asked = entries(manager.asked);
        play(manager, after, before.length);
        expect(entries(manager.asked)).toBe(asked);
      }),
    );
  });

  it('1. has entries that are at work called off when it is disarmed, and leaves what it holds', () => {
    const manager = needy();
    manager.command('arm', at('10:00'), { about: TODAY });
    manager.take();
    manager.hear(0, undefined, 'new');
    manager.hear(0, undefined, 'execution', traded('e1', 40, 100));
    expect(manager.control('disarm', '10:00')).toEqual(['cancel o.entry.0 as b0']);
    expect(manager.hear(0, undefined, 'canceled')).toEqual(['target sell 40 oco target 104 stop 98']);
  });

  it('1. enters nothing on the next date: to be armed is good for one', () => {
    const manager = needy();
    manager.command('arm', at('10:00'), { about: TODAY });
    expect(manager.take()).toHaveLength(1);
    manager.pass('09:59', TOMORROW);
    expect(manager.take({ id: ids.order('p'), t: at('10:00', TOMORROW), exitAt: at('15:00', TOMORROW) })).toEqual([]);
    manager.command('arm', at('10:00', TOMORROW), { about: TOMORROW });
    expect(manager.take({ id: ids.order('q'), t: at('10:00', TOMORROW), exitAt: at('15:00', TOMORROW) })).toHaveLength(1);
  });

  it('2. asks when it is armed for what it would ask without real money', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const [armed, free] = [needy(), given()];
        armed.command('arm', at('10:00'), { about: TODAY });
        play(armed, all);
        play(free, all);
        expect(armed.asked).toEqual(free.asked);
      }),
    );
  });
});
