/** Gates on what execution knows of the account, by its word on the interval that is decided. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  breakIdOf,
  cash,
  epochMs,
  HOLD_CAUSES,
  item,
  quantity,
  ticker,
  UNSAID,
  type AccountBreak,
  type AccountDoubt,
  type GateFigure,
  type Ticker,
} from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { givenRisk, MONDAY, newRiskDecision, type Desk, type Minute } from '../test/given-risk.ts';
import { riskStage } from './index.ts';

const UNKNOWN = Number.MAX_SAFE_INTEGER;
const [AAPL, IBM] = [ticker('AAPL'), ticker('IBM')];
const NAMES = ['RECONCILED', 'BROKER_STREAM', 'OPEN_BREAK', 'HELD_BACK'];
const since = (minute: number, seconds = 0) => epochMs(newYorkInstant(MONDAY, minute) + seconds * 1_000);
const KNOWN: AccountDoubt = { standing: 'known', since: since(570), breaks: [], holds: [] };
const of = (doubt: Partial<AccountDoubt>): Minute => ({ doubt: { ...KNOWN, ...doubt } });

/** The values of the four gates for AAPL at ten o'clock, and which gate refused it; `order` where none did. */
function found(minute: Minute = {}, desk: Desk = givenRisk()): unknown {
  const { orders, denials } = desk.minute({ at: 600, closes: { AAPL: 100 }, ...minute, signals: [{ of: 'AAPL' }] });
  const { gates } = item([...orders, ...denials], 0);
  const values = NAMES.map((name) => gates.find(({ gate }: GateFigure) => gate === name));
  expect(values.map((figure) => figure?.limit)).toEqual([0, 0, 0, 0]);
  return [...values.map((figure) => figure?.value), denials[0]?.gate ?? 'order'];
}

const broken = (symbol: Ticker | null, n = 1): AccountBreak => ({
  ...{ id: breakIdOf(`break.${n}`), kind: symbol === null ? 'cash' : 'position', symbol, about: null, run: null },
  ...{ quantity: quantity(1), cash: cash(0), since: since(590), deadline: since(595) },
});

describe('an account that is known and heard, with nothing in doubt', () => {
  it('passes all four gates, said in the short form and in the long one', () => {
    expect(found()).toEqual([0, 0, 0, 0, 'order']);
    expect(found(of({}))).toEqual([0, 0, 0, 0, 'order']);
  });
});

describe('RECONCILED', () => {
  it('refuses an account that the broker has told nothing of', () => {
    expect(found(of({ standing: 'unheard', since: null }))).toEqual([1, UNKNOWN, 0, 0, 'RECONCILED']);
  });
  it('refuses before execution has said anything of it, and where a recording does not', () => {
    expect(found({ doubt: UNSAID })).toEqual([UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, 'RECONCILED']);
    expect(givenRisk().state.doubt).toEqual(UNSAID);
    const desk = givenRisk();
    desk.minute({ closes: { AAPL: 100 } });
    expect(desk.state.doubt).toBeNull();
    desk.state = riskStage.goOn(desk.state.config, [desk.state], () => true);
    expect(desk.state.doubt).toEqual(UNSAID);
  });
});

describe('BROKER_STREAM', () => {
  it('refuses while the broker cannot be heard, with the minutes since, a part of one counted whole', () => {
    const silent = (at: AccountDoubt['since']) => found(of({ standing: 'disconnected', since: at }));
    expect(silent(since(600))).toEqual([0, 1, 0, 0, 'BROKER_STREAM']);
    expect(silent(since(599, 1))).toEqual([0, 1, 0, 0, 'BROKER_STREAM']);
    expect(silent(since(598, 59))).toEqual([0, 2, 0, 0, 'BROKER_STREAM']);
    expect(silent(null)).toEqual([0, UNKNOWN, 0, 0, 'BROKER_STREAM']);
  });
  it('passes as soon as it is heard again', () => {
    const desk = givenRisk();
    expect(found(of({ standing: 'disconnected', since: since(600) }), desk)).toContain('BROKER_STREAM');
    expect(found({ at: 601 }, desk)).toEqual([0, 0, 0, 0, 'order']);
  });
});

describe('OPEN_BREAK', () => {
  it('refuses a symbol with open breaks, and all of them for one of cash; others pass', () => {
    expect(found(of({ breaks: [broken(AAPL)] }))).toEqual([0, 0, 1, 0, 'OPEN_BREAK']);
    expect(found(of({ breaks: [broken(AAPL), broken(IBM), broken(AAPL, 2)] }))).toEqual([0, 0, 2, 0, 'OPEN_BREAK']);
    expect(found(of({ breaks: [broken(null)] }))).toEqual([0, 0, 1, 0, 'OPEN_BREAK']);
    expect(found(of({ breaks: [broken(IBM)] }))).toEqual([0, 0, 0, 0, 'order']);
  });
});

describe('HELD_BACK', () => {
  it('refuses what execution would refuse, with a bit for each cause, and lets pass what it would not', () => {
    HOLD_CAUSES.forEach((cause, n) => {
      expect(found(of({ holds: [{ cause, symbols: [AAPL, IBM] }] }))).toEqual([0, 0, 0, 2 ** n, 'HELD_BACK']);
      expect(found(of({ holds: [{ cause, symbols: [] }] }))).toEqual([0, 0, 0, 2 ** n, 'HELD_BACK']);
      expect(found(of({ holds: [{ cause, symbols: [IBM] }] }))).toEqual([0, 0, 0, 0, 'order']);
    });
    const holds = [
      { cause: 'not-armed', symbols: [] },
      { cause: 'words-lost', symbols: [IBM] },
      { cause: 'account-differs', symbols: [AAPL] },
    ] as const;
    expect(found(of({ holds }))).toEqual([0, 0, 0, 2 ** 0 + 2 ** 3, 'HELD_BACK']);
  });
});

describe('an operator, and what is held', () => {
  it('cannot enter past any of them either', () => {
    const ask = (minute: Minute) =>
      givenRisk().minute({ at: 600, closes: { AAPL: 100 }, ...minute, asked: [{ of: 'AAPL' }] }).denials[0]?.gate ?? 'order';
    expect(ask({})).toBe('order');
    expect(ask(of({ standing: 'unheard', since: null }))).toBe('RECONCILED');
    expect(ask(of({ standing: 'disconnected', since: since(600) }))).toBe('BROKER_STREAM');
    expect(ask(of({ breaks: [broken(AAPL)] }))).toBe('OPEN_BREAK');
    expect(ask(of({ holds: [{ cause: 'unprotected', symbols: [AAPL] }] }))).toBe('HELD_BACK');
  });

  const someSymbols = fc.subarray([AAPL, IBM]);
  const someDoubt = fc.record<AccountDoubt>({
    standing: fc.constantFrom('known', 'unheard', 'disconnected', 'unsaid'),
    since: fc.constantFrom(null, since(590)),
    breaks: fc.array(
      fc.constantFrom(AAPL, IBM, null).map((symbol) => broken(symbol)),
      { maxLength: 2 },
    ),
    holds: fc.array(fc.record({ cause: fc.constantFrom(...HOLD_CAUSES), symbols: someSymbols }), { maxLength: 2 }),
  });
  it('is entered where nothing of the word concerns it, and nowhere else', () => {
    fc.assert(
      fc.property(someDoubt, (doubt) => {
        const decision = newRiskDecision();
        Object.assign(decision, givenRisk().minute({ at: 600, closes: { AAPL: 100 }, doubt, signals: [{ of: 'AAPL' }] }));
        const isFree =
          doubt.standing === 'known' &&
          doubt.breaks.every(({ symbol }) => symbol === IBM) &&
          doubt.holds.every(({ symbols }) => symbols.length === 1 && symbols[0] === IBM);
        expect(decision.orders.length).toBe(isFree ? 1 : 0);
      }),
    );
  });
});
