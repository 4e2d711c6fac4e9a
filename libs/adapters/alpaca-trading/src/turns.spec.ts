import { describe, expect, it } from '@jest/globals';
import { Turns, type Purpose } from './turns.ts';

/** Turns by a clock that stands still until somebody sleeps; a sleep of another's ends when its time has come. */
function turnsOf(perMinute: number) {
  let sleeping: { readonly until: number; readonly wake: () => void }[] = [];
  let at = 0;
  const sleep = (ms: number): Promise<void> => new Promise((wake) => sleeping.push({ until: at + ms, wake }));
  const turns = new Turns({ perMinute, now: () => at, sleep });
  const taken: Purpose[] = [];
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  return {
    turns,
    taken,
    take: async (purpose: Purpose, count = 1): Promise<void> => {
      for (let i = 0; i < count; i++) void turns.take(purpose).then(() => taken.push(purpose));
      await settle();
    },
    pass: async (ms: number): Promise<void> => {
      at += ms;
      const due = sleeping.filter(({ until }) => until <= at);
      sleeping = sleeping.filter(({ until }) => until > at);
      for (const { wake } of due) wake();
      await settle();
    },
  };
}

describe('turns to ask a broker', () => {
  it('leave a quarter of a minute for orders and cancels, and a tenth for cancels', async () => {
    const { take, taken } = turnsOf(100);
    await take('read', 100);
    expect(taken).toHaveLength(75);
    await take('order', 100);
    expect(taken.filter((one) => one === 'order')).toHaveLength(15);
    await take('cancel', 10);
    expect(taken.filter((one) => one === 'cancel')).toHaveLength(10);
  });

  it('go to a cancel that comes while others wait', async () => {
    const { take, taken } = turnsOf(10);
    await take('read', 20);
    await take('order', 5);
    const before = taken.length;
    await take('cancel');
    expect(taken.slice(before)).toEqual(['cancel']);
  });

  it('go to nobody before the broker wants to be asked again', async () => {
    const { turns, take, taken, pass } = turnsOf(100);
    turns.pauseUntil(5_000);
    await take('cancel');
    expect(taken).toEqual([]);
    await pass(4_999);
    expect(taken).toEqual([]);
  });
});
