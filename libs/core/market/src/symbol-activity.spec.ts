import { describe, expect, it } from '@jest/globals';
import { enterPhase, isJudged, isStale, newSymbolActivity, noteMinuteOf } from './symbol-activity.ts';
import { newRandomStream, nextUniform } from '@aitrader/core-numeric';

const HOURS = 6.5;
const RTH_MINUTES = HOURS * 60;

describe('the activity of a symbol', () => {
  it('that trades every minute is missed in the fifth minute of silence', () => {
    const activity = newSymbolActivity(1);
    enterPhase(activity, 'RTH');
    for (let minute = 0; minute < 120; minute++) noteMinuteOf(activity, 0, true);
    const silent = Array.from({ length: 6 }, () => {
      noteMinuteOf(activity, 0, false);
      return isStale(activity, 0);
    });
    expect(silent).toEqual([false, false, false, false, true, true]);
    noteMinuteOf(activity, 0, true);
    expect(isStale(activity, 0)).toBe(false);
  });

  it('that never trades, or once an hour, is never missed, and says nothing about the vendor', () => {
    const activity = newSymbolActivity(2);
    enterPhase(activity, 'PRE');
    for (let minute = 0; minute < 330; minute++) {
      noteMinuteOf(activity, 0, false);
      noteMinuteOf(activity, 1, minute % 60 === 0);
      expect([isStale(activity, 0), isStale(activity, 1), isJudged(activity, 0), isJudged(activity, 1)]).toEqual(
        Array.from({ length: 4 }, () => false),
      );
    }
  });

  it.each([0.05, 0.15, 0.3, 0.5, 0.8, 0.95])(
    'that trades in a share of %p of the minutes is seldom missed by chance',
    (share) => {
      const symbols = 500;
      const activity = newSymbolActivity(symbols);
      const random = newRandomStream(7);
      enterPhase(activity, 'RTH');
      let missed = 0;
      for (let minute = 0; minute < RTH_MINUTES; minute++) {
        let stale = 0;
        for (let symbol = 0; symbol < symbols; symbol++) {
          noteMinuteOf(activity, symbol, nextUniform(random) < share);
          if (isStale(activity, symbol)) stale += 1;
        }
        missed += stale;
        expect(stale / symbols).toBeLessThan(0.06);
      }
      expect(missed / symbols / RTH_MINUTES).toBeLessThan(0.02);
    },
  );

  it('of the afternoon is not expected after the close, nor that of yesterday before the open', () => {
    const activity = newSymbolActivity(1);
    enterPhase(activity, 'RTH');
    for (let minute = 0; minute < 60; minute++) noteMinuteOf(activity, 0, true);
    for (const phase of ['POST', 'CLOSED', 'PRE'] as const) {
      enterPhase(activity, phase);
      for (let minute = 0; minute < 60; minute++) {
        noteMinuteOf(activity, 0, false);
        expect(isStale(activity, 0)).toBe(false);
      }
    }
  });

  it('of the last regular session is expected in the next one from its beginning', () => {
    const activity = newSymbolActivity(1);
    enterPhase(activity, 'RTH');
    for (let minute = 0; minute < 120; minute++) noteMinuteOf(activity, 0, true);
    enterPhase(activity, 'POST');
    noteMinuteOf(activity, 0, false);
    enterPhase(activity, 'RTH');
    for (let minute = 0; minute < 5; minute++) noteMinuteOf(activity, 0, false);
    expect(isStale(activity, 0)).toBe(true);
  });
});
