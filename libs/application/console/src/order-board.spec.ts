import { describe, expect, it } from '@jest/globals';
import { statusOf } from './order-board.ts';
import type { OrderStep } from './wire.ts';

const step = (leg: string, kind: string): OrderStep => ({ t: 0, leg, kind, remaining: 0, reason: '' });
const order = (steps: readonly OrderStep[], entered = 0, left = 0) => statusOf({ steps, entered, left });

describe('where an order stands', () => {
  it.each([
    ['approved', order([])],
    ['working', order([step('entry', 'submitted')])],
    ['working', order([step('entry', 'accepted')])],
    ['rejected', order([step('entry', 'submitted'), step('entry', 'rejected')])],
    ['open', order([step('entry', 'filled'), step('stop', 'accepted')], 10, 0)],
    ['open', order([step('entry', 'canceled'), step('target', 'filled')], 10, 4)],
    ['closed', order([step('entry', 'filled'), step('target', 'filled')], 10, 10)],
    ['closed', order([step('entry', 'canceled'), step('time', 'filled')], 4, 4)],
    ['working', order([step('entry', 'accepted')], 4, 4)],
  ])('is %s', (status, is) => {
    expect(is).toBe(status);
  });

  it('is unknown as long as the broker has not answered for any of its legs, whatever was filled', () => {
    expect(order([step('entry', 'filled'), step('stop', 'unknown')], 10, 0)).toBe('unknown');
    expect(order([step('entry', 'filled'), step('stop', 'unknown'), step('stop', 'accepted')], 10, 0)).toBe('open');
  });
});
