import { describe, expect, it } from '@jest/globals';
import {
  COSTS_BEFORE_KEYS,
  epochMs,
  ids,
  newBarSlice,
  newControl,
  newExecutionReport,
  price,
  priceFromDollars,
  quantityFromShares,
  sharesOf,
  ticker,
  cash,
  type BarSlice,
  type Control,
  type CorporateAction,
  type EpochMs,
  type ExecutionReport,
  type Order,
  type RiskDecision,
  type SimulationConfig,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { simulatedExecutionStage as stage, type ExecutionState } from './index.ts';

const MINUTE = 60_000;
const FREE: SimulationConfig = {
  halfSpreadBpRegular: 0,
  halfSpreadBpExtended: 0,
  impactBp: 0,
  participationMax: 1,
  feePerShareDollars: 0,
  ...COSTS_BEFORE_KEYS,
};
const at = (clock: string, date = '2026-01-05'): EpochMs =>
  newYorkInstant(date, Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)));

const order = (symbol: string, t: EpochMs, exitAt: EpochMs, more: Partial<Order> = {}): Order => ({
  id: ids.order(`o.${symbol}`),
  t,
  symbol: ticker(symbol),
  side: 'buy',
  quantity: quantityFromShares(10),
  type: 'market',
  timeInForce: 'day',
  reference: priceFromDollars(100),
  stop: priceFromDollars(98),
  target: priceFromDollars(104),
  exitAt,
  signalId: ids.signal(`s.${symbol}`),
  gates: [],
  ...more,
});

const decisionOf = (t: EpochMs, ...orders: Order[]): RiskDecision => ({
  t,
  account: {
    cash: cash(0),
    equity: cash(0),
    gross: cash(0),
    reserved: cash(0),
    realised: cash(0),
    equityPeak: cash(0),
    drawdownPpm: 0,
    tradingState: 'active',
  },
  orders,
  trips: [],
  exits: [],
  denials: [],
  forecast: null,
});

/** A slice with one flat bar per symbol. */
function slice(t: EpochMs, dollarsOf: Readonly<Record<string, number>>): BarSlice {
  const symbols = Object.keys(dollarsOf).sort();
  const bars = newBarSlice(0, '1m', Math.max(1, symbols.length));
  bars.t = t;
  bars.count = symbols.length;
  bars.symbols = symbols.map(ticker);
  symbols.forEach((symbol, row) => {
    for (const column of [bars.open, bars.high, bars.low, bars.close]) column[row] = dollarsOf[symbol] ?? NaN;
    bars.volume[row] = 1_000;
  });
  return bars;
}

function interval(
  state: ExecutionState,
  t: EpochMs,
  prices: Readonly<Record<string, number>>,
  decision?: RiskDecision,
  control: readonly Control[] = [],
): ExecutionReport {
  const report = newExecutionReport();
  stage.apply(state, { t, bars: [slice(t, prices)], decision, control }, report);
  return report;
}
const told = ({ events }: ExecutionReport): string[] =>
  events.map(({ orderId, leg, kind, remaining }) => `${orderId} ${leg} ${kind} ${sharesOf(remaining)}`);

describe('the execution stage', () => {
  it('submits what risk approved, fills it from the next bar and says so', () => {
    const state = stage.initial(FREE);
    const report = interval(state, at('10:01'), { A: 100 }, decisionOf(at('10:00'), order('A', at('10:00'), at('11:00'))));
    expect(report.t).toBe(at('10:01'));
    expect(told(report)).toEqual([
      'o.A entry submitted 10',
      'o.A entry accepted 10',
      'o.A entry filled 0',
      'o.A stop accepted 10',
      'o.A target accepted 10',
    ]);
    expect(report.fills).toEqual([
      expect.objectContaining({
        id: 'o.A.entry.1',
        t: at('10:01'),
        side: 'buy',
        quantity: quantityFromShares(10),
        price: price(1_000_000),
      }),
    ]);
  });

  it('learns what bars tell of spreads while nothing is at work', () => {
    const state = stage.initial({ ...FREE, spread: 'estimated', halfSpreadBpRegular: 1 });
    for (let n = 0; n < 119; n++) interval(state, epochMs(at('09:31') + n * MINUTE), { A: 100 });
    const report = interval(state, at('11:30'), { A: 100 }, decisionOf(at('11:29'), order('A', at('11:29'), at('12:00'))));
    // bars that never move tell none, however many there are
    const reasons = report.events.flatMap(({ kind, reason }) => (kind === 'filled' ? [reason] : []));
    expect(reasons).toEqual(['half-spread 1 bp configured, with 118 pairs of bars']);
  });

  it('says every time, even when there was nothing to say', () => {
    const state = stage.initial(FREE);
    const report = newExecutionReport();
    stage.apply(
      state,
      {
        t: at('10:01'),
        bars: [slice(at('10:01'), { A: 100 })],
        decision: decisionOf(at('10:00'), order('A', at('10:00'), at('11:00'))),
        control: [],
      },
      report,
    );
    stage.apply(state, { t: at('10:02'), bars: [slice(at('10:02'), { A: 100 })], decision: undefined, control: [] }, report);
    expect(report).toEqual({ t: at('10:02'), fills: [], events: [], doubt: null });
  });

  it('closes at market what it holds when the exit time comes, and forgets the order', () => {
    const state = stage.initial(FREE);
    interval(state, at('10:01'), { A: 100 }, decisionOf(at('10:00'), order('A', at('10:00'), at('10:03'))));
    expect(interval(state, at('10:02'), { A: 101 }).fills).toEqual([]);
    const report = interval(state, at('10:03'), { A: 102 });
    expect(told(report)).toEqual([
      'o.A time submitted 10',
      'o.A stop canceled 0',
      'o.A target canceled 0',
      'o.A time accepted 10',
      'o.A time filled 0',
    ]);
    expect(report.fills).toEqual([expect.objectContaining({ id: 'o.A.time.1', side: 'sell', price: price(1_020_000) })]);
    expect([state.working.size, state.broker.brackets.size]).toEqual([0, 0]);
  });

  it.each(['halt', 'reduce-only', 'flatten'] as const)(
    'leaves what it holds by stop, target and exit time after a %s',
    (kind) => {
      const held = (): ExecutionState => {
        const state = stage.initial(FREE);
        interval(state, at('10:01'), { A: 100 }, decisionOf(at('10:00'), order('A', at('10:00'), at('10:04'))));
        return state;
      };
      const leftAt = (prices: readonly number[]): unknown => {
        const state = held();
        return prices.flatMap((close, i) => {
          const control = i === 0 ? [newControl(kind, at('10:01'), 'ada', 'news')] : [];
          const report = interval(state, epochMs(at('10:02') + i * MINUTE), { A: close }, undefined, control);
          return report.fills.map(({ leg, side }) => `${leg} ${side}`);
        });
      };
      const flattened = kind === 'flatten';
      expect(leftAt([101, 97])).toEqual([flattened ? 'time sell' : 'stop sell']);
      expect(leftAt([101, 105])).toEqual([flattened ? 'time sell' : 'target sell']);
      expect(leftAt([101, 101, 101])).toEqual(['time sell']);
    },
  );

  it('closes at the next bar whenever that comes, when the session ended without one', () => {
    const state = stage.initial(FREE);
    interval(state, at('15:51'), { A: 100 }, decisionOf(at('15:50'), order('A', at('15:50'), at('15:55'))));
    for (const clock of ['15:55', '15:56', '16:00', '16:01']) expect(interval(state, at(clock), {}).fills).toEqual([]);
    const report = interval(state, at('09:31', '2026-01-06'), { A: 93 });
    expect(report.fills).toEqual([expect.objectContaining({ leg: 'time', price: price(930_000) })]);
  });

  it('expires an entry that found no bar by the early close', () => {
    const date = '2025-11-28';
    const state = stage.initial(FREE);
    interval(state, at('12:59', date), {}, decisionOf(at('12:58', date), order('A', at('12:58', date), at('16:00', date))));
    expect(told(interval(state, at('13:00', date), {}))).toEqual(['o.A entry expired 0']);
    expect(interval(state, at('13:01', date), { A: 100 }).fills).toEqual([]);
  });

  it('reports in the order of order ids, and what belongs to an order as it happened', () => {
    const state = stage.initial(FREE);
    const orders = ['C', 'A', 'B'].map((symbol) => order(symbol, at('10:00'), at('11:00')));
    const report = interval(state, at('10:01'), { A: 97, B: 100, C: 100 }, decisionOf(at('10:00'), ...orders));
    expect(report.fills.map(({ id }) => id)).toEqual(['o.A.entry.1', 'o.A.stop.1', 'o.B.entry.1', 'o.C.entry.1']);
    expect(told(report).filter((one) => one.startsWith('o.A'))).toEqual([
      'o.A entry submitted 10',
      'o.A entry accepted 10',
      'o.A entry filled 0',
      'o.A stop accepted 10',
      'o.A target accepted 10',
      'o.A stop triggered 10',
      'o.A target canceled 0',
      'o.A stop filled 0',
    ]);
  });

  it('passes over an order that comes again: at work, over, and in the next interval alike', () => {
    const given = order('A', at('10:00'), at('11:00'));
    const state = stage.initial(FREE);
    const first = interval(state, at('10:01'), { A: 100 }, decisionOf(at('10:00'), given, given));
    expect(first.fills).toHaveLength(1);
    expect(interval(state, at('10:02'), { A: 100 }, decisionOf(at('10:01'), given)).events).toEqual([]);
    expect(interval(state, at('10:03'), { A: 97 }).fills).toHaveLength(1);
    expect(state.working.size).toBe(0);
    expect(interval(state, at('10:04'), { A: 100 }, decisionOf(at('10:03'), given)).events).toEqual([]);
  });

  it('never fills an order of an earlier session again, and keeps no ids of sessions long over', () => {
    const given = order('A', at('10:00'), at('15:00', '2026-01-09'));
    const state = stage.initial(FREE);
    interval(state, at('10:01'), { A: 100 }, decisionOf(at('10:00'), given));
    interval(state, at('10:02'), { A: 97 });
    for (const [clock, date] of [
      ['19:00', '2026-01-05'],
      ['09:31', '2026-01-06'],
    ] as const) {
      expect(interval(state, at(clock, date), { A: 100 }, decisionOf(at(clock, date), given)).events).toEqual([]);
    }
    const late = at('09:31', '2026-01-07');
    const again = interval(state, late, { A: 100 }, decisionOf(late, given));
    expect(told(again)).toEqual(['o.A entry submitted 10', 'o.A entry accepted 10', 'o.A entry expired 0']);
    interval(state, epochMs(late + MINUTE), {}, decisionOf(late, order('B', late, at('15:00', '2026-01-09'))));
    expect([...state.taken.values()].map((ids) => [...ids])).toEqual([['o.B']]);
  });

  it('recognises an order that it still works, however long after its session', () => {
    const given = order('A', at('15:58'), at('15:00', '2026-01-08'));
    const state = stage.initial(FREE);
    interval(state, at('15:59'), { A: 100 }, decisionOf(at('15:58'), given));
    const again = interval(state, at('09:31', '2026-01-07'), { A: 100 }, decisionOf(at('09:30', '2026-01-07'), given));
    expect(again.events).toEqual([]);
    expect(state.working.size).toBe(1);
  });

  it('tells risk what the broker rejected', () => {
    const state = stage.initial(FREE);
    const senseless = order('A', at('10:00'), at('11:00'), { stop: priceFromDollars(200) });
    const report = interval(state, at('10:01'), { A: 100 }, decisionOf(at('10:00'), senseless));
    expect(told(report)).toEqual(['o.A entry submitted 10', 'o.A entry rejected 0']);
    expect(report.events.at(-1)?.reason).toBe('stop-beyond-target');
    expect(state.working.size).toBe(0);
  });

  it('takes a slice of another interval, or none at all, for a missing bar', () => {
    const given = order('A', at('10:00'), at('11:00'));
    const state = stage.initial(FREE);
    const report = newExecutionReport();
    stage.apply(state, { t: at('10:01'), bars: [], decision: decisionOf(at('10:00'), given), control: [] }, report);
    stage.apply(state, { t: at('10:02'), bars: [slice(at('10:01'), { A: 100 })], decision: undefined, control: [] }, report);
    expect(report.fills).toEqual([]);
  });
});

describe('a command, with the simulated broker', () => {
  const commanded = (kind: Control['kind'], symbols: readonly string[] = []): readonly Control[] => [
    newControl(kind, at('10:01'), 'ada', 'to see', { symbols: symbols.map(ticker) }),
  ];
  const reasons = ({ events }: ExecutionReport): string[] =>
    events.map(({ orderId, leg, kind, remaining, reason }) => `${orderId} ${leg} ${kind} ${sharesOf(remaining)} (${reason})`);
  const thin: SimulationConfig = { ...FREE, participationMax: 0.005 };
  /** A has filled half, B whole, and C has had no bar. */
  const working = (): ExecutionState => {
    const state = stage.initial(thin);
    const orders = ['A', 'B', 'C'].map((symbol) =>
      order(symbol, at('10:00'), at('11:00'), { quantity: quantityFromShares(symbol === 'B' ? 5 : 10) }),
    );
    interval(state, at('10:01'), { A: 100, B: 100 }, decisionOf(at('10:00'), ...orders));
    return state;
  };

  it.each(['halt', 'reduce-only', 'cancel', 'disarm'] as const)('%s calls off what has not entered, and leaves exits', (kind) => {
    const state = working();
    expect(reasons(interval(state, at('10:02'), { A: 100, B: 100, C: 100 }, undefined, commanded(kind)))).toEqual([
      `o.A entry canceled 0 (${kind})`,
      `o.C entry canceled 0 (${kind})`,
    ]);
    expect(told(interval(state, at('10:03'), { A: 105, B: 97 }))).toEqual([
      'o.A target filled 0',
      'o.A stop canceled 0',
      'o.B stop triggered 5',
      'o.B target canceled 0',
      'o.B stop filled 0',
    ]);
    expect(state.working.size).toBe(0);
  });

  it('flatten closes what is held besides, at the open, and until all is out', () => {
    const state = working();
    const report = interval(state, at('10:02'), { B: 101 }, undefined, commanded('flatten'));
    expect(reasons(report)).toEqual([
      'o.A entry canceled 0 (flatten)',
      'o.A time submitted 5 (flatten)',
      'o.A stop canceled 0 (closing)',
      'o.A target canceled 0 (closing)',
      'o.A time accepted 5 ()',
      'o.B time submitted 5 (flatten)',
      'o.B stop canceled 0 (closing)',
      'o.B target canceled 0 (closing)',
      'o.B time accepted 5 ()',
      'o.B time filled 0 ()',
      'o.C entry canceled 0 (flatten)',
    ]);
    expect(report.fills).toEqual([expect.objectContaining({ id: 'o.B.time.1', side: 'sell', price: priceFromDollars(101) })]);
    // a second one, and the exit time, find it leaving already
    expect(interval(state, at('10:03'), {}, undefined, commanded('flatten')).events).toEqual([]);
    expect(interval(state, at('11:00'), {}).events).toEqual([]);
    expect(told(interval(state, at('11:01'), { A: 90 }))).toEqual(['o.A time filled 0']);
    expect(state.working.size).toBe(0);
  });

  it('of some symbols leaves the others, and one of another concern changes nothing', () => {
    const state = working();
    const some = interval(state, at('10:02'), {}, undefined, commanded('flatten', ['B', 'C']));
    expect([...new Set(some.events.map(({ orderId }) => orderId))]).toEqual(['o.B', 'o.C']);
    const before = structuredClone(state);
    for (const kind of ['resume', 'adopt', 'arm', 'order', 'close-break', 'end-of-bars'] as const)
      expect(interval(state, at('10:02'), {}, undefined, commanded(kind)).events).toEqual([]);
    expect(state).toEqual(before);
  });

  it("calls off the interval's own orders, whatever is commanded after it, and lets later ones come", () => {
    const state = stage.initial(FREE);
    const report = interval(state, at('10:01'), { A: 100 }, decisionOf(at('10:00'), order('A', at('10:00'), at('11:00'))), [
      ...commanded('halt'),
      ...commanded('resume'),
    ]);
    expect(told(report)).toEqual(['o.A entry submitted 10', 'o.A entry accepted 10', 'o.A entry canceled 0']);
    expect([report.fills, state.working.size, state.broker.brackets.size]).toEqual([[], 0, 0]);
    const later = interval(state, at('10:02'), { B: 100 }, decisionOf(at('10:01'), order('B', at('10:01'), at('11:00'))));
    expect(later.fills).toHaveLength(1);
  });

  it('of a night, or with latency, trades when the market can be reached', () => {
    const state = stage.initial({ ...FREE, latencyMs: 500 });
    interval(state, at('15:59'), {}, decisionOf(at('15:58'), order('A', at('15:58'), at('15:00', '2026-01-08'))));
    interval(state, at('16:00'), { A: 100 });
    // the bar began when the interval before closed, which is when the close is reckoned to be asked for
    expect(told(interval(state, at('16:01'), { A: 99 }, undefined, commanded('flatten')))).toContain('o.A time accepted 10');
    const report = interval(state, at('09:31', '2026-01-06'), { A: 98 });
    expect(report.fills).toEqual([expect.objectContaining({ leg: 'time', price: priceFromDollars(98) })]);
  });

  it('finds what it names by the symbol of before a change that comes into force with it', () => {
    const exAt = at('04:00', '2026-01-06');
    const action: CorporateAction = {
      ...{ id: 'renamed', kind: 'symbol-change', symbol: ticker('A'), other: ticker('Z') },
      ...{ exAt, payAt: exAt, newShares: 1, oldShares: 1, cash: cash(0) },
    };
    const state = stage.initial(FREE);
    interval(state, at('15:59'), { A: 100 }, decisionOf(at('15:58'), order('A', at('15:58'), at('15:00', '2026-01-08'))));
    const heard = newControl('corporate-actions', at('15:59'), 'ingest', '', { actions: [action] });
    const report = interval(state, at('09:31', '2026-01-06'), { Z: 101 }, undefined, [heard, ...commanded('flatten', ['A'])]);
    expect(report.fills).toEqual([expect.objectContaining({ symbol: 'Z', leg: 'time', price: priceFromDollars(101) })]);
  });
});
