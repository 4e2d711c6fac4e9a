import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import { epochMs, type EpochMs } from '@aitrader/model';
import fc from 'fast-check';
import { CALENDAR_FIRST, CALENDAR_LAST, END_MS, FIRST_MS } from './calendar-range.ts';
import { momentAt, newCalendarCursor, phaseAt, type CalendarCursor, type Moment } from './moment.ts';
import { newYorkDate, newYorkInstant } from './new-york-time.ts';
import { sessionOn, sessionsBetween, type TradingSession } from './session-table.ts';

const MS_PER_MINUTE = 60_000;
const all = sessionsBetween(CALENDAR_FIRST, CALENDAR_LAST);

const anywhere = fc.integer({ min: FIRST_MS, max: END_MS - 1 }).map(epochMs);
/** A millisecond before, at or after the boundary of a session, where mistakes live. */
const boundaryOf = (sessions: readonly TradingSession[]): fc.Arbitrary<EpochMs> =>
  fc
    .tuple(
      fc.constantFrom(...sessions),
      fc.constantFrom('preOpen', 'open', 'close', 'postClose'),
      fc.integer({ min: -1, max: 1 }),
    )
    .map(([session, of, ms]) => epochMs(session[of] + ms));
const instant = fc.oneof(anywhere, boundaryOf(all));
/** Instants to and fro between the boundaries of two neighbouring sessions. */
const neighbours = fc
  .integer({ min: 0, max: all.length - 2 })
  .chain((index) => fc.array(boundaryOf(all.slice(index, index + 2)), { minLength: 10, maxLength: 20 }));

/** The definition of a moment, told slowly: by the date's own session and a sum over all sessions before. */
function definition(t: EpochMs): Moment {
  const today = sessionOn(newYorkDate(t));
  const session = today !== undefined && t > today.preOpen && t <= today.postClose ? today : undefined;
  const begun = all.filter(({ preOpen }) => preOpen < t);
  const upTo = (until: EpochMs): number => Math.min(until, t);
  return {
    phase: session === undefined ? 'CLOSED' : t <= session.open ? 'PRE' : t <= session.close ? 'RTH' : 'POST',
    session,
    tradingMinute: begun.reduce((sum, { preOpen, postClose }) => sum + upTo(postClose) - preOpen, 0) / MS_PER_MINUTE,
    regularMinute: begun.reduce((sum, { open, close }) => sum + Math.max(0, upTo(close) - open), 0) / MS_PER_MINUTE,
    sessionIndex: begun.length - 1,
  };
}

describe('a moment', () => {
  it('1: depends on the instant alone, in whatever order one cursor is asked', () => {
    const cursor = newCalendarCursor();
    fc.assert(
      fc.property(fc.oneof(fc.array(instant, { maxLength: 8 }), neighbours), (instants) => {
        for (const t of instants) {
          expect(momentAt(cursor, t)).toEqual(definition(t));
          expect(phaseAt(t)).toBe(cursor.moment.phase);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('1: is the same whether a cursor walks there or jumps', () => {
    const walker = newCalendarCursor();
    const step = fc.integer({ min: 1, max: 20 * MS_PER_MINUTE });
    fc.assert(
      fc.property(instant, fc.array(step, { minLength: 50, maxLength: 200 }), (from, steps) => {
        let t: number = from;
        for (const ms of steps) {
          t = Math.min(t + ms, END_MS - 1);
          expect(momentAt(walker, epochMs(t))).toEqual(momentAt(newCalendarCursor(), epochMs(t)));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('2: minutes never fall, and pass at the pace of the clock in their phases only', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const t = epochMs(Math.max(FIRST_MS + 1, at));
        const before = { ...momentAt(newCalendarCursor(), epochMs(t - 1)) };
        const after = momentAt(newCalendarCursor(), t);
        const msOf = (minutes: number): number => Math.round(minutes * MS_PER_MINUTE);
        expect(msOf(after.tradingMinute) - msOf(before.tradingMinute)).toBe(after.phase === 'CLOSED' ? 0 : 1);
        expect(msOf(after.regularMinute) - msOf(before.regularMinute)).toBe(after.phase === 'RTH' ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });

  it('3: a copy of a cursor goes on as the original would', () => {
    fc.assert(
      fc.property(instant, fc.array(instant, { maxLength: 5 }), (first, then) => {
        const original = newCalendarCursor();
        momentAt(original, first);
        const copy: CalendarCursor = deserialize(serialize(original));
        expect(copy).toEqual(original);
        for (const t of then) expect(momentAt(copy, t)).toEqual(momentAt(original, t));
        expect(copy).toEqual(original);
      }),
    );
  });

  it('belongs to the phase that it closes', () => {
    const phaseOf = (minuteOfDay: number): string => phaseAt(newYorkInstant('2026-01-05', minuteOfDay));
    expect([240, 241, 570, 571, 960, 961, 1_200, 1_201].map(phaseOf)).toEqual([
      'CLOSED',
      'PRE',
      'PRE',
      'RTH',
      'RTH',
      'POST',
      'POST',
      'CLOSED',
    ]);
  });

  it('is never part of a session on a weekend', () => {
    fc.assert(
      fc.property(anywhere, (t) => {
        const weekday = new Date(`${newYorkDate(t)}T00:00:00Z`).getUTCDay();
        fc.pre(weekday === 0 || weekday === 6);
        expect(momentAt(newCalendarCursor(), t)).toMatchObject({ phase: 'CLOSED', session: undefined });
      }),
    );
  });

  it('is written into the cursor and never into a new object', () => {
    const cursor = newCalendarCursor();
    const { moment } = cursor;
    for (const { open, close, postClose } of all.slice(0, 20)) {
      for (const t of [open, close, postClose]) expect(momentAt(cursor, t)).toBe(moment);
    }
  });
});
