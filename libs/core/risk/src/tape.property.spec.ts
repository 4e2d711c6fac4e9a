/**
 * 1. A close is believed at once unless its bar is quarantined; then only when it stands by the last believed close, or by the
 *    close just before it. So a lone misprint never moves a mark, and a real crash gets in with the bar that confirms it.
 * 2. What is not known reads as NaN, which no gate lets through.
 * 3. A symbol's entry depends on its own bars alone.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMs, ticker } from '@aitrader/model';
import { barsOf } from '../test/given-risk.ts';
import { CORROBORATION_FRACTION, hearBars, lastClose, minutesSinceClose, newTape, type Tape } from './tape.ts';

const SYMBOLS = ['A', 'B', 'BRK.B', 'C'];
const someClose = fc.oneof(
  fc.integer({ min: 9_000, max: 11_000 }).map((cents) => cents / 100),
  fc.constantFrom(10, 20, 1000, 0, -5, NaN),
);
/** One minute: what printed, and whether it was suspect. */
const someMinute = fc.dictionary(fc.constantFrom(...SYMBOLS), fc.tuple(someClose, fc.boolean()), { noNullPrototype: true });
const someDay = fc.array(someMinute, { maxLength: 40 });
type Day = typeof someDay extends fc.Arbitrary<infer T> ? T : never;
const at = (n: number) => epochMs(1_736_175_600_000 + n * 60_000);

function hear(day: Day, shards = 1): Tape {
  const tape = newTape();
  day.forEach((minute, n) => {
    const closes = Object.fromEntries(Object.entries(minute).map(([symbol, [close]]) => [symbol, close]));
    const suspect = Object.fromEntries(Object.entries(closes).filter(([symbol]) => minute[symbol]?.[1] ?? false));
    for (let shard = shards - 1; shard >= 0; shard--) hearBars(tape, barsOf(at(n), shard, shards, closes, suspect), -1);
  });
  return tape;
}

describe('the tape, whatever prints', () => {
  it('1. moves on an unflagged close, on one near the last, or on one near the print before it', () => {
    fc.assert(
      fc.property(someDay, (day) => {
        const near = (a: number, b: number): boolean => Math.abs(a - b) <= CORROBORATION_FRACTION * b;
        let believed = NaN;
        let before = NaN;
        day.forEach((minute, n) => {
          const [close, suspect] = minute['A'] ?? [NaN, true];
          if (minute['A'] !== undefined) {
            if (close > 0 && (!suspect || near(close, believed) || near(close, before))) believed = close;
            before = close;
          }
          expect(lastClose(hear(day.slice(0, n + 1)), ticker('A'))).toBe(Math.round(believed * 10_000));
        });
      }),
      { numRuns: 200 },
    );
  });

  it('2. knows a close and its age together, or neither', () => {
    fc.assert(
      fc.property(someDay, (day) => {
        const tape = hear(day);
        for (const symbol of SYMBOLS.map(ticker)) {
          const close = lastClose(tape, symbol);
          expect(Number.isNaN(minutesSinceClose(tape, symbol, at(day.length)))).toBe(Number.isNaN(close));
          expect(Number.isNaN(close) || close > 0).toBe(true);
        }
      }),
    );
  });

  it('3. says the same of a symbol when it hears that one alone, or hears them in shards', () => {
    fc.assert(
      fc.property(someDay, fc.integer({ min: 1, max: 5 }), (day, shards) => {
        const [whole, sharded] = [hear(day), hear(day, shards)];
        for (const name of SYMBOLS) {
          const alone = hear(day.map(({ [name]: one }) => (one === undefined ? {} : { [name]: one })));
          const saysOf = (tape: Tape): unknown => [lastClose(tape, ticker(name)), minutesSinceClose(tape, ticker(name), at(99))];
          expect(saysOf(alone)).toEqual(saysOf(whole));
          expect(saysOf(sharded)).toEqual(saysOf(whole));
        }
      }),
    );
  });
});
