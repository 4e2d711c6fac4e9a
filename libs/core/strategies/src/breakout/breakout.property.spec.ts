import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { updateDonchian, type Donchian } from '@aitrader/core-features';
import {
  AT,
  indexOfSymbol,
  item,
  newSignalSlice,
  type Signal,
  STATE_COLUMNS,
  STATE_FLAG,
  STATE_WIDTH,
  type StateSlice,
  ticker,
} from '@aitrader/model';
import { breakoutBy, CONFIG, interval, MINUTE, MONDAY_OPEN, type Print, TUESDAY_OPEN } from '../../test/market.ts';
import { findingsAt, STRATEGY_COLUMNS, strategiesStage } from '../index.ts';

type Prints = Readonly<Record<string, Print>>;
interface Interval {
  readonly t: number;
  readonly prints: Prints;
}

/** What one symbol does in one minute; prices move in dimes. */
interface Move {
  readonly traded: boolean;
  readonly change: number;
  readonly above: number;
  readonly below: number;
  readonly up: number;
  readonly turbulent: number;
  readonly stateFlags: number;
  readonly flags: number;
}

const often = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const move: fc.Arbitrary<Move> = fc.record({
  traded: often(true, fc.boolean()),
  change: fc.integer({ min: -20, max: 20 }),
  above: fc.nat(5),
  below: fc.nat(5),
  up: fc.integer({ min: 0, max: 1_000_000 }),
  turbulent: often(100_000, fc.integer({ min: 0, max: 1_000_000 })),
  stateFlags: often(0, fc.constantFrom<number>(...Object.values(STATE_FLAG))),
  flags: often(0, fc.constant(1)),
});

const SYMBOLS = ['AAPL', 'IBM', 'SPY'] as const;

/** Monday's minutes from five before the open, then Tuesday's: two days of at most 40 minutes. */
const market: fc.Arbitrary<Interval[]> = fc
  .tuple(...[MONDAY_OPEN, TUESDAY_OPEN].map(() => fc.array(fc.tuple(move, move, move), { minLength: 25, maxLength: 40 })))
  .map((days) => {
    const dimes = SYMBOLS.map(() => 1000);
    return days.flatMap((minutes, day) =>
      minutes.map((moves, index) => {
        const prints: Record<string, Print> = {};
        moves.forEach((one, i) => {
          const before = dimes[i] ?? 0;
          const close = before + one.change;
          if (!one.traded) return;
          dimes[i] = close;
          prints[SYMBOLS[i] ?? ''] = {
            high: (Math.max(before, close) + one.above) / 10,
            low: (Math.min(before, close) - one.below) / 10,
            close: close / 10,
            flags: one.flags,
            state: { velocityUp: one.up, turbulent: one.turbulent, flags: one.stateFlags, velocity: one.change },
          };
        });
        return { t: (day === 0 ? MONDAY_OPEN : TUESDAY_OPEN) + (index - 4) * MINUTE, prints };
      }),
    );
  });

function run(intervals: readonly Interval[], snapshotAt = -1, spoil: (states: StateSlice) => void = () => undefined): Signal[][] {
  let state = strategiesStage.initial(breakoutBy());
  const emit = newSignalSlice(0);
  return intervals.map(({ t, prints }, index) => {
    if (index === snapshotAt) state = deserialize(serialize(state));
    const input = interval(t, prints);
    spoil(input.states);
    strategiesStage.apply(state, input, emit);
    return [...emit.signals];
  });
}

/** Checks a property over many markets, and that it was about some signals at least. */
function forMarkets(check: (intervals: Interval[], signals: Signal[][]) => void): void {
  let signals = 0;
  fc.assert(
    fc.property(market, (intervals) => {
      const raised = run(intervals);
      signals += raised.flat().length;
      check(intervals, raised);
    }),
    { numRuns: 60 },
  );
  expect(signals).toBeGreaterThan(50);
}

describe('breakout', () => {
  it('1. raises no signal in the first bars of a symbol', () => {
    forMarkets((intervals, raised) => {
      const seen = new Map<string, number>();
      intervals.forEach(({ prints }, index) => {
        for (const symbol of Object.keys(prints)) seen.set(symbol, (seen.get(symbol) ?? 0) + 1);
        for (const { symbol } of raised[index] ?? []) expect(seen.get(symbol)).toBeGreaterThan(CONFIG.warmUpBars);
      });
    });
  });

  it('2. never sees its own bar in the channel: every signal closes beyond the bars before', () => {
    forMarkets((intervals, raised) => {
      intervals.forEach((_, index) => {
        for (const { symbol, direction, reference } of raised[index] ?? []) {
          const before = intervals.slice(0, index).flatMap(({ prints }) => prints[symbol] ?? []);
          const channel = before.slice(-CONFIG.donchianBars);
          if (direction > 0) expect(reference).toBeGreaterThan(Math.round(Math.max(...channel.map((b) => b.high)) * 10_000));
          else expect(reference).toBeLessThan(Math.round(Math.min(...channel.map((b) => b.low)) * 10_000));
        }
      });
    });
  });

  it('2. with a channel that holds its own bar it would never speak', () => {
    forMarkets((intervals) => {
      const state = strategiesStage.initial(breakoutBy());
      const emit = newSignalSlice(0);
      for (const { t, prints } of intervals) {
        const input = interval(t, prints);
        for (const [symbol, slot] of state.index.slots) {
          const row = indexOfSymbol(input.bars, symbol);
          // the planted fault: the bar enters the channel before it is compared with it
          const { donchian } = item(state.strategies, 0).memory as { readonly donchian: Donchian };
          if (row >= 0) updateDonchian(donchian, slot, input.bars.high[row] ?? NaN, input.bars.low[row] ?? NaN);
        }
        strategiesStage.apply(state, input, emit);
        expect(emit.signals).toEqual([]);
      }
    });
  });

  it('3. gives a symbol the same signals whichever other symbols there are', () => {
    forMarkets((intervals, raised) => {
      for (const symbol of SYMBOLS) {
        const alone = run(
          intervals.map(({ t, prints }) => {
            const own = prints[symbol];
            return { t, prints: own === undefined ? {} : { [symbol]: own } };
          }),
        );
        expect(alone.flat()).toEqual(raised.flat().filter((signal) => signal.symbol === ticker(symbol)));
      }
    });
  });

  it('4. goes on from a snapshot as if there had been none', () => {
    fc.assert(
      fc.property(market, fc.nat(80), (intervals, at) => {
        const bytes = (signals: Signal[][]): string => JSON.stringify(signals);
        expect(bytes(run(intervals, at))).toBe(bytes(run(intervals)));
      }),
      { numRuns: 60 },
    );
  });

  it('5. puts stop and target on their own sides of the reference, as positive prices', () => {
    forMarkets((_, raised) => {
      for (const { direction, reference, stop, target } of raised.flat()) {
        for (const value of [reference, stop, target]) expect(Number.isSafeInteger(value) && value > 0).toBe(true);
        expect(Math.sign(reference - stop)).toBe(direction);
        expect(Math.sign(target - reference)).toBe(direction);
      }
    });
  });

  it('6. raises up to any interval what it would raise if there were no later one', () => {
    fc.assert(
      fc.property(market, fc.nat(80), (intervals, length) => {
        expect(run(intervals.slice(0, length))).toEqual(run(intervals).slice(0, length));
      }),
      { numRuns: 60 },
    );
  });

  it('7. repeats a direction only after a close inside the channel or on another day', () => {
    forMarkets((intervals, raised) => {
      const waiting = new Map<string, number>();
      intervals.forEach(({ t, prints }, index) => {
        if (t === TUESDAY_OPEN - 4 * MINUTE) waiting.clear();
        for (const [symbol, print] of Object.entries(prints)) {
          const before = intervals.slice(0, index).flatMap((earlier) => earlier.prints[symbol] ?? []);
          const channel = before.slice(-CONFIG.donchianBars);
          const beyond =
            print.close > Math.max(...channel.map((b) => b.high)) || print.close < Math.min(...channel.map((b) => b.low));
          if (!beyond && print.flags === 0) for (const side of [1, -1]) waiting.delete(`${symbol}${side}`);
        }
        for (const { symbol, direction } of raised[index] ?? []) {
          expect(waiting.has(`${symbol}${direction}`)).toBe(false);
          waiting.set(`${symbol}${direction}`, index);
        }
      });
    });
  });

  it('8. reads no other column of a state than it says', () => {
    const others = STATE_COLUMNS.filter(({ name }) => !STRATEGY_COLUMNS.has(name)).map(({ name }) => AT[name]);
    const withoutThem = ({ rows, count }: StateSlice): void => {
      for (let row = 0; row < count; row++) for (const at of others) rows[row * STATE_WIDTH + at] = NaN;
    };
    forMarkets((intervals, raised) => expect(run(intervals, -1, withoutThem)).toEqual(raised));
  });

  it('speaks in the order of the symbols, once per symbol and interval', () => {
    forMarkets((_, raised) => {
      for (const signals of raised) {
        const symbols = signals.map(({ symbol }) => symbol);
        expect(symbols).toEqual([...new Set(symbols)].sort());
      }
    });
  });
});

describe('what is found of a bar', () => {
  it('is that it left the channel and met every condition where it raised a signal, and else that it did not', () => {
    let raised = 0;
    fc.assert(
      fc.property(market, (intervals) => {
        const state = strategiesStage.initial(breakoutBy());
        const emit = newSignalSlice(0);
        for (const { t, prints } of intervals) {
          const before = SYMBOLS.map(() => structuredClone(state));
          strategiesStage.apply(state, interval(t, prints), emit);
          SYMBOLS.forEach((symbol, i) => {
            const found = findingsAt(before[i] ?? state, interval(t, prints), ticker(symbol))?.[0];
            const signal = emit.signals.find((one) => one.symbol === symbol);
            expect(found === undefined).toBe(!((prints[symbol]?.low ?? 0) > 0));
            expect(found?.hasLeft === true && found.gates.every(({ passes }) => passes)).toBe(signal !== undefined);
            if (signal !== undefined) expect(found?.direction).toBe(signal.direction);
            raised += signal === undefined ? 0 : 1;
          });
        }
      }),
      { numRuns: 30 },
    );
    expect(raised).toBeGreaterThan(20);
  });

  it('says the value and the limit of each condition, also inside the channel, of the nearer side', () => {
    const quietly = { AAPL: { high: 100.5, low: 99.5, close: 100.2 } };
    const state = strategiesStage.initial(breakoutBy());
    const emit = newSignalSlice(0);
    for (let n = 1; n <= 5; n++) strategiesStage.apply(state, interval(MONDAY_OPEN + n * MINUTE, quietly), emit);
    const found = findingsAt(state, interval(MONDAY_OPEN + 6 * MINUTE, quietly), ticker('AAPL'))?.[0];
    expect(found).toMatchObject({ figure: { value: 100.2, low: 99.5, high: 100.5 }, hasLeft: false, direction: 1 });
    const shown = found?.gates.map(({ gate, value, limit, passes }) => [gate, value, limit, passes]);
    expect(shown).toContainEqual(['WARMED_UP', 6, 5, true]);
    expect(shown).toContainEqual(['OPENING_RANGE', 100.2, 100.5, false]);
    expect(shown).toContainEqual(['CALM', 100_000, 300_000, true]);
  });
});
