import { describe, expect, it } from '@jest/globals';
import {
  BAR_FLAG,
  epochMs,
  priceFromDollars,
  quantityFromShares,
  dollarsOf,
  type EpochMs,
  type SimulationConfig,
} from '@aitrader/model';
import { MINUTE, at, FREE, order, sliceOf, play, tell, later, type Bar } from '../test/given-broker.ts';
import { dayEnd, newSimulatedBroker, simulatedBroker, type BrokerEvent } from './index.ts';

describe('the simulated broker: the entry', () => {
  it('fills at the open of the next bar, and protects what filled', () => {
    expect(play([{ open: 100.5, high: 101, low: 99 }]).told).toEqual([
      'entry accepted 100',
      'entry filled buy 100 @ 100.5',
      'stop accepted 100',
      'target accepted 100',
    ]);
  });

  it('does not fill in the bar that closed when it was approved', () => {
    const given = order();
    const state = newSimulatedBroker(FREE);
    const events: BrokerEvent[] = [];
    simulatedBroker.take(state, given.t, { kind: 'submit', leg: 'entry', order: given }, events);
    simulatedBroker.step(state, given.t, [sliceOf(given.t, { open: 100 })], events);
    expect(events.map(tell)).toEqual(['entry accepted 100']);
  });

  it('waits through minutes without a bar', () => {
    expect(play([undefined, undefined]).told).toEqual(['entry accepted 100']);
    expect(play([undefined, { open: 101 }]).told[1]).toBe('entry filled buy 100 @ 101');
  });

  it.each(['OHLC_INCONSISTENT', 'WIDE_RANGE', 'PRICE_JUMP', 'SPLIT_LIKE'] as const)(
    'does not trade on a bar flagged %s',
    (flag) => {
      expect(play([{ open: 100, flags: BAR_FLAG[flag] }]).told).toEqual(['entry accepted 100']);
    },
  );

  it.each([
    ['has no volume', { open: 100, volume: 0 }],
    ['has an unknown volume', { open: 100, volume: NaN }],
    ['has an unknown price', { open: NaN, high: 100, low: 100 }],
    ['costs nothing', { open: 0 }],
  ])('does not trade on a bar that %s', (_, bar) => {
    expect(play([bar]).told).toEqual(['entry accepted 100']);
  });

  it('takes its share of the volume in whole shares and carries the rest', () => {
    const { told } = play(
      [
        { open: 100, volume: 405 },
        { open: 101, volume: 5 },
        { open: 102, volume: 10_000 },
      ],
      {},
      { participationMax: 0.1 },
    );
    expect(told).toEqual([
      'entry accepted 100',
      'entry executed buy 40 @ 100',
      'stop accepted 40',
      'target accepted 40',
      'entry filled buy 60 @ 102',
      'stop replaced 100',
      'target replaced 100',
    ]);
  });

  it('pays half the spread and, for the whole volume of a bar, the whole impact', () => {
    const costs = { halfSpreadBpRegular: 2, impactBp: 10 };
    expect(play([{ open: 100, volume: 100 }], {}, costs).told[1]).toBe('entry filled buy 100 @ 100.12');
    expect(play([{ open: 100, volume: 400 }], {}, costs).told[1]).toBe('entry filled buy 100 @ 100.07');
    const short = { side: 'sell', stop: priceFromDollars(102), target: priceFromDollars(96) } as const;
    expect(play([{ open: 100, volume: 400 }], short, costs).told[1]).toBe('entry filled sell 100 @ 99.93');
  });

  it('pays the wider spread outside regular hours', () => {
    const costs = { halfSpreadBpRegular: 2, halfSpreadBpExtended: 10 };
    expect(play([{ open: 100 }], { t: at('09:28') }, costs).told[1]).toBe('entry filled buy 100 @ 100.1');
    expect(play([undefined, undefined, { open: 100 }], { t: at('09:28') }, costs).told[1]).toBe('entry filled buy 100 @ 100.02');
  });

  it('never sells below one unit of price', () => {
    const penny = { side: 'sell', stop: priceFromDollars(1), target: priceFromDollars(0) } as const;
    expect(play([{ open: 0.0001 }], penny, { halfSpreadBpRegular: 9_999 }).told[1]).toBe('entry filled sell 100 @ 0.0001');
  });

  it('charges the fee per share', () => {
    const [, filled] = play([{ open: 100 }], {}, { feePerShareDollars: 0.005 }).events;
    expect(filled !== undefined && 'fill' in filled ? dollarsOf(filled.fill.fee) : undefined).toBe(0.5);
  });
});

describe('the simulated broker: the end of an entry', () => {
  it('expires at the close of its session, after the bar of the close', () => {
    const { told, atWork } = play([undefined, { open: 100, volume: 40 }], { t: at('15:58'), exitAt: at('10:00', '2026-01-06') });
    expect(told.slice(1)).toEqual([
      'entry executed buy 40 @ 100',
      'stop accepted 40',
      'target accepted 40',
      'entry expired 0 (session-close)',
    ]);
    expect(atWork).toBe(1);
  });

  it('expires at one in the afternoon on the day after Thanksgiving', () => {
    const t = at('12:59', '2025-11-28');
    const { events, told } = play([undefined, { open: 100 }], { t, exitAt: at('15:00', '2025-11-28') });
    expect(told).toEqual(['entry accepted 100', 'entry expired 0 (session-close)']);
    expect(events[1]?.t).toBe(at('13:00', '2025-11-28'));
  });

  it('expires at its exit time when that comes first, without using that bar', () => {
    const { told, atWork } = play([undefined, { open: 100 }], { exitAt: at('10:02') });
    expect(told).toEqual(['entry accepted 100', 'entry expired 0 (exit-time)']);
    expect(atWork).toBe(0);
  });

  it('given at the close, is good until the next close', () => {
    expect(dayEnd(at('15:59'))).toBe(at('16:00'));
    expect(dayEnd(at('16:00'))).toBe(at('16:00', '2026-01-06'));
    expect(dayEnd(at('18:00', '2026-01-16'))).toBe(at('16:00', '2026-01-20'));
    expect(dayEnd(at('05:00', '2025-11-28'))).toBe(at('13:00', '2025-11-28'));
    expect(dayEnd(at('20:00', '2001-09-10'))).toBe(at('16:00', '2001-09-17'));
  });

  it('is taken back when asked, and what filled stays protected', () => {
    const { state, given } = play([{ open: 100, volume: 40 }]);
    const events: BrokerEvent[] = [];
    simulatedBroker.take(state, at('10:02'), { kind: 'cancel', leg: 'entry', orderId: given.id, reason: 'asked' }, events);
    simulatedBroker.step(state, at('10:02'), [sliceOf(at('10:02'), { open: 97 })], events);
    expect(events.map(tell)).toEqual([
      'entry canceled 0 (asked)',
      'stop triggered 40 (gap)',
      'target canceled 0 (stop-triggered)',
      'stop filled sell 40 @ 97',
    ]);
  });

  it.each([
    ['nothing is asked for', 'no-quantity', { quantity: quantityFromShares(0) }],
    ['the exit is not after the order', 'exit-not-after-order', { exitAt: at('10:00') }],
    ['the stop is beyond the target', 'stop-beyond-target', { stop: priceFromDollars(105) }],
  ])('is rejected when %s', (_, reason, more) => {
    const { told, atWork } = play([{ open: 100 }], more);
    expect(told).toEqual([`entry rejected 0 (${reason})`]);
    expect(atWork).toBe(0);
  });

  it('is taken once, however often it is submitted', () => {
    const { state, given } = play([{ open: 100, volume: 40 }]);
    const events: BrokerEvent[] = [];
    simulatedBroker.take(state, at('10:02'), { kind: 'submit', leg: 'entry', order: given }, events);
    expect(events).toEqual([]);
    expect(state.brackets.get(given.id)?.held).toBe(quantityFromShares(40));
  });
});

describe('the simulated broker: the exits', () => {
  const entered = { open: 100 };

  it('stops out at the stop, with spread and impact, and calls the target off', () => {
    const { told, atWork } = play([entered, { open: 99, low: 97.5 }], {}, { halfSpreadBpRegular: 10 });
    expect(later(told, 'stop triggered')).toEqual([
      'stop triggered 100',
      'target canceled 0 (stop-triggered)',
      'stop filled sell 100 @ 97.902',
    ]);
    expect(atWork).toBe(0);
  });

  it('stops out on a touch', () => {
    expect(play([entered, { open: 99, low: 98 }]).told).toContain('stop filled sell 100 @ 98');
  });

  it('stops out at the open when that gaps through the stop', () => {
    const { told } = play([entered, { open: 95, high: 105, low: 94 }]);
    expect(later(told, 'stop triggered')).toEqual([
      'stop triggered 100 (gap)',
      'target canceled 0 (stop-triggered)',
      'stop filled sell 100 @ 95',
    ]);
  });

  it('stops out inside the bar of the entry, after the entry', () => {
    expect(play([{ open: 100, low: 97 }]).told.at(-1)).toBe('stop filled sell 100 @ 98');
    expect(play([{ open: 97.5 }]).told.slice(1)).toEqual([
      'entry filled buy 100 @ 97.5',
      'stop accepted 100',
      'target accepted 100',
      'stop triggered 100 (gap)',
      'target canceled 0 (stop-triggered)',
      'stop filled sell 100 @ 97.5',
    ]);
  });

  it('takes the stop when both lie inside the bar, and says that it was a guess', () => {
    expect(play([entered, { open: 100, high: 105, low: 97 }]).told).toContain('stop filled sell 100 @ 98 pessimistic');
    expect(play([{ open: 100, high: 105, low: 97 }]).told).toContain('stop filled sell 100 @ 98 pessimistic');
  });

  it('is no guess when only one of them lies inside the bar, or the open decides', () => {
    expect(play([entered, { open: 100, high: 104, low: 97 }]).told).toContain('stop filled sell 100 @ 98');
    expect(play([entered, { open: 106, high: 106, low: 97 }]).told).toContain('target filled sell 100 @ 106');
  });

  it('fills the target at its limit, without spread, once the price went beyond it', () => {
    const { told, atWork } = play([entered, { open: 103, high: 104.01 }], {}, { halfSpreadBpRegular: 10, impactBp: 10 });
    expect(later(told, 'target filled')).toEqual(['target filled sell 100 @ 104', 'stop canceled 0 (target-filled)']);
    expect(atWork).toBe(0);
  });

  it('does not fill the target on a touch', () => {
    expect(play([entered, { open: 103, high: 104 }]).atWork).toBe(1);
  });

  it('fills the target at the open when that is better', () => {
    expect(play([entered, { open: 106, high: 107, low: 105 }]).told).toContain('target filled sell 100 @ 106');
  });

  it('fills the target in the bar of the entry when the stop was not touched', () => {
    expect(play([{ open: 100, high: 105 }]).told).toContain('target filled sell 100 @ 104');
  });

  it('mirrors all of it for a short', () => {
    const short = { side: 'sell', stop: priceFromDollars(102), target: priceFromDollars(96) } as const;
    expect(play([entered, { open: 101, high: 103 }], short).told).toContain('stop filled buy 100 @ 102');
    expect(play([entered, { open: 105 }], short).told).toContain('stop filled buy 100 @ 105');
    expect(play([entered, { open: 97, low: 95 }], short).told).toContain('target filled buy 100 @ 96');
    expect(play([entered, { open: 97, low: 96 }], short).atWork).toBe(1);
    expect(play([entered, { open: 100, high: 103, low: 95 }], short).told).toContain('stop filled buy 100 @ 102 pessimistic');
  });

  it('carries what the volume leaves of a stop to the next open, wherever that is', () => {
    const { told } = play([entered, { open: 99, low: 97, volume: 60 }, undefined, { open: 101 }]);
    expect(later(told, 'stop triggered')).toEqual([
      'stop triggered 100',
      'target canceled 0 (stop-triggered)',
      'stop executed sell 60 @ 98',
      'stop filled sell 40 @ 101',
    ]);
  });

  it('keeps protecting what the volume leaves of a target', () => {
    const { told } = play([entered, { open: 103, high: 105, volume: 60 }, { open: 103 }, { open: 99, low: 97 }]);
    expect(later(told, 'target executed')).toEqual([
      'target executed sell 60 @ 104',
      'stop replaced 40',
      'stop triggered 40',
      'target canceled 0 (stop-triggered)',
      'stop filled sell 40 @ 98',
    ]);
  });

  it('triggers the stop on what a target at the open left over, without taking more of the bar than its share', () => {
    const { told } = play([entered, { open: 106, high: 106, low: 97, volume: 60 }, { open: 99 }]);
    expect(later(told, 'target executed')).toEqual([
      'target executed sell 60 @ 106',
      'stop replaced 40',
      'stop triggered 40',
      'target canceled 0 (stop-triggered)',
      'stop filled sell 40 @ 99',
    ]);
  });

  it('calls off what has not entered once an exit begins', () => {
    const { told, atWork } = play([{ open: 100, volume: 40 }, { open: 97 }, { open: 100 }]);
    expect(later(told, 'entry canceled')).toEqual([
      'entry canceled 0 (exit-began)',
      'stop triggered 40 (gap)',
      'target canceled 0 (stop-triggered)',
      'stop filled sell 40 @ 97',
    ]);
    expect(atWork).toBe(0);
  });
});

describe('the simulated broker: the close', () => {
  const close = (bars: readonly (Bar | undefined)[], from: EpochMs, config: Partial<SimulationConfig> = {}) => {
    const { state, given } = play([{ open: 100 }], { exitAt: from }, config);
    const events: BrokerEvent[] = [];
    simulatedBroker.take(state, from, { kind: 'submit', leg: 'time', orderId: given.id }, events);
    bars.forEach((bar, n) =>
      simulatedBroker.step(state, epochMs(from + n * MINUTE), [sliceOf(epochMs(from + n * MINUTE), bar)], events),
    );
    return events.map(tell);
  };
  const CALLED_OFF = ['stop canceled 0 (closing)', 'target canceled 0 (closing)', 'time accepted 100'];

  it('ends the protection and fills at the open of the first bar at or after the exit time', () => {
    expect(close([{ open: 97, low: 90, high: 110 }], at('11:00'))).toEqual([...CALLED_OFF, 'time filled sell 100 @ 97']);
  });

  it('works on after the session until a bar comes, and pays the spread of the hour', () => {
    const costs = { halfSpreadBpRegular: 1, halfSpreadBpExtended: 20 };
    expect(close([undefined, undefined, { open: 100 }], at('15:59'), costs)).toEqual([
      ...CALLED_OFF,
      'time filled sell 100 @ 99.8',
    ]);
  });

  it('carries what the volume leaves', () => {
    expect(
      close(
        [
          { open: 99, volume: 60 },
          { open: 98, volume: 60 },
        ],
        at('11:00'),
      ),
    ).toEqual([...CALLED_OFF, 'time executed sell 60 @ 99', 'time filled sell 40 @ 98']);
  });

  it('lets a stop that leaves at market already finish', () => {
    const { state, given } = play([{ open: 100 }, { open: 99, low: 97, volume: 60 }]);
    const events: BrokerEvent[] = [];
    simulatedBroker.take(state, at('15:00'), { kind: 'submit', leg: 'time', orderId: given.id }, events);
    simulatedBroker.step(state, at('15:00'), [sliceOf(at('15:00'), { open: 96 })], events);
    expect(events.map(tell)).toEqual(['stop filled sell 40 @ 96']);
  });
});
