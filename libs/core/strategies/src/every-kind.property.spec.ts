import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newRandomStream, nextBell, nextUniform } from '@aitrader/core-numeric';
import { sessionsBetween } from '@aitrader/core-sessions';
import {
  AT,
  cash,
  epochMs,
  item,
  newControl,
  newSignalSlice,
  STATE_COLUMNS,
  STATE_WIDTH,
  ticker,
  type CorporateAction,
  type ExitSignal,
  type Signal,
  type StateColumn,
  type StateSlice,
  type StrategyEntry,
  type StrategyInput,
  type StrategyParameters,
  type Timeframe,
} from '@aitrader/model';
import { interval, MINUTE, type Print } from '../test/market.ts';
import { findingsAt, newStrategyLists, sayTogether, strategiesStage, STRATEGY_CATALOGUE, type StrategiesState } from './index.ts';
import { NEVER_LEFT } from './leaving.ts';
import { CARRIED, kindOf } from './registry.ts';

/** Windows and limits with which each kind speaks on few bars, and the bars that it looks at. */
const SMALL: Readonly<Record<string, { readonly timeframe: Timeframe; readonly parameters: StrategyParameters }>> = {
  breakout: { timeframe: '5m', parameters: { openingRangeMinutes: 15, donchianBars: 6, velocityUpMin: 0.5, horizonMinutes: 30 } },
  momentum: {
    timeframe: '5m',
    parameters: {
      ...{ fastMinutes: 10, middleMinutes: 20, slowMinutes: 40 },
      scoreMin: 0.8,
      velocityUpMin: 0.5,
      horizonMinutes: 30,
    },
  },
  'intraday-momentum': { timeframe: '5m', parameters: { sessionsMin: 2, centreSessions: 3, zMin: 0.2 } },
  'time-series-momentum': { timeframe: '1d', parameters: { lookbackBars: 20, centreBars: 10, horizonSessions: 5 } },
  'mean-reversion': { timeframe: '5m', parameters: { levelMinutes: 30, scaleBars: 100, zMin: 1, turbulentMax: 1 } },
  'overnight-reversal': { timeframe: '5m', parameters: { sessionsMin: 2, centreSessions: 3, zMin: 0.2 } },
  'short-term-reversal': { timeframe: '1d', parameters: { centreBars: 10, zMin: 0.5, horizonSessions: 3 } },
};
const KINDS = Object.keys(STRATEGY_CATALOGUE);

function entryOfKind(kind: string): StrategyEntry {
  const usual = Object.entries(STRATEGY_CATALOGUE[kind] ?? {}).map(([name, rule]) => [name, rule.usual] as const);
  const parameters = { ...Object.fromEntries(usual), warmUpBars: 5, atrBars: 3, ...SMALL[kind]?.parameters };
  return { name: `my-${kind}`, kind, parameters };
}
const timeframeOf = (kind: string): Timeframe => SMALL[kind]?.timeframe ?? '5m';

interface Interval {
  readonly t: number;
  readonly prints: Readonly<Record<string, Print>>;
}

const SYMBOLS = ['AAPL', 'IBM', 'SPY'];
const EVERY = 5;
const MINUTES = sessionsBetween('2024-03-04', '2024-03-13');
const DAYS = sessionsBetween('2024-01-02', '2024-05-31');

/** Prices that walk, in whole cents, jump over nights, and now and then are no bar, or one that is flagged. */
function marketOf(seed: number, timeframe: Timeframe): readonly Interval[] {
  const random = newRandomStream(seed);
  const closes = SYMBOLS.map(() => 100);
  const moments =
    timeframe === '1d'
      ? DAYS.map(({ close }) => ({ t: close, isFirst: true }))
      : MINUTES.flatMap(({ open, close }) =>
          Array.from({ length: (close - open) / (EVERY * MINUTE) }, (_, i) => ({
            t: open + (i + 1) * EVERY * MINUTE,
            isFirst: i === 0,
          })),
        );
  const cents = (dollars: number): number => Math.max(100, Math.round(100 * dollars)) / 100;
  return moments.map(({ t, isFirst }) => {
    const prints: Record<string, Print> = {};
    SYMBOLS.forEach((symbol, i) => {
      const before = item(closes, i);
      if (nextUniform(random) < 0.05) return;
      const open = isFirst ? cents(before * (1 + 0.01 * nextBell(random))) : before;
      const close = cents(open * (1 + 0.004 * nextBell(random)));
      closes[i] = close;
      prints[symbol] = {
        open,
        high: cents(Math.max(open, close) * 1.001),
        low: cents(Math.min(open, close) * 0.999),
        close,
        flags: nextUniform(random) < 0.03 ? 1 : 0,
        state: {
          velocityUp: Math.round(1e6 * nextUniform(random)),
          velocity: Math.round(100 * nextBell(random)),
          volatility: 200_000,
          turbulent: Math.round(3e5 * nextUniform(random)),
          flags: nextUniform(random) < 0.03 ? 1 : 0,
        },
      };
    });
    return { t, prints };
  });
}

interface Played {
  readonly entries: readonly StrategyEntry[];
  readonly timeframe: Timeframe;
  readonly snapshotAt?: number;
  readonly spoil?: (states: StateSlice) => void;
  readonly control?: (index: number) => StrategyInput['control'];
}

type Said = Signal | ExitSignal;

/** What is said of each interval, its signals before its exits. */
function play(intervals: readonly Interval[], { entries, timeframe, snapshotAt = -1, spoil, control }: Played): Said[][] {
  let state = strategiesStage.initial(entries);
  const emit = newSignalSlice(0);
  return intervals.map(({ t, prints }, index) => {
    if (index === snapshotAt) state = deserialize(serialize(state)) as StrategiesState;
    const input = { ...interval(t, prints, timeframe), control: control?.(index) ?? [] };
    spoil?.(input.states);
    strategiesStage.apply(state, input, emit);
    return [...emit.signals, ...emit.exits];
  });
}

const signalsAmong = (said: readonly Said[]): readonly Signal[] => said.filter((one) => 'id' in one);

const seeds = fc.integer({ min: 1, max: 1_000_000 });

describe.each(KINDS)('%s', (kind) => {
  const timeframe = timeframeOf(kind);
  const of: Played = { entries: [entryOfKind(kind)], timeframe };

  /** Checks a property over many markets, and that it was about some signals at least. */
  function forMarkets(check: (intervals: readonly Interval[], raised: Said[][]) => void, numRuns = 6): void {
    let signals = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const intervals = marketOf(seed, timeframe);
        const raised = play(intervals, of);
        signals += signalsAmong(raised.flat()).length;
        check(intervals, raised);
      }),
      { numRuns },
    );
    expect(signals).toBeGreaterThan(20);
  }

  it('is among those that are tried here', () => {
    expect(SMALL[kind]).toBeDefined();
  });

  it('puts stop and target on their own sides of the reference, claims a number, and is named by its entry', () => {
    forMarkets((_, raised) => {
      for (const { direction, reference, stop, target, forward, strategy, id, t, symbol } of signalsAmong(raised.flat())) {
        expect([Math.sign(reference - stop), Math.sign(target - reference)]).toEqual([direction, direction]);
        expect(Math.min(stop, target)).toBeGreaterThan(0);
        expect(Number.isSafeInteger(forward.meanE8) && forward.sdE8 > 0).toBe(true);
        expect([strategy, id]).toEqual([`my-${kind}`, `${t}.${symbol}.my-${kind}`]);
      }
    });
  });

  it('raises up to any interval what it would raise if there were no later one, a snapshot or none', () => {
    fc.assert(
      fc.property(seeds, fc.nat(99), (seed, percent) => {
        const intervals = marketOf(seed, timeframe);
        const cut = Math.floor((percent / 100) * intervals.length);
        const whole = play(intervals, of);
        expect(play(intervals.slice(0, cut), of)).toEqual(whole.slice(0, cut));
        expect(play(intervals, { ...of, snapshotAt: cut })).toEqual(whole);
      }),
      { numRuns: 6 },
    );
  });

  it('gives a symbol the same signals whichever other symbols and strategies there are', () => {
    forMarkets((intervals, raised) => {
      const alone = intervals.map(({ t, prints: { IBM } }) => ({ t, prints: IBM === undefined ? {} : { IBM } }));
      const own = raised.flat().filter(({ symbol }) => symbol === ticker('IBM'));
      expect(play(alone, of).flat()).toEqual(own);
      const others = KINDS.filter((other) => timeframeOf(other) === timeframe).map(entryOfKind);
      const among = play(intervals, { ...of, entries: others }).flat();
      expect(among.filter(({ strategy }) => strategy === `my-${kind}`)).toEqual(raised.flat());
    }, 4);
  });

  it('says in each of several lists what it says in that one alone, whatever the lists have in common', () => {
    const others = KINDS.filter((other) => timeframeOf(other) === timeframe).map(entryOfKind);
    const [own] = of.entries;
    const later = { ...item(of.entries, 0), parameters: { ...own?.parameters, warmUpBars: 40 } };
    const lists = [of.entries, [...others], [...others].reverse(), [later]];
    forMarkets((intervals) => {
      const together = newStrategyLists(lists);
      const emits = lists.map(() => newSignalSlice(0));
      const said = intervals.map(({ t, prints }) => {
        sayTogether(together, interval(t, prints, timeframe), emits);
        return emits.map(({ signals, exits }) => [...signals, ...exits]);
      });
      for (const [list, entries] of lists.entries())
        expect(said.map((words) => words[list])).toEqual(play(intervals, { entries, timeframe }));
    }, 3);
  });

  it('reads no other column of a state than it says', () => {
    const read = new Set<StateColumn>([...CARRIED, ...kindOf(kind).columns]);
    const others = STATE_COLUMNS.filter(({ name }) => !read.has(name)).map(({ name }) => AT[name]);
    const spoil = ({ rows, count }: StateSlice): void => {
      for (let row = 0; row < count; row++) for (const at of others) rows[row * STATE_WIDTH + at] = NaN;
    };
    forMarkets((intervals, raised) => expect(play(intervals, { ...of, spoil })).toEqual(raised), 4);
  });

  it('says nothing on bars that it is not made for, and nothing without what its conditions need', () => {
    const other: Timeframe = timeframe === '1d' ? '5m' : '1d';
    const isPicky = kindOf(kind).conditions.some(({ gate }) => gate === 'MINUTE_BARS' || gate === 'DAILY_BARS');
    if (isPicky) expect(play(marketOf(7, other), { ...of, timeframe: other }).flat()).toEqual([]);
    const spoil = ({ rows }: StateSlice): unknown => rows.fill(NaN);
    expect(play(marketOf(7, timeframe), { ...of, spoil: (states) => void spoil(states) }).flat()).toEqual([]);
  });

  it('sees no move in a split: it says the same of what trades on at half the price', () => {
    forMarkets((intervals, raised) => {
      const day = Math.floor(intervals.length / 2);
      const from = intervals.findIndex(({ t }, i) => i >= day && (i === 0 || t - item(intervals, i - 1).t > 12 * 60 * MINUTE));
      const split = splitOf(item(intervals, from - 1).t, item(intervals, from).t);
      const halved = intervals.map(({ t, prints }, i) => ({ t, prints: i < from ? prints : { ...prints, ...half(prints) } }));
      const told = play(halved, {
        ...of,
        control: (i) => (i === 0 ? [newControl('corporate-actions', epochMs(0), 'spec', '', { actions: [split] })] : []),
      });
      const names = (said: Said[][]): unknown =>
        said.map((some) => some.map((one) => ['id' in one ? one.id : one.reason, one.symbol, one.direction]));
      expect(names(told)).toEqual(names(raised));
    }, 4);
  });

  it('is found to meet every condition where it raised a signal, and else not', () => {
    const intervals = marketOf(11, timeframe);
    const state = strategiesStage.initial(of.entries);
    const emit = newSignalSlice(0);
    let raised = 0;
    for (const { t, prints } of intervals) {
      const before = structuredClone(state);
      const input = interval(t, prints, timeframe);
      strategiesStage.apply(state, input, emit);
      const signal = emit.signals.find(({ symbol }) => symbol === ticker('SPY'));
      const [found] = findingsAt(before, input, ticker('SPY')) ?? [];
      const hasSpoken = found !== undefined && found.hasLeft && found.gates.every(({ passes }) => passes);
      expect(hasSpoken).toBe(signal !== undefined);
      if (signal !== undefined) expect(found?.direction).toBe(signal.direction);
      raised += signal === undefined ? 0 : 1;
    }
    expect(raised).toBeGreaterThan(0);
  });

  it('says once of a direction that it has signalled that it is to be left, when its figure has come back', () => {
    const limit = of.entries[0]?.parameters['zExit'] ?? of.entries[0]?.parameters['scoreExit'] ?? NEVER_LEFT;
    const { sense } = kindOf(kind).trigger;
    const sign = sense === 'with' ? 1 : -1;
    let exits = 0;
    for (const seed of [21, 22, 23]) {
      const state = strategiesStage.initial(of.entries);
      const emit = newSignalSlice(0);
      const held = new Map<string, Set<number>>();
      const days = new Map<string, number>();
      for (const { t, prints } of marketOf(seed, timeframe)) {
        const before = structuredClone(state);
        const input = interval(t, prints, timeframe);
        strategiesStage.apply(state, input, emit);
        const today = Math.floor(t / (24 * 60 * MINUTE));
        const expected: unknown[] = [];
        for (const symbol of Object.keys(prints).sort()) {
          const open = held.get(symbol) ?? new Set<number>();
          held.set(symbol, open);
          // what was entered by minutes is left by then
          if (timeframe !== '1d' && days.get(symbol) !== today) open.clear();
          days.set(symbol, today);
          const [found] = findingsAt(structuredClone(before), input, ticker(symbol)) ?? [];
          for (const direction of [1, -1]) {
            if (!open.has(direction) || !(sign * direction * (found?.figure.value ?? NaN) <= limit) || limit === NEVER_LEFT)
              continue;
            open.delete(direction);
            expected.push([symbol, direction]);
          }
          for (const signal of emit.signals) if (signal.symbol === ticker(symbol)) open.add(signal.direction);
        }
        expect(emit.exits.map(({ symbol, direction }) => [symbol, direction])).toEqual(expected);
        for (const exit of emit.exits) expect([exit.t, exit.strategy, exit.reason === '']).toEqual([t, `my-${kind}`, false]);
        exits += emit.exits.length;
      }
    }
    expect(exits > 0).toBe(limit !== NEVER_LEFT);
  });

  it('goes on from a run that ended as if it had not, and warms up where a window is another one', () => {
    const intervals = marketOf(13, timeframe);
    const cut = Math.floor(intervals.length * 0.6);
    const whole = play(intervals, of);
    const left = strategiesStage.initial(of.entries);
    const emit = newSignalSlice(0);
    for (const { t, prints } of intervals.slice(0, cut)) strategiesStage.apply(left, interval(t, prints, timeframe), emit);
    const goOn = (entries: readonly StrategyEntry[]): Said[][] => {
      const state = strategiesStage.goOn(entries, [structuredClone(left)], () => true);
      return intervals.slice(cut).map(({ t, prints }) => {
        strategiesStage.apply(state, interval(t, prints, timeframe), emit);
        return [...emit.signals, ...emit.exits];
      });
    };
    expect(goOn(of.entries)).toEqual(whole.slice(cut));
    const [entry] = of.entries;
    const other = { ...entryOfKind(kind), parameters: { ...entry?.parameters, atrBars: 4 } };
    const first = goOn([other]).findIndex((said) => said.length > 0);
    expect(first === -1 || first >= 5).toBe(true);
  });
});

function splitOf(from: number, to: number): CorporateAction {
  const exAt = epochMs((from + to) / 2);
  const [symbol, other] = [ticker('IBM'), ticker('IBM')];
  return { id: 'spec.1', kind: 'split', symbol, other, exAt, payAt: exAt, newShares: 2, oldShares: 1, cash: cash(0) };
}

function half({ IBM }: Readonly<Record<string, Print>>): Record<string, Print> {
  if (IBM === undefined) return {};
  const { open = IBM.close, high, low, close } = IBM;
  return { IBM: { ...IBM, open: open / 2, high: high / 2, low: low / 2, close: close / 2 } };
}
