import { describe, expect, it } from '@jest/globals';
import { type BarSlice, type RiskInput } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { answer, given, passes, refuses } from '../test/gate-answer.ts';
import { inputOf, LIMITS, MONDAY, newRiskDecision, type Belief, type Desk, type Minute } from '../test/given-risk.ts';
import { RiskInvariantError, riskStage } from './index.ts';

describe('SESSION', () => {
  const at = (minuteOfDay: number): Minute => ({ at: minuteOfDay, closes: { AAPL: 100 } });
  const CLOSE = 16 * 60;

  it('passes with just enough minutes to the close', () => {
    expect(answer('SESSION', given(), {}, at(CLOSE - 15))).toEqual(passes(15, 15, 'minutes', 200));
  });
  it('refuses a minute later', () => {
    expect(answer('SESSION', given(), {}, at(CLOSE - 14))).toEqual(refuses(14, 15, 'minutes'));
  });
  it('refuses before the open, at its very minute, and after the close', () => {
    for (const minute of [8 * 60, 9 * 60 + 30, CLOSE + 1, 22 * 60]) {
      expect(answer('SESSION', given(), {}, at(minute))).toEqual(refuses(0, 15, 'minutes'));
    }
  });
  it('refuses an entry that would be flattened before it lived a minute', () => {
    const desk = given({ noEntryMinutesBeforeClose: 0, flattenMinutesBeforeClose: 20 });
    expect(answer('SESSION', desk, {}, at(CLOSE - 20))).toEqual(refuses(20, 21, 'minutes'));
  });
  it('has the order leave at the flattening time of its session', () => {
    const { orders } = given().minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] });
    expect(orders[0]?.exitAt).toBe(newYorkInstant(MONDAY, CLOSE - LIMITS.flattenMinutesBeforeClose));
  });
});

describe('SESSION at night', () => {
  const BOATS = 'alpaca/boats';
  const NIGHT = '2026-11-01';
  /** On the Sunday evening of the change of the clock, whose night is the Monday's. */
  const at = (minuteOfDay: number, on = NIGHT, feed = BOATS): Minute => ({ at: minuteOfDay, on, feed, closes: { AAPL: 100 } });
  const MIDNIGHT = 24 * 60;

  it('refuses it unless that is allowed, as by default', () => {
    expect(LIMITS.overnightAllowed).toBe(false);
    for (const minute of [20 * 60 + 1, 23 * 60])
      expect(answer('SESSION', given(), {}, at(minute))).toEqual(refuses(0, 15, 'minutes'));
    expect(answer('SESSION', given(), {}, at(3 * 60, '2026-11-02'))).toEqual(refuses(0, 15, 'minutes'));
  });
  it('refuses the consolidated tape and a feed that is not known at night, whatever is allowed', () => {
    for (const feed of ['', 'alpaca/sip', 'alpaca/iex', 'somebody/new']) {
      expect(answer('SESSION', given({ overnightAllowed: true }), {}, at(23 * 60, NIGHT, feed))).toEqual(
        refuses(0, 15, 'minutes'),
      );
    }
  });
  it('passes, where it is allowed, with enough minutes to the end of the night, before which the order leaves', () => {
    const desk = (): Desk => given({ overnightAllowed: true });
    expect(answer('SESSION', desk(), {}, at(23 * 60))).toEqual(passes(300, 15, 'minutes', 200));
    expect(answer('SESSION', desk(), {}, at(4 * 60 - 15, '2026-11-02'))).toEqual(passes(15, 15, 'minutes', 200));
    expect(answer('SESSION', desk(), {}, at(4 * 60 - 14, '2026-11-02'))).toEqual(refuses(14, 15, 'minutes'));
    const { orders } = desk().minute({ ...at(23 * 60), signals: [{ of: 'AAPL' }] });
    expect(orders[0]?.exitAt).toBe(newYorkInstant('2026-11-02', 4 * 60 - LIMITS.flattenMinutesBeforeClose));
  });
  it('refuses the eve of a holiday, and the day at a venue that trades at night only', () => {
    const desk = (): Desk => given({ overnightAllowed: true });
    expect(answer('SESSION', desk(), {}, at(MIDNIGHT - 60, '2026-11-25'))).toEqual(refuses(0, 15, 'minutes'));
    expect(answer('SESSION', desk(), {}, at(11 * 60, '2026-11-02'))).toEqual(refuses(0, 15, 'minutes'));
  });
});

describe('SESSION by daily bars', () => {
  const day = (on: string, minuteOfDay = 16 * 60): Minute => ({ at: minuteOfDay, on, timeframe: '1d', closes: { AAPL: 100 } });
  const exitOf = (minute: Minute, belief: Partial<Belief> = {}): number | undefined =>
    given().minute({ ...minute, signals: [{ of: 'AAPL', ...belief }] }).orders[0]?.exitAt;

  it('passes at the close with the minutes of the next session, which is the one that it trades in', () => {
    expect(answer('SESSION', given(), {}, day('2026-11-30'))).toEqual(passes(390, 15, 'minutes', 200));
    expect(answer('SESSION', given(), {}, day('2026-11-25'))).toEqual(passes(210, 15, 'minutes', 200));
    expect(answer('SESSION', given(), {}, day('2026-11-27', 13 * 60))).toEqual(passes(390, 15, 'minutes', 200));
  });
  it('holds for as many sessions as the horizon has, to the open of the next one', () => {
    const OPEN = 9 * 60 + 30;
    expect(exitOf(day('2026-11-24'), { horizonMinutes: 960 })).toBe(newYorkInstant('2026-11-27', OPEN));
    expect(exitOf(day('2026-11-24'), { horizonMinutes: 961 })).toBe(newYorkInstant('2026-11-30', OPEN));
    expect(exitOf(day('2026-11-24'), { horizonMinutes: 1 })).toBe(newYorkInstant('2026-11-27', OPEN));
  });
  it('refuses at any other instant than the close, on a day without a session, and where the calendar ends', () => {
    const elsewhere = [day('2026-11-30', 15 * 60), day('2026-11-27'), day('2026-11-28'), day('2026-11-26'), day('2030-12-31')];
    for (const minute of elsewhere) expect(answer('SESSION', given(), {}, minute)).toEqual(refuses(0, 15, 'minutes'));
    expect(answer('SESSION', given(), {}, day('2030-12-30'))).toEqual(refuses(0, 15, 'minutes'));
    expect(answer('SESSION', given(), { horizonMinutes: NaN }, day('2026-11-30'))).toEqual(refuses(0, 15, 'minutes'));
  });
});

describe('the bars of an interval', () => {
  const slices = (of: Partial<BarSlice>, others: Partial<BarSlice>): RiskInput => {
    const t = newYorkInstant(MONDAY, 600);
    const input = inputOf(t, { closes: { AAPL: 100 } }, 2);
    return { ...input, bars: input.bars.map((bars, shard) => ({ ...bars, ...(shard === 0 ? of : others) })) };
  };
  it('are of one venue and of one timeframe', () => {
    const decide = (input: RiskInput) => () => riskStage.apply(riskStage.initial(LIMITS), input, newRiskDecision());
    expect(decide(slices({ feed: 'alpaca/boats' }, { feed: 'alpaca/sip' }))).toThrow(RiskInvariantError);
    expect(decide(slices({ timeframe: '1d' }, {}))).toThrow(RiskInvariantError);
    expect(decide(slices({ feed: 'alpaca/boats' }, { feed: '' }))).not.toThrow();
    expect(decide(slices({ feed: 'alpaca/overnight' }, { feed: 'alpaca/boats' }))).not.toThrow();
  });
});
