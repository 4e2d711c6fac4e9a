import { describe, expect, it } from '@jest/globals';
import { epochMs, type EpochMs } from '@aitrader/model';
import fc from 'fast-check';
import { CALENDAR_LAST, FIRST_MS } from './calendar-range.ts';
import { momentAt, newCalendarCursor, phaseAt, tradeDateAt } from './moment.ts';
import { newYorkDate, newYorkInstant } from './new-york-time.ts';
import { sessionOn, sessionsBetween } from './session-table.ts';
import { nightOf, tradesByDay, type Venue } from './venue-hours.ts';

const HOUR = 3_600_000;
const LAST = newYorkInstant(CALENDAR_LAST, 20 * 60);
const all = sessionsBetween('1998-01-01', CALENDAR_LAST);
const venue = fc.constantFrom<Venue>('consolidated', 'boats');
const anywhere = fc.integer({ min: FIRST_MS, max: LAST }).map(epochMs);
/** A millisecond before, at or after a boundary of a session or of its night. */
const boundary = fc
  .tuple(fc.constantFrom(...all), fc.constantFrom('preOpen', 'open', 'close', 'postClose'), fc.constantFrom(0, 7, 8, 20))
  .chain(([session, of, hoursBefore]) => fc.integer({ min: -1, max: 1 }).map((ms) => session[of] - hoursBefore * HOUR + ms))
  .filter((t) => t >= FIRST_MS && t <= LAST)
  .map(epochMs);
const instant = fc.oneof(anywhere, boundary);

/** Every phase told on its own, by the rules of the venue: exactly one of them holds. */
function phasesThatHold(t: EpochMs, of: Venue): string[] {
  const session = all.find(({ preOpen, postClose }) => t > preOpen && t <= postClose);
  const next = all.findIndex(({ preOpen }) => preOpen >= t);
  const night = nightOf(of, next);
  const day = session !== undefined && tradesByDay(of, all.indexOf(session)) ? session : undefined;
  const holds = {
    OVERNIGHT: session === undefined && night !== undefined && t > night.after && t <= night.until,
    PRE: day !== undefined && t <= day.open,
    RTH: day !== undefined && t > day.open && t <= day.close,
    POST: day !== undefined && t > day.close,
  };
  const found = Object.entries(holds).flatMap(([phase, is]) => (is ? [phase] : []));
  return found.length === 0 ? ['CLOSED'] : found;
}

describe('phases and trade dates', () => {
  it('4: every instant has exactly one phase at each venue, with a cursor that walks or jumps and without one', () => {
    const cursors = { consolidated: newCalendarCursor('consolidated'), boats: newCalendarCursor('boats') };
    fc.assert(
      fc.property(fc.array(instant, { maxLength: 6 }), venue, (instants, of) => {
        for (const t of instants) {
          expect(phasesThatHold(t, of)).toEqual([phaseAt(t, of)]);
          expect(momentAt(cursors[of], t)).toEqual(momentAt(newCalendarCursor(of), t));
          expect(cursors[of].moment.phase).toBe(phaseAt(t, of));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('4: phases of a cursor hold all over the stretch that it remembers, and change at its ends', () => {
    fc.assert(
      fc.property(instant, venue, fc.double({ min: 0, max: 1, noNaN: true }), (t, of, share) => {
        const cursor = newCalendarCursor(of);
        const { phase } = momentAt(cursor, t);
        const within = epochMs(cursor.until - Math.floor((cursor.until - cursor.after - 1) * share));
        expect(phaseAt(within, of)).toBe(phase);
      }),
      { numRuns: 300 },
    );
  });

  it('5: trade dates never fall, and are that of the session in it, also of its night', () => {
    fc.assert(
      fc.property(instant, instant, venue, (a, b, of) => {
        const [first, second] = a <= b ? [a, b] : [b, a];
        expect(tradeDateAt(first) <= tradeDateAt(second)).toBe(true);
        const { session } = momentAt(newCalendarCursor(of), first);
        if (session !== undefined) expect(tradeDateAt(first)).toBe(session.date);
        expect(sessionOn(tradeDateAt(first))).toBeDefined();
        expect(tradeDateAt(first) >= newYorkDate(epochMs(Math.max(FIRST_MS, first - 1)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('the exchanges have no night, whatever the instant', () => {
    fc.assert(fc.property(instant, (t) => expect(phaseAt(t)).not.toBe('OVERNIGHT')));
  });
});
