import { describe, expect, it } from '@jest/globals';
import { epochMs, ticker, type Control, type DataLevel, newControl } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { inputOf, givenRisk, MONDAY, newRiskDecision, type Desk } from '../test/given-risk.ts';
import { riskStage } from './risk-stage.ts';

const TEN = 10 * 60;
const at = (minuteOfDay: number): number => newYorkInstant(MONDAY, minuteOfDay);

/** What is said of the data, in force from a minute of the day on. */
const said = (minuteOfDay: number, level: DataLevel['level'], ...symbols: string[]): Control =>
  newControl('data-level', epochMs(at(minuteOfDay) - 1), 'ingest', 'test', {
    data: [{ level, symbols: symbols.map(ticker), causes: [], feed: 'one/feed', clockBehindMs: 0 }],
  });

/** Lets a minute pass with signals on AAPL and MSFT, and what was heard of the data; what became of the two. */
function minute(
  desk: Desk,
  minuteOfDay: number,
  ...heard: Control[]
): { readonly approved: string[]; readonly denied: string[] } {
  const closes = { AAPL: 100, MSFT: 100 };
  const input = inputOf(epochMs(at(minuteOfDay)), { closes, signals: [{ of: 'AAPL' }, { of: 'MSFT' }] });
  const decision = newRiskDecision();
  riskStage.apply(desk.state, { ...input, control: heard }, decision);
  return {
    approved: decision.orders.map(({ symbol }) => symbol),
    denied: decision.denials.map(({ symbol, gate, value, limit }) => `${symbol} ${gate} ${value} ${limit}`),
  };
}

describe('the gate of the data', () => {
  it('lets pass what was never said to be other than it should be', () => {
    expect(minute(givenRisk(), TEN).approved).toEqual(['AAPL', 'MSFT']);
  });

  it.each([0, 1] as const)('lets pass at level %i', (level) => {
    expect(minute(givenRisk(), TEN, said(TEN, level)).approved).toEqual(['AAPL', 'MSFT']);
  });

  it.each([3, 4] as const)('refuses every entry at level %i, with level and limit', (level) => {
    const { approved, denied } = minute(givenRisk(), TEN, said(TEN, level));
    expect(approved).toEqual([]);
    expect(denied).toEqual([`AAPL DATA_LEVEL ${level} 1`, `MSFT DATA_LEVEL ${level} 1`]);
  });

  it('refuses entries on the symbols that are named, and on no other', () => {
    for (const level of [0, 1, 2] as const) {
      const { approved, denied } = minute(givenRisk(), TEN, said(TEN, level, 'AAPL'));
      expect([approved, denied]).toEqual([['MSFT'], ['AAPL DATA_LEVEL 2 1']]);
    }
    expect(minute(givenRisk(), TEN, said(TEN, 3, 'AAPL')).approved).toEqual([]);
  });

  it('refuses what it is told of no symbol in particular at level 2: not knowing which never passes', () => {
    expect(minute(givenRisk(), TEN, said(TEN, 2)).approved).toEqual([]);
  });

  it('holds until something else is said, the last word counting', () => {
    const desk = givenRisk();
    expect(minute(desk, TEN, said(TEN, 4), said(TEN, 3)).denied[0]).toBe('AAPL DATA_LEVEL 3 1');
    expect(minute(desk, TEN + 1).approved).toEqual([]);
    expect(minute(desk, TEN + 2, said(TEN + 2, 0)).approved).toEqual(['AAPL', 'MSFT']);
  });

  it('follows the interval that it was said of, however early it is heard', () => {
    const early = givenRisk();
    const words = [said(TEN, 3), said(TEN + 1, 0), said(TEN + 2, 4)];
    const heardAtOnce = [minute(early, TEN, ...words), minute(early, TEN + 1), minute(early, TEN + 2)];
    const late = givenRisk();
    const heardInTime = words.map((word, i) => minute(late, TEN + i, word));
    expect(heardAtOnce).toEqual(heardInTime);
    expect(heardInTime.map(({ approved }) => approved.length)).toEqual([0, 2, 0]);
    expect(early.state.data.told).toEqual([]);
  });
});
