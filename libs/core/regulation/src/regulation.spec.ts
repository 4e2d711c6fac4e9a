import { describe, expect, it } from '@jest/globals';
import { momentAt, newCalendarCursor, sessionsBetween, type TradingSession } from '@aitrader/core-sessions';
import { cash, price, quantity, quantityFromShares, ticker, type Side } from '@aitrader/model';
import {
  countedTrades,
  countTrade,
  dayTradingRuleOn,
  enterTradeDate,
  hasShortSaleRule,
  isBankHoliday,
  isPattern,
  maintenanceOf,
  newDayTradeCount,
  newShortSaleWatch,
  newUnsettledSales,
  noteSale,
  openedToday,
  settlementSession,
  settleUntil,
  shortSaleStateOf,
  unsettled,
  watchRegularBar,
} from './index.ts';

const AAPL = ticker('AAPL');
const SESSIONS: readonly TradingSession[] = sessionsBetween('2017-01-03', '2026-12-31');
/** The calendar's own index of each session. */
const SESSION_INDEX = new Map(SESSIONS.map(({ date, open }) => [date, momentAt(newCalendarCursor(), open).sessionIndex]));

describe('rules by date', () => {
  it.each([
    ['2001-09-27', '2026-06-04', 'none'],
    ['2024-03-01', '2026-06-04', 'pattern-day-trader'],
    ['2026-05-15', '2026-06-04', 'pattern-day-trader'],
    ['2026-06-03', '2024-01-01', 'pattern-day-trader'],
    ['2026-06-04', '2026-06-04', 'intraday-margin'],
    ['2026-07-01', '2026-10-01', 'pattern-day-trader'],
    ['2027-10-20', '2028-01-01', 'intraday-margin'],
  ] as const)('of day trading: on %s, at a broker that adopted it on %s: %s', (date, adopted, rule) => {
    expect(dayTradingRuleOn(date, adopted)).toBe(rule);
  });

  it('of short sales', () => {
    expect(hasShortSaleRule('2011-02-27')).toBe(false);
    expect(hasShortSaleRule('2011-02-28')).toBe(true);
  });
});

describe('settlement', () => {
  const indexOf = (date: string): number => {
    const index = SESSION_INDEX.get(date);
    if (index === undefined) throw new Error(`no session on ${date}`);
    return index;
  };
  const settledOn = (date: string): string | undefined => {
    const at = settlementSession(indexOf(date));
    return [...SESSION_INDEX].find(([, index]) => index === at)?.[0];
  };

  // FINRA's and the industry's published days: the change to T+1 and the holidays of banks.
  it.each([
    ['2017-09-01', '2017-09-07'],
    ['2017-09-05', '2017-09-07'],
    ['2024-05-23', '2024-05-28'],
    ['2024-05-24', '2024-05-29'],
    ['2024-05-28', '2024-05-29'],
    ['2023-10-05', '2023-10-10'],
    ['2023-10-06', '2023-10-11'],
    ['2023-10-09', '2023-10-11'],
    ['2024-10-11', '2024-10-15'],
    ['2024-10-14', '2024-10-15'],
    ['2024-11-08', '2024-11-12'],
    ['2024-11-11', '2024-11-12'],
    ['2024-07-03', '2024-07-05'],
  ])('a trade of %s is settled on %s', (traded, settled) => {
    expect(settledOn(traded)).toBe(settled);
  });

  it('knows the banks’ holidays on which stocks are traded', () => {
    const holidays = SESSIONS.filter((session) => session.date >= '2023-01-01' && isBankHoliday(session)).map(({ date }) => date);
    expect(holidays).toEqual(['2023-10-09', '2024-10-14', '2024-11-11', '2025-10-13', '2025-11-11', '2026-10-12', '2026-11-11']);
  });

  it('frees what a sale brought on its day', () => {
    const sales = newUnsettledSales();
    const friday = indexOf('2024-05-24');
    noteSale(sales, friday, cash(1_000_000));
    noteSale(sales, friday, cash(500_000));
    noteSale(sales, friday + 1, cash(250_000));
    settleUntil(sales, friday + 1);
    expect(unsettled(sales)).toBe(1_750_000);
    settleUntil(sales, friday + 2);
    expect(unsettled(sales)).toBe(0);
  });
});

describe('day trades', () => {
  const play = (...trades: readonly (readonly [Side, number, string])[]): ReturnType<typeof countedTrades> => {
    const count = newDayTradeCount();
    enterTradeDate(count, 100);
    let held = 0;
    for (const [side, shares, leg] of trades) {
      countTrade(count, { symbol: AAPL, side, quantity: quantityFromShares(shares), leg }, quantity(held));
      held += (side === 'buy' ? 1 : -1) * quantityFromShares(shares);
    }
    return countedTrades(count);
  };

  // The examples of FINRA's day-trading page and of NASD Notice to Members 01-26, as far as they are about counting.
  it.each([
    [
      'bought and sold',
      [
        ['buy', 250, 'a'],
        ['sell', 250, 'b'],
      ],
      1,
      2,
    ],
    [
      'bought in three parts and sold at once',
      [
        ['buy', 100, 'a'],
        ['buy', 100, 'b'],
        ['buy', 50, 'c'],
        ['sell', 250, 'd'],
      ],
      1,
      4,
    ],
    [
      'bought at once and sold in three parts',
      [
        ['buy', 250, 'a'],
        ['sell', 100, 'b'],
        ['sell', 100, 'c'],
        ['sell', 50, 'd'],
      ],
      1,
      4,
    ],
    [
      'twice there and back',
      [
        ['buy', 10, 'a'],
        ['sell', 10, 'b'],
        ['buy', 10, 'c'],
        ['sell', 10, 'd'],
      ],
      2,
      4,
    ],
    [
      'sold short and covered',
      [
        ['sell', 10, 'a'],
        ['buy', 10, 'b'],
      ],
      1,
      2,
    ],
    [
      'over zero and back',
      [
        ['buy', 10, 'a'],
        ['sell', 20, 'b'],
        ['buy', 10, 'c'],
      ],
      2,
      3,
    ],
    [
      'only bought',
      [
        ['buy', 10, 'a'],
        ['buy', 10, 'a'],
      ],
      0,
      1,
    ],
  ] as const)('%s', (_, trades, dayTrades, all) => {
    expect(play(...trades)).toEqual({ dayTrades, trades: all });
  });

  it('are none where what was held overnight is sold', () => {
    const count = newDayTradeCount();
    enterTradeDate(count, 100);
    countTrade(count, { symbol: AAPL, side: 'buy', quantity: quantityFromShares(10), leg: 'a' }, quantity(0));
    expect(openedToday(count)).toEqual([AAPL]);
    enterTradeDate(count, 101);
    expect(openedToday(count)).toEqual([]);
    countTrade(count, { symbol: AAPL, side: 'sell', quantity: quantityFromShares(10), leg: 'b' }, quantityFromShares(10));
    expect(countedTrades(count)).toEqual({ dayTrades: 0, trades: 2 });
  });

  it('are counted over five business days', () => {
    const count = newDayTradeCount();
    for (let session = 100; session < 108; session++) {
      enterTradeDate(count, session);
      enterTradeDate(count, session);
      countTrade(count, { symbol: AAPL, side: 'buy', quantity: quantityFromShares(1), leg: 'a' }, quantity(0));
      countTrade(count, { symbol: AAPL, side: 'sell', quantity: quantityFromShares(1), leg: 'b' }, quantityFromShares(1));
    }
    expect(countedTrades(count)).toEqual({ dayTrades: 5, trades: 10 });
  });

  it('make a pattern by number and share', () => {
    expect(isPattern(3, 3)).toBe(false);
    expect(isPattern(4, 8)).toBe(true);
    expect(isPattern(4, 66)).toBe(true);
    expect(isPattern(4, 67)).toBe(false);
  });
});

describe('maintenance', () => {
  // The vendor's table: shares, price, dollars.
  it.each([
    [100, 2.49, 249],
    [100, 2.5, 75],
    [100, 100, 3_000],
    [-100, 1, 250],
    [-100, 4.99, 499],
    [-100, 5, 500],
    [-100, 16, 500],
    [-100, 100, 3_000],
    [0, 100, 0],
  ])('of %d shares at %d is %d dollars', (shares, at, dollars) => {
    const held = quantity(Math.sign(shares) * quantityFromShares(Math.abs(shares)));
    expect(maintenanceOf(held, price(Math.round(at * 10_000)))).toBe(dollars * 1_000_000);
  });
});

describe('the short sale restriction', () => {
  const day = (watch: ReturnType<typeof newShortSaleWatch>, session: number, ...closes: readonly number[]): void => {
    for (const close of closes) watchRegularBar(watch, session, close, close);
  };

  it('begins at a fall of 10 % from the close before, and holds for that session and the next', () => {
    const watch = newShortSaleWatch();
    day(watch, 10, 100);
    day(watch, 11, 95, 100);
    day(watch, 12, 90.01);
    expect(shortSaleStateOf(watch, 12)).toBe('free');
    day(watch, 12, 90, 97);
    expect(shortSaleStateOf(watch, 12)).toBe('restricted');
    expect(shortSaleStateOf(watch, 13)).toBe('restricted');
    day(watch, 13, 96);
    expect(shortSaleStateOf(watch, 13)).toBe('restricted');
    expect(shortSaleStateOf(watch, 14)).toBe('free');
    day(watch, 14, 96);
    expect(shortSaleStateOf(watch, 14)).toBe('free');
  });

  it('begins by the low of a bar, and anew while it holds', () => {
    const watch = newShortSaleWatch();
    day(watch, 10, 100);
    day(watch, 11, 100);
    watchRegularBar(watch, 12, 89, 99);
    day(watch, 13, 89);
    expect([12, 13, 14, 15].map((session) => shortSaleStateOf(watch, session))).toEqual([
      ...['restricted', 'restricted', 'restricted'],
      'unknown',
    ]);
  });

  it('is not known before two sessions were held against the ones before them, nor behind a gap', () => {
    expect(shortSaleStateOf(undefined, 10)).toBe('unknown');
    const watch = newShortSaleWatch();
    expect(shortSaleStateOf(watch, 10)).toBe('unknown');
    day(watch, 10, 100);
    expect(shortSaleStateOf(watch, 10)).toBe('unknown');
    expect(shortSaleStateOf(watch, 11)).toBe('unknown');
    day(watch, 11, 100);
    expect(shortSaleStateOf(watch, 11)).toBe('unknown');
    expect(shortSaleStateOf(watch, 12)).toBe('free');
    day(watch, 12, 100);
    expect(shortSaleStateOf(watch, 14)).toBe('unknown');
    day(watch, 14, 50);
    expect(shortSaleStateOf(watch, 14)).toBe('unknown');
  });

  it.each([NaN, 0, -1, Infinity])('passes over a bar at %d', (close) => {
    const watch = newShortSaleWatch();
    day(watch, 10, 100);
    day(watch, 11, 100);
    day(watch, 12, close);
    expect(watch).toMatchObject({ session: 11, close: 100, began: -1 });
  });
});
