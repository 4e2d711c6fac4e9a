import { beforeAll, describe, expect, it } from '@jest/globals';
import { runInMemory, type RunResult } from '@aitrader/application-pipeline';
import { cash, dollarsOf, item, type CorporateAction, type Ticker } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { DAILY_SESSIONS, dailyConfig, dailyMarket } from '../../../../tools/testing/daily-market.ts';
import { HistoryReader } from './account-history.ts';
import { dailyAccountOf } from './daily-returns.ts';

const CONFIG = dailyConfig(2_880);
const { table } = dailyMarket();

interface Told {
  readonly result: RunResult;
  readonly history: ReturnType<HistoryReader['current']>;
}

async function told(actions: readonly CorporateAction[] = []): Promise<Told> {
  const reader = new HistoryReader();
  reader.begin(CONFIG.risk.startingCash, CONFIG);
  const result = await runInMemory({ table, config: CONFIG, shards: 2, actions, watchers: [(interval) => reader.add(interval)] });
  return { result, history: reader.current() };
}

describe('the history of an account', () => {
  let plain: Told;
  beforeAll(async () => {
    plain = await told();
  });

  it('has the equity that the run has, at every interval', () => {
    const { curve, startEquity, summary } = plain.history;
    expect(curve.t).toHaveLength(DAILY_SESSIONS.length);
    expect(startEquity).toBe(dollarsOf(CONFIG.risk.startingCash));
    expect(item(curve.equity, curve.equity.length - 1)).toBe(summary.equity.end);
    expect(Math.max(...curve.drawdown)).toBeCloseTo(summary.maxDrawdown, 12);
    const daily = dailyAccountOf(curve, startEquity);
    expect(daily.dates).toHaveLength(DAILY_SESSIONS.length);
    const grown = daily.returns.reduce((wealth, value) => wealth * (1 + value), startEquity);
    expect(grown).toBeCloseTo(summary.equity.end, 6);
  });

  it('has trades whose profits are what the account gained, those that are open by what they are worth', () => {
    const { trips, curve, startEquity, summary } = plain.history;
    expect(trips.filter(({ held }) => held === 0).length).toBeGreaterThan(20);
    expect(new Set(trips.map(({ order }) => order)).size).toBe(trips.length);
    const paid = trips.reduce((sum, { profit }) => sum + profit, 0);
    // what is open has paid for what it holds
    const worth = item(curve.equity, curve.equity.length - 1) - item(curve.cash, curve.cash.length - 1);
    expect(startEquity + paid + worth).toBeCloseTo(summary.equity.end, 5);
    for (const trip of trips) {
      expect(trip.worst <= 0 && trip.best >= 0).toBe(true);
      expect(trip.strategy).toBe('breakout');
    }
  });

  it('holds the universe with the same money every date, by closes of the date before', () => {
    const { held } = plain.history;
    const closes = new Map<string, Map<Ticker, number>>();
    for (let row = 0; row < table.count; row++) {
      const date = DAILY_SESSIONS.find(({ close }) => close === table.t[row])?.date ?? '';
      const own = closes.get(date) ?? new Map<Ticker, number>();
      own.set(item(table.symbols, table.symbol[row] ?? -1), table.close[row] ?? NaN);
      closes.set(date, own);
    }
    const last = new Map<Ticker, number>();
    const expected = held.dates.map((date) => {
      const before = new Map(last);
      for (const [symbol, close] of closes.get(date) ?? []) last.set(symbol, close);
      const returns = [...before].map(([symbol, close]) => (last.get(symbol) ?? NaN) / close - 1);
      return returns.length === 0 ? 0 : returns.reduce((sum, value) => sum + value, 0) / returns.length;
    });
    held.returns.forEach((value, i) => expect(value).toBeCloseTo(item(expected, i), 12));
    expect(held.symbols.at(-1)).toBe(3);
  });

  it('follows splits: shares and the universe read as after them, and profits stay what fills paid', async () => {
    const exAt = newYorkInstant('2024-06-17', 0);
    const symbol = item(table.symbols, 0);
    const split: CorporateAction = {
      ...{ id: 'spec.1', kind: 'split', symbol, other: symbol, exAt, payAt: exAt, newShares: 2, oldShares: 1, cash: cash(0) },
    };
    const { history } = await told([split]);
    const { trips, curve, startEquity, summary } = history;
    const paid = trips.reduce((sum, { profit }) => sum + profit, 0);
    const worth = item(curve.equity, curve.equity.length - 1) - item(curve.cash, curve.cash.length - 1);
    expect(startEquity + paid + worth).toBeCloseTo(summary.equity.end, 5);
    // the bars do not halve: held through the split, the universe doubles one of three symbols
    const at = history.held.dates.indexOf('2024-06-17');
    expect(item(history.held.returns, at) - item(plain.history.held.returns, at)).toBeGreaterThan(0.2);
  });
});
