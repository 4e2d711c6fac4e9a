/** The same script of trades on dates of three regimes: what is refused follows from the date alone. */
import { describe, expect, it } from '@jest/globals';
import {
  cashFromDollars,
  passesGate,
  type Denial,
  type GateFigure,
  type Order,
  type RiskDecision,
  type RiskRules,
} from '@aitrader/model';
import { eventOf, fillOf, givenRisk, LIMITS, type Belief, type Desk } from '../test/given-risk.ts';

const OPEN = 9 * 60 + 31;
/** Weeks without a holiday: before T+1, after it, and after the end of the rule on day traders. */
const WEEKS = {
  'March 2024': ['2024-03-04', '2024-03-05', '2024-03-06', '2024-03-07', '2024-03-08'],
  'May 2026': ['2026-05-11', '2026-05-12', '2026-05-13', '2026-05-14', '2026-05-15'],
  'July 2026': ['2026-07-06', '2026-07-07', '2026-07-08', '2026-07-09', '2026-07-10'],
} as const;
type Week = keyof typeof WEEKS;

const SMALL: Partial<RiskRules> = {
  startingCash: cashFromDollars(20_000),
  buyingPowerMultiple: 4,
  grossNotionalFractionMax: 4,
  symbolNotionalFractionMax: 4,
  orderNotionalMax: cashFromDollars(80_000),
};
const answerOf = ({ orders, denials }: RiskDecision): Order | Denial => {
  const [one] = [...orders, ...denials];
  if (one === undefined) throw new Error('nothing was decided');
  return one;
};
const figureIn = (answer: Order | Denial, gate: string): GateFigure => {
  const found = answer.gates.find((figure) => figure.gate === gate);
  if (found === undefined) throw new Error(`${gate} is not on record`);
  return found;
};
const refused = (answer: Order | Denial): readonly string[] =>
  answer.gates.filter((figure) => !passesGate(figure)).map(({ gate }) => gate);

/** Enters at a minute of a date, and is out again two minutes later; what risk answered. */
function dayTrade(desk: Desk, on: string, at: number, belief: Partial<Belief> = {}): Order | Denial {
  const closes = { AAPL: 100 };
  const answer = answerOf(desk.minute({ on, at, closes, signals: [{ of: 'AAPL', ...belief }] }));
  if ('gate' in answer) return answer;
  desk.minute({ on, at: at + 1, closes, fills: [fillOf(answer, 100)], events: [eventOf(answer, 'entry', 'filled')] });
  const exits = [eventOf(answer, 'target', 'filled'), eventOf(answer, 'stop', 'canceled')];
  desk.minute({ on, at: at + 2, closes, fills: [fillOf(answer, 100, { leg: 'target' })], events: exits });
  return answer;
}

/** One day trade a day of a week: what each was refused by. */
const weekOf = (week: Week, limits: Partial<RiskRules>, beliefs: Partial<Belief> = {}): readonly (readonly string[])[] => {
  const desk = givenRisk({ ...SMALL, ...limits });
  return WEEKS[week].map((on) => refused(dayTrade(desk, on, OPEN, beliefs)));
};

describe('day trades', () => {
  const none: readonly string[] = [];
  it.each<[Week, readonly (readonly string[])[]]>([
    ['March 2024', [none, none, none, ['DAY_TRADES'], ['DAY_TRADES']]],
    ['May 2026', [none, none, none, ['DAY_TRADES'], ['DAY_TRADES']]],
    ['July 2026', [none, none, none, none, none]],
  ])('of a small margin account in %s', (week, expected) => expect(weekOf(week, {})).toEqual(expected));

  it.each<Week>(['March 2024', 'May 2026'])(
    'are as many as one likes above 25,000 dollars, or in a cash account (%s)',
    (week) => {
      const free = [none, none, none, none, none];
      expect(weekOf(week, { startingCash: cashFromDollars(25_000) })).toEqual(free);
      const cashAccount = weekOf(week, { buyingPowerMultiple: 1, symbolNotionalFractionMax: 0.1 });
      expect(cashAccount.flat()).not.toContain('DAY_TRADES');
    },
  );

  it('are bounded by the house wherever the law does not', () => {
    expect(weekOf('July 2026', { dayTradesMax: 2 })).toEqual([none, none, ['DAY_TRADES'], ['DAY_TRADES'], ['DAY_TRADES']]);
  });

  it('count all that may become one: what was opened today, and what is being entered', () => {
    const desk = givenRisk({ ...SMALL, symbolNotionalFractionMax: 0.2 });
    const [on] = WEEKS['May 2026'];
    const closes = { AAPL: 100, IBM: 100, MSFT: 100, XOM: 100 };
    const { orders } = desk.minute({ on, at: OPEN, closes, signals: [{ of: 'AAPL' }, { of: 'IBM' }] });
    const fills = orders.slice(0, 1).map((order) => fillOf(order, 100));
    const events = orders.slice(0, 1).map((order) => eventOf(order, 'entry', 'filled'));
    const { orders: more, denials } = desk.minute({ on, closes, fills, events, signals: [{ of: 'MSFT' }, { of: 'XOM' }] });
    expect(more.map((order) => figureIn(order, 'DAY_TRADES'))).toMatchObject([{ value: 3, limit: 1_000_000 }]);
    expect(denials.map((denial) => [refused(denial), figureIn(denial, 'DAY_TRADES')])).toMatchObject([
      [['DAY_TRADES'], { value: 4, limit: 3 }],
    ]);
  });

  it('are none by daily bars', () => {
    const desk = givenRisk({ ...SMALL, dayTradesMax: 1 });
    const of = (on: string): Order | Denial =>
      answerOf(
        desk.minute({
          on,
          at: 16 * 60,
          timeframe: '1d',
          closes: { AAPL: 100, IBM: 100 },
          signals: [{ of: on < '2026-05-12' ? 'AAPL' : 'IBM' }],
        }),
      );
    expect(WEEKS['May 2026'].slice(0, 2).map((on) => figureIn(of(on), 'DAY_TRADES').value)).toEqual([0, 0]);
  });
});

describe('margin', () => {
  /** The most dollars of a position that a margin account of 30,000 dollars enters at once. */
  const mostOf = (week: Week, dollars: number, marginBufferFraction = 0): number => {
    const desk = givenRisk({
      ...SMALL,
      startingCash: cashFromDollars(dollars),
      kellyFraction: 1,
      orderNotionalMax: cashFromDollars(1e6),
      marginBufferFraction,
    });
    const { value, limit } = figureIn(dayTrade(desk, WEEKS[week][0], OPEN), 'INTRADAY_MARGIN');
    return Math.floor(value / limit) * 100;
  };

  // Four times what a day trader has, and twice of others', each with the slippage that is reckoned with; equity over 30 % since.
  it.each<[Week, number, number]>([
    ['March 2024', 30_000, 115_300],
    ['May 2026', 30_000, 115_300],
    ['July 2026', 30_000, 100_000],
    ['March 2024', 20_000, 38_400],
    ['July 2026', 20_000, 66_600],
    ['March 2024', 1_900, 1_800],
    ['July 2026', 1_900, 1_800],
  ])('in %s lets an account of %d dollars buy for %d', (week, equity, most) => expect(mostOf(week, equity)).toBe(most));

  it('is kept by a buffer', () => {
    expect(mostOf('July 2026', 30_000, 0.25)).toBe(80_000);
    expect(mostOf('May 2026', 20_000, 0.25)).toBe(30_700);
  });

  it('counts what is held, and orders at the side that asks for more', () => {
    const desk = givenRisk({ ...SMALL, symbolNotionalFractionMax: 0.5 });
    const [on] = WEEKS['July 2026'];
    const closes = { AAPL: 4, IBM: 100 };
    const [order] = desk.minute({ on, at: OPEN, closes, signals: [{ of: 'AAPL' }] }).orders;
    if (order === undefined) throw new Error('nothing was approved');
    const shares = Number(order.quantity) / 1e9;
    // of a share at 4 dollars a short has to cover all of it, a long 30 %
    const answer = answerOf(desk.minute({ on, closes, signals: [{ of: 'IBM' }] }));
    expect(figureIn(answer, 'INTRADAY_MARGIN').value).toBe(cashFromDollars(20_000) - cashFromDollars(4 * shares));
  });
});

describe('an account that nothing is lent to', () => {
  it.each<[Week, number, number]>([
    // what is reserved of a share at 100 dollars, and what covers it: 30 % and what is asked besides
    ['July 2026', 1_999, 104],
    ['July 2026', 2_000, 100 * 0.3 * (1 + LIMITS.marginBufferFraction)],
    ['May 2026', 1_999, 104],
    ['May 2026', 2_000, 104],
  ])('is one below 2,000 dollars: in %s, with %d', (week, dollars, perShare) => {
    const desk = givenRisk({ ...SMALL, startingCash: cashFromDollars(dollars) });
    const { value, limit } = figureIn(dayTrade(desk, WEEKS[week][0], OPEN), 'INTRADAY_MARGIN');
    expect(limit / 1e6).toBeCloseTo(perShare, 5);
    const times = week === 'July 2026' ? 1 : (dollars < 2_000 ? 1 : 2) / (1 + LIMITS.marginBufferFraction);
    expect(value / 1e6).toBeCloseTo(dollars < 2_000 ? dollars / (1 + LIMITS.marginBufferFraction) : dollars * times, 3);
  });
});

describe('a cash account', () => {
  const cashAccount = {
    ...SMALL,
    buyingPowerMultiple: 1,
    grossNotionalFractionMax: 1,
    symbolNotionalFractionMax: 0.9,
    kellyFraction: 1,
  };

  // Bought and sold for 18,000 of 20,000 dollars on Monday, and for what is left on Tuesday: there two days later before May 2024, one since.
  it.each<[Week, readonly number[]]>([
    ['March 2024', [20_000, 2_000, 18_100]],
    ['May 2026', [20_000, 20_000, 20_000]],
    ['July 2026', [20_000, 20_000, 20_000]],
  ])('pays with what is settled, in %s', (week, settled) => {
    const desk = givenRisk(cashAccount);
    const answers = WEEKS[week].slice(0, 3).map((on) => dayTrade(desk, on, OPEN));
    expect(answers.map((answer) => figureIn(answer, 'SETTLED_CASH').value / 1e6)).toEqual(settled);
  });

  it('sells nothing short', () => {
    const desk = givenRisk(cashAccount);
    expect(refused(dayTrade(desk, WEEKS['July 2026'][0], OPEN, { direction: -1 }))).toContain('SHORT_SALE');
  });
});

describe('short sales', () => {
  const short = { direction: -1 } as const;
  /** Days of one close each, then an entry. */
  const after = (closes: readonly number[], belief: Partial<Belief>, limits: Partial<RiskRules> = {}): readonly string[] => {
    const desk = givenRisk(limits);
    const days = WEEKS['July 2026'].slice(0, closes.length);
    days.forEach((on, i) => void desk.minute({ on, at: OPEN, closes: { AAPL: closes[i] ?? NaN } }));
    const close = closes.at(-1) ?? NaN;
    const signals = [{ of: 'AAPL', ...belief }];
    return refused(answerOf(desk.minute({ on: days.at(-1) ?? '', at: OPEN + 1, closes: { AAPL: close }, signals })));
  };

  it('are refused from a fall of 10 % on, that session and the next', () => {
    expect(after([100, 100, 91], short)).toEqual([]);
    expect(after([100, 100, 90], short)).toEqual(['SHORT_SALE']);
    expect(after([100, 100, 90, 95], short)).toEqual(['SHORT_SALE']);
    expect(after([100, 100, 90, 95, 95], short)).toEqual([]);
    expect(after([100, 100, 90], {})).toEqual([]);
  });

  it('are let in or refused, as it was said, where nobody can tell', () => {
    expect(after([100], short)).toEqual([]);
    expect(after([100], short, { shortSaleUnknown: 'refuse' })).toEqual(['SHORT_SALE']);
    expect(after([100, 100, 100], short, { shortSaleUnknown: 'refuse' })).toEqual([]);
  });

  it('are none below 2,000 dollars', () => {
    const of = (dollars: number): readonly string[] =>
      after([100, 100, 100], short, { startingCash: cashFromDollars(dollars), orderNotionalMin: cashFromDollars(1) });
    expect(of(1_999)).toContain('SHORT_SALE');
    expect(of(2_000)).not.toContain('SHORT_SALE');
  });
});

it('asks for nothing where no law is to be held against, and says so', () => {
  const desk = givenRisk({ ...SMALL, regulation: 'none' });
  const answers = WEEKS['March 2024'].map((on) => dayTrade(desk, on, OPEN));
  expect(answers.flatMap(refused)).toEqual([]);
  expect(answers.map((answer) => figureIn(answer, 'DAY_TRADES').value)).toEqual([1, 2, 3, 4, 5]);
});
