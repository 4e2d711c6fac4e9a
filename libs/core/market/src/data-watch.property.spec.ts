import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Control, DataLevelNumber } from '@aitrader/model';
import { CLEAN, follow, isSlices, newWatch, restore, someDay, someKills, type Told } from '../test/followed-data.ts';

describe('what is said of the data', () => {
  it('is what a fold of the recording comes to, whenever its writer is killed', () => {
    fc.assert(
      fc.property(someDay, someKills, (told, killed) => {
        const { recording, watch } = follow(told, killed);
        const again = newWatch();
        for (const each of recording) restore(again, each);
        expect(again.levels).toEqual(watch.levels);
        expect(again.said).toEqual(watch.said);
      }),
    );
  });

  it('is told by instants that rise, each within the last second before its interval', () => {
    fc.assert(
      fc.property(someDay, someKills, (told, killed) => {
        let last = -1;
        let pending: Control[] = [];
        for (const each of follow(told, killed).recording) {
          if (!isSlices(each)) {
            expect(each.t).toBeGreaterThan(last);
            last = each.t;
            pending.push(each);
            continue;
          }
          const t = each[0]?.t ?? NaN;
          for (const command of pending) expect([command.t >= t - 1_000, command.t < t]).toEqual([true, true]);
          pending = [];
        }
      }),
    );
  });

  it('is never better than one of its last minutes, and good again as soon as they all were', () => {
    fc.assert(
      fc.property(someDay, (told) => {
        let inForce: DataLevelNumber | undefined;
        const minutes: Told[] = [];
        for (const each of follow(told, new Set()).recording) {
          if (!isSlices(each)) {
            inForce = each.data[0]?.level;
            continue;
          }
          const one = told[minutes.length];
          if (one === undefined) throw new Error('a minute that nobody told');
          minutes.push(one);
          const recent = minutes.slice(-CLEAN);
          const isBad = (minute: Told): boolean =>
            minute.absent === 'disconnected' || minute.lateMs > 10_000 || minute.feed === 'yahoo/yahoo';
          if (minutes.length < CLEAN || recent.some(isBad)) expect(inForce).toBeGreaterThanOrEqual(3);
          const isGood = (minute: Told): boolean =>
            !isBad(minute) && !minute.backfilled && minute.feed === 'one/feed' && minute.traded.every(Boolean);
          const isAgreed = minutes.every(({ compared }) => compared === undefined || compared.price === 100);
          if (
            isAgreed &&
            minutes.length > 2 * CLEAN &&
            minutes.slice(-12).every((each) => isGood(each) && each.clockAheadMs === 0)
          )
            expect(inForce).toBe(0);
        }
      }),
    );
  });

  it('is told again when a symbol that is listed comes to be for another reason', () => {
    const calm: Told = {
      ...{ traded: [true, true, true, true], absent: 'no-trade', lateMs: 1_500, backfilled: false, feed: 'one/feed' },
      ...{ clockAheadMs: 0, compared: undefined },
    };
    const silent = { ...calm, traded: [false, true, true, true] };
    const told = [...Array.from({ length: 60 }, () => calm), ...Array.from({ length: 12 }, () => silent)];
    const reasons = [...told, { ...silent, compared: { symbol: 0, price: 105 } }, silent];
    const said = follow(reasons, new Set()).recording.filter((each): each is Control => !isSlices(each));
    const [before, last] = said.slice(-2);
    expect([before?.data[0]?.symbols, last?.data[0]?.symbols]).toEqual([['AAA'], ['AAA']]);
    expect(last?.reason).toBe('vendors disagree: AAA (100 by one/feed, 105 by two/feed)');
    expect(before?.reason).not.toContain('disagree');
  });
});
