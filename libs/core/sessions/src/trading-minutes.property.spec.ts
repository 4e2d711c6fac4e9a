import { describe, expect, it } from '@jest/globals';
import { epochMs } from '@aitrader/model';
import fc from 'fast-check';
import { CALENDAR_FIRST, CALENDAR_LAST, END_MS, FIRST_MS } from './calendar-range.ts';
import { phaseAt } from './moment.ts';
import { newYorkInstant } from './new-york-time.ts';
import type { DayPhase } from './phase.ts';
import { sessionsBetween } from './session-table.ts';
import { tradingMinutesBetween } from './trading-minutes.ts';

const MS_PER_MINUTE = 60_000;
const PHASES: readonly DayPhase[] = ['PRE', 'RTH', 'POST', 'CLOSED'];

const instant = fc.integer({ min: FIRST_MS, max: END_MS - 1 }).map(epochMs);
const minute = fc
  .integer({ min: FIRST_MS / MS_PER_MINUTE, max: END_MS / MS_PER_MINUTE - 1 })
  .map((n) => epochMs(n * MS_PER_MINUTE));
const phases = fc.subarray([...PHASES]);
const msOf = (minutes: number): number => Math.round(minutes * MS_PER_MINUTE);

describe('trading minutes', () => {
  it('1: add up exactly over any point of division that is on a minute', () => {
    fc.assert(
      fc.property(minute, minute, minute, phases, (a, b, c, of) => {
        expect(tradingMinutesBetween(a, b, of) + tradingMinutesBetween(b, c, of)).toBe(tradingMinutesBetween(a, c, of));
      }),
    );
  });

  it('1: add up to the millisecond over any point of division, and change sign with the direction', () => {
    fc.assert(
      fc.property(instant, instant, instant, phases, (a, b, c, of) => {
        const parts = msOf(tradingMinutesBetween(a, b, of)) + msOf(tradingMinutesBetween(b, c, of));
        expect(parts).toBe(msOf(tradingMinutesBetween(a, c, of)));
        expect(tradingMinutesBetween(c, a, of) + tradingMinutesBetween(a, c, of)).toBe(0);
        expect(Object.is(tradingMinutesBetween(a, a, of), 0)).toBe(true);
      }),
    );
  });

  it('2: the four phases together are the time on the clock', () => {
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        expect(tradingMinutesBetween(a, b, PHASES)).toBe((b - a) / MS_PER_MINUTE);
        const sum = PHASES.reduce((ms, phase) => ms + msOf(tradingMinutesBetween(a, b, [phase])), 0);
        expect(sum).toBe(b - a);
      }),
    );
  });

  it('are the minutes that end in the phase, counted one by one', () => {
    fc.assert(
      fc.property(minute, fc.integer({ min: 0, max: 3 * 1_440 }), fc.constantFrom(...PHASES), (from, length, phase) => {
        const count = Math.min(length, (END_MS - from) / MS_PER_MINUTE - 1);
        let expected = 0;
        for (let n = 1; n <= count; n += 1) if (phaseAt(epochMs(from + n * MS_PER_MINUTE)) === phase) expected += 1;
        expect(tradingMinutesBetween(from, epochMs(from + count * MS_PER_MINUTE), [phase])).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('are regular hours unless told otherwise, and a phase counts once', () => {
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        expect(tradingMinutesBetween(a, b)).toBe(tradingMinutesBetween(a, b, ['RTH']));
        expect(tradingMinutesBetween(a, b, ['RTH', 'RTH'])).toBe(tradingMinutesBetween(a, b, ['RTH']));
        expect(tradingMinutesBetween(a, b, [])).toBe(0);
      }),
    );
  });

  it.each([
    ['2026-01-05', 390],
    ['2026-11-27', 210],
    ['2002-09-11', 240],
    ['2026-01-03', 0],
    ['2025-01-09', 0],
  ])('%s has %d regular minutes', (date, minutes) => {
    expect(tradingMinutesBetween(newYorkInstant(date, 0), newYorkInstant(date, 1_440))).toBe(minutes);
  });

  it('of the whole calendar are those of its sessions', () => {
    const all = sessionsBetween(CALENDAR_FIRST, CALENDAR_LAST);
    const regular = all.reduce((sum, { open, close }) => sum + (close - open) / MS_PER_MINUTE, 0);
    expect(tradingMinutesBetween(epochMs(FIRST_MS), epochMs(END_MS - 1))).toBe(regular);
  });
});
